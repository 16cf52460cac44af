"""Study reads the log: what is due, drills over it, and comes back to what wasn't known."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.conftest import Clock
from viva.app import Viva, answer, give_confidence, grade_response, resume_session
from viva.app.drill import go_on_drilling, open_drill, say_dont_know, unfinished_drill
from viva.app.study import (
    Aim,
    aim_of,
    forget_aim,
    keep_aim,
    lessons_after,
    new_today,
    plan_towards,
    study_now,
)
from viva.exceptions import InputError, UsageError


def test_nothing_is_due_before_anything_was_met(viva: Viva) -> None:
    now = study_now(viva)
    assert (now.due, now.n_cards, now.next_due) == ((), 0, None)
    assert open_drill(viva) is None


def test_i_dont_know_opens_the_lesson_and_the_criterion_comes_back(viva: Viva, clock: Clock) -> None:
    drill = open_drill(viva, new=1)
    assert drill is not None
    asked = drill.session.turn.asked
    drill = say_dont_know(viva, drill)
    (lesson,) = lessons_after(viva, drill.session.turn)
    assert lesson.criterion == asked.criterion
    assert lesson.teach
    assert lesson.sources
    assert not study_now(viva).due
    clock.forward(11 * 60)
    assert [d.card.criterion for d in study_now(viva).due] == [asked.criterion]


def test_a_drill_asks_again_once_and_then_ends(viva: Viva) -> None:
    drill = open_drill(viva, new=1)
    assert drill is not None
    drill = go_on_drilling(viva, say_dont_know(viva, drill), new=1)
    assert drill.session.turns[0].asked.criterion == drill.session.turns[1].asked.criterion
    drill = go_on_drilling(viva, say_dont_know(viva, drill), new=1)
    assert drill.session.closed_reason == "everything due was practised"


def test_a_drill_that_was_broken_off_is_found_again(viva: Viva) -> None:
    drill = open_drill(viva, new=2)
    assert drill is not None
    assert unfinished_drill(viva) == drill.id
    assert resume_session(viva, drill.id).session.turn.asked == drill.session.turn.asked


def test_what_was_said_well_is_not_due_for_days(viva: Viva, clock: Clock) -> None:
    drill = open_drill(viva, new=1)
    assert drill is not None
    asked = drill.session.turn.asked
    claim = viva.bank.question(asked.question).criterion(asked.criterion or "").claim
    drill = grade_response(viva, give_confidence(viva, answer(viva, drill, claim), 90))
    assert lessons_after(viva, drill.session.turn) == []
    clock.forward(86_400)
    assert not study_now(viva).due


def test_the_aim_is_kept_and_shapes_the_plan(viva: Viva, clock: Clock) -> None:
    aim = Aim(interview=clock().date() + dt.timedelta(days=6), minutes=12, topics=("retrieval",))
    keep_aim(viva, aim)
    assert aim_of(viva) == aim
    plan = plan_towards(viva, aim)
    topics = {viva.bank.question(p.card.question).topic for day in plan.days for p in day.placed}
    assert topics == {"retrieval"}
    assert new_today(viva, aim) == 6
    forget_aim(viva)
    assert aim_of(viva) is None


def test_an_unknown_topic_and_a_broken_file_are_told_clearly(viva: Viva, clock: Clock) -> None:
    with pytest.raises(UsageError, match="no topic 'cooking'"):
        keep_aim(viva, Aim(interview=clock().date(), topics=("cooking",)))
    viva.settings.home.mkdir(parents=True, exist_ok=True)
    (viva.settings.home / "aim.json").write_text("{")
    with pytest.raises(InputError, match="set the date again"):
        aim_of(viva)
