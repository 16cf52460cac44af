from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from viva.bank import Audience, Bank, CriterionLevel, Question, Verdict
from viva.exceptions import UsageError
from viva.grading import CriterionVerdict, Graded, NotGradable, Scorecard
from viva.interviewer import MAX_PROBES, Ask, Close, next_move
from viva.session import (
    ConfidenceGiven,
    Event,
    ItemAsked,
    ResponseGiven,
    ResponseGraded,
    Session,
    SessionOpened,
    fold,
)

AT = dt.datetime(2026, 3, 1, 9, 0, tzinfo=dt.UTC)


def opened(**changes: object) -> SessionOpened:
    values = {"at": AT, "audience": Audience.PEER, "minutes": 30, "seed": 4, **changes}
    return SessionOpened.model_validate(values)


def card(question: Question, verdicts: dict[str, Verdict], score: float = 5.0) -> Scorecard:
    return Scorecard(
        grader="test.v1",
        result=Graded(score=score, interval=(0, 10)),
        verdicts=tuple(
            CriterionVerdict(criterion=c.id, verdict=verdicts.get(c.id, Verdict.MET), probability=0.5)
            for c in question.criteria
        ),
    )


def turn(move: Ask, scorecard: Scorecard, *, seconds: float = 60) -> list[Event]:
    later = AT + dt.timedelta(seconds=seconds)
    asked = ItemAsked(
        at=AT, step=move.step, question=move.question, variant=move.variant, criterion=move.criterion,
        ask="?", audience=Audience.PEER, reason=move.reason,
    )  # fmt: skip
    said = ResponseGiven(at=later, text="words")
    return [
        asked,
        said,
        ConfidenceGiven(at=later, confidence=None),
        ResponseGraded(at=later, scorecard=scorecard),
    ]


def after_question(bank: Bank, verdicts: dict[str, Verdict], score: float = 5.0) -> Session:
    q = bank.question("bias-variance")
    start = [opened(questions=("bias-variance",), minutes=5)]
    return fold([*start, *turn(Ask("question", q.id, "r"), card(q, verdicts, score))])


def test_a_contradicted_criterion_is_probed_before_a_missing_one(bank: Bank) -> None:
    q = bank.question("bias-variance")
    core = [c.id for c in q.criteria if c.level is CriterionLevel.CORE]
    strong = [c.id for c in q.criteria if c.level is CriterionLevel.STRONG]
    verdicts = {core[0]: Verdict.MISSING, strong[0]: Verdict.CONTRADICTED}
    move = next_move(after_question(bank, verdicts), [q])
    assert isinstance(move, Ask)
    assert (move.step, move.criterion) == ("probe", strong[0])
    assert "doesn't sound right" in move.reason


def test_a_probe_says_what_was_covered_and_what_was_not(bank: Bank) -> None:
    q = bank.question("bias-variance")
    move = next_move(after_question(bank, {q.criteria[1].id: Verdict.MISSING}), [q])
    assert isinstance(move, Ask)
    covered, left_out = (q.criteria[i].id.replace("-", " ") for i in (0, 1))
    assert move.reason == f"probing: you covered {covered} but not {left_out}"


def test_there_are_at_most_two_probes_and_never_the_same_twice(bank: Bank) -> None:
    q = bank.question("bias-variance")
    session = after_question(bank, {c.id: Verdict.MISSING for c in q.criteria})
    probed = []
    while isinstance(move := next_move(session, [q]), Ask) and move.step == "probe":
        probed.append(move.criterion)
        session = fold(turn(move, card(q, {}), seconds=0), session)
    assert len(probed) == MAX_PROBES == len(set(probed))


def test_a_complete_answer_is_not_probed_and_leads_to_the_variant(bank: Bank) -> None:
    q = bank.question("bias-variance")
    move = next_move(after_question(bank, {}), [q])
    assert isinstance(move, Ask)
    assert move.step == "variant"
    assert move.variant in {v.id for v in q.variants}


@pytest.mark.parametrize("why", ["unknown", "ungradable"])
def test_someone_who_does_not_know_is_not_pressed(bank: Bank, why: str) -> None:
    q = bank.question("bias-variance")
    got = card(q, {c.id: Verdict.MISSING for c in q.criteria}, 0.0)
    if why == "unknown":
        got = got.model_copy(update={"flags": ("dont-know",)})
    else:
        got = got.model_copy(update={"result": NotGradable(reason="nothing was said")})
    start = [opened(questions=(q.id,), minutes=30)]
    move = next_move(fold([*start, *turn(Ask("question", q.id, "r"), got)]), [q])
    assert isinstance(move, Ask)
    assert move.step != "probe"


def test_when_the_time_is_up_it_closes(bank: Bank) -> None:
    q = bank.question("bias-variance")
    events = turn(Ask("question", q.id, "r"), card(q, {}), seconds=31 * 60)
    move = next_move(fold([opened(), *events]), [q])
    assert isinstance(move, Close)
    assert "time" in move.reason


def test_a_whole_interview_goes_warm_up_questions_variant_close(bank: Bank) -> None:
    questions = list(bank)
    session, steps = fold([opened(minutes=30)]), []
    while isinstance(move := next_move(session, questions), Ask):
        steps.append(move.step)
        q = bank.question(move.question)
        gaps = {c.id: Verdict.MISSING for c in q.criteria[2:]}
        session = fold(turn(move, card(q, gaps), seconds=100), session)
    assert steps[:3] == ["warm-up", "warm-up", "question"]
    assert steps[-1] == "variant"
    assert steps.count("variant") == 1
    assert "probe" in steps
    assert session.elapsed_seconds <= 33 * 60


def test_the_same_seed_asks_the_same_and_another_seed_does_not(bank: Bank) -> None:
    def first(seed: int) -> list[str]:
        session, asked = fold([opened(seed=seed)]), []
        for _ in range(4):
            move = next_move(session, list(bank))
            assert isinstance(move, Ask)
            asked.append(move.question)
            session = fold(turn(move, card(bank.question(move.question), {})), session)
        return asked

    assert first(1) == first(1)
    assert len({tuple(first(seed)) for seed in range(5)}) > 1


def test_a_topic_narrows_the_questions(bank: Bank) -> None:
    move = next_move(fold([opened(topics=("deep-learning",), minutes=5)]), list(bank))
    assert isinstance(move, Ask)
    assert bank.question(move.question).topic == "deep-learning"


@dataclass
class Last:
    """A chooser that takes the last question offered, until told that enough is known."""

    knows_enough: bool = False

    def choose(self, questions: Sequence[str], *, asked: Sequence[str], chance: random.Random) -> str | None:
        assert not set(asked) & set(questions)
        assert 0 <= chance.random() < 1
        return questions[-1] if questions else None


def test_an_adaptive_interview_takes_its_question_from_the_chooser(bank: Bank) -> None:
    questions = [bank.question(id) for id in ("rag", "attention", "overfitting")]
    settings = opened(adaptive=True, questions=tuple(q.id for q in questions), minutes=5)
    move = next_move(fold([settings]), questions, Last())
    assert isinstance(move, Ask)
    assert (move.step, move.question) == ("question", "overfitting")
    assert "tells most about you" in move.reason


def test_when_enough_is_known_the_variant_is_still_asked_and_then_it_closes(bank: Bank) -> None:
    questions = [bank.question(id) for id in ("rag", "attention")]
    session = fold([opened(adaptive=True, questions=("rag", "attention"), minutes=5)])
    first = next_move(session, questions, Last())
    assert isinstance(first, Ask)
    session = fold(turn(first, card(bank.question(first.question), {})), session)
    second = next_move(session, questions, Last(knows_enough=True))
    assert isinstance(second, Ask)
    assert second.step == "variant"
    session = fold(turn(second, card(bank.question(second.question), {})), session)
    assert next_move(session, questions, Last(knows_enough=True)) == Close(
        "your ability is known well enough"
    )


def test_an_adaptive_interview_without_a_chooser_is_refused(bank: Bank) -> None:
    with pytest.raises(UsageError, match="needs what is known of the person"):
        next_move(fold([opened(adaptive=True, minutes=5)]), list(bank))


def test_a_planned_interview_never_asks_the_chooser(bank: Bank) -> None:
    session = fold([opened(minutes=30)])
    assert next_move(session, list(bank), Last(knows_enough=True)) == next_move(session, list(bank))
