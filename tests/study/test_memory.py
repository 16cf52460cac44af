"""Memory follows FSRS, and the grade comes from the verdict on the words."""

from __future__ import annotations

import datetime as dt

import pytest
from fsrs import Card, Rating, Scheduler
from hypothesis import given
from hypothesis import strategies as st

from viva.bank import Bank, CriterionLevel, Verdict
from viva.study import (
    COMES_BACK,
    GRADES,
    RETENTION,
    CardId,
    Grade,
    Memory,
    Review,
    due_at,
    exercises_for,
    memories_of,
    review,
)

START = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
CARD = CardId("overfitting", "definition")


def _after(*grades: Grade, every: dt.timedelta = dt.timedelta(days=3)) -> Memory:
    memory = None
    for i, grade in enumerate(grades):
        memory = review(memory, Review(CARD, START + i * every, grade))
    assert memory is not None
    return memory


@given(st.lists(st.sampled_from(Grade), min_size=1, max_size=8))
def test_the_fold_gives_what_the_scheduler_gives_when_kept_running(grades: list[Grade]) -> None:
    scheduler = Scheduler(
        desired_retention=RETENTION,
        learning_steps=(COMES_BACK,), relearning_steps=(COMES_BACK,), enable_fuzzing=False,
    )  # fmt: skip
    card = Card(card_id=0, due=START)
    for i, grade in enumerate(grades):
        card, _ = scheduler.review_card(card, Rating(grade), START + i * dt.timedelta(days=3))
    memory = _after(*grades)
    assert memory.stability == pytest.approx(card.stability)
    assert memory.due == card.due


def test_what_was_not_known_comes_back_within_minutes_and_what_was_known_in_days() -> None:
    assert _after(Grade.AGAIN).due == START + COMES_BACK
    assert _after(Grade.GOOD, Grade.GOOD).due > START + dt.timedelta(days=4)


def test_a_better_grade_never_comes_due_sooner() -> None:
    dues = [_after(Grade.GOOD, Grade.GOOD, grade).due for grade in Grade]
    assert dues == sorted(dues)


def test_an_unsure_grader_never_makes_a_lapse() -> None:
    assert all(GRADES[verdict, True] > Grade.AGAIN for verdict in Verdict)


def test_forgetting_something_known_counts_as_a_lapse_and_a_first_failure_does_not() -> None:
    assert _after(Grade.AGAIN).n_lapses == 0
    assert _after(Grade.GOOD, Grade.GOOD, Grade.AGAIN).n_lapses == 1


def test_the_order_of_reading_the_log_does_not_matter() -> None:
    reviews = [Review(CARD, START + dt.timedelta(days=i), g) for i, g in enumerate((3, 1, 3, 4))]  # type: ignore[arg-type]
    reviews = [Review(r.card, r.at, Grade(r.grade)) for r in reviews]
    assert memories_of(reviews) == memories_of(reversed(reviews))


def test_what_someone_was_sure_of_and_had_wrong_is_due_first(bank: Bank) -> None:
    question = bank.question("overfitting")
    core = [c.id for c in question.criteria if c.level is CriterionLevel.CORE][:2]
    shy, sure = (CardId(question.id, id) for id in core)
    memories = memories_of(
        [Review(shy, START, Grade.AGAIN, confidence=10), Review(sure, START, Grade.AGAIN, confidence=95)]
    )
    due = due_at(memories.values(), {question.id: question}, START + COMES_BACK)
    assert [d.card for d in due] == [sure, shy]


def test_a_learned_idea_is_practised_in_a_new_situation(bank: Bank) -> None:
    question = bank.question("overfitting")
    id = next(id for v in question.variants for id in v.transfers)
    card = CardId(question.id, id)
    memory = None
    for i in range(3):
        memory = review(memory, Review(card, START + dt.timedelta(days=4 * i), Grade.GOOD))
    assert memory is not None
    due = due_at([memory], {question.id: question}, memory.due)
    (exercise,) = exercises_for(due, {question.id: question})
    assert exercise.variant is not None
    assert id in question.variant(exercise.variant).transfers
