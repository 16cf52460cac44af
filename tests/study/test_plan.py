"""The plan towards the interview keeps its promises whatever the log holds."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from viva.bank import Bank
from viva.exceptions import UsageError
from viva.study import CardId, Grade, Plan, Review, memories_of, new_cards, plan_days

NOW = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)


def _plan(
    bank: Bank, past: list[tuple[int, Grade]], *, days: int, minutes: float
) -> tuple[Plan, set[CardId]]:
    questions = {q.id: q for q in bank}
    cards = new_cards(questions.values(), {})
    met = [
        Review(cards[i % 40], NOW - dt.timedelta(hours=5 * (len(past) - k)), grade)
        for k, (i, grade) in enumerate(past)
    ]
    memories = memories_of(met)
    interview = NOW.date() + dt.timedelta(days=days)
    made = plan_days(
        memories, new_cards(questions.values(), memories)[:30], questions,
        now=NOW, interview=interview, minutes=minutes,
    )  # fmt: skip
    return made, {c for c, m in memories.items() if m.due.date() < interview}


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    past=st.lists(st.tuples(st.integers(0, 39), st.sampled_from(Grade)), max_size=40),
    days=st.integers(1, 25),
    minutes=st.integers(1, 40),
)
def test_whatever_comes_due_has_a_place_and_no_day_is_over_without_saying_so(
    bank: Bank, past: list[tuple[int, Grade]], days: int, minutes: int
) -> None:
    made, due = _plan(bank, past, days=days, minutes=minutes)
    placed = {p.card for day in made.days for p in day.placed}
    assert due <= placed
    for day in made.days:
        assert day.minutes <= minutes + day.over + 1e-6
        if any(p.is_new for p in day.placed):
            assert not day.over or any(not p.is_new for p in day.placed)
    assert placed.isdisjoint(made.left_out)
    assert 0 <= made.recalled <= made.n_cards


def test_the_same_log_gives_the_same_plan(bank: Bank) -> None:
    past = [(i, Grade.GOOD) for i in range(10)]
    assert _plan(bank, past, days=9, minutes=15) == _plan(bank, past, days=9, minutes=15)


def test_more_minutes_never_leave_more_out(bank: Bank) -> None:
    left = [len(_plan(bank, [], days=5, minutes=m)[0].left_out) for m in (2, 6, 12, 40)]
    assert left == sorted(left, reverse=True)


@pytest.mark.parametrize(("days", "minutes"), [(-1, 30), (400, 30), (5, 0), (5, 2000)])
def test_a_plan_that_cannot_be_is_refused_with_what_was_wanted(bank: Bank, days: int, minutes: float) -> None:
    with pytest.raises(UsageError, match="wanted"):
        _plan(bank, [], days=days, minutes=minutes)
