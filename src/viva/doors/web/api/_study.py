"""Study: what is due, the plan towards an interview, drills."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import Field

from viva.app import resume_session
from viva.app.drill import go_on_drilling, open_drill, unfinished_drill
from viva.app.study import (
    DEFAULT_MINUTES,
    Aim,
    aim_of,
    forget_aim,
    is_drill,
    keep_aim,
    lesson_of,
    plan_towards,
    study_now,
)
from viva.bank import Audience, Frozen
from viva.doors.web._desk import Here
from viva.doors.web._problems import Refused
from viva.doors.web.api._errors import problems
from viva.doors.web.api._sessions import SessionOut, session_out
from viva.exceptions import IllegalMove
from viva.session import State

router = APIRouter(prefix="/study", tags=["study"])
_AIM = {"interview": "2030-05-31", "minutes": 20, "topics": ["foundations"]}


class DueOut(Frozen):
    """A criterion that is due."""

    question: str
    criterion: str
    level: str
    since: dt.datetime
    chance_of_recall: float
    """0-1."""
    n_reviews: int
    n_lapses: int
    sure_and_wrong: bool


class ExerciseOut(Frozen):
    """One thing that a drill would ask."""

    way: str
    question: str
    variant: str | None
    criteria: tuple[str, ...]
    minutes: float


class StudyOut(Frozen):
    """Where memory stands."""

    at: dt.datetime
    minutes: float
    n_criteria: int
    n_known: int
    next_due: dt.datetime | None
    due: tuple[DueOut, ...]
    exercises: tuple[ExerciseOut, ...]
    unfinished_drill: str | None
    """A session's id."""


class PlacedOut(Frozen):
    """A criterion's place in a day."""

    question: str
    criterion: str
    way: str
    variant: str | None
    minutes: float
    new: bool


class DayOut(Frozen):
    """A day of the plan; `over`: minutes beyond those there are."""

    date: dt.date
    minutes: float
    over: float
    criteria: tuple[PlacedOut, ...]


class PlanOut(Frozen):
    """The days up to the interview."""

    interview: dt.date
    minutes_a_day: float
    recalled_at_interview: float
    n_criteria: int
    days: tuple[DayOut, ...]
    n_skipped: int
    n_left_out: int


class LessonOut(Frozen):
    """What there is to learn about a criterion, in Markdown."""

    question: str
    title: str
    criterion: str
    claim: str
    teach: str
    sources: tuple[str, ...]


class DrillIn(Frozen):
    """A drill to begin; an unfinished one is gone on with instead."""

    minutes: int = Field(DEFAULT_MINUTES, ge=1, le=480)
    new: int = Field(0, ge=0, le=50)
    """Criteria never met to ask as well."""
    audience: Audience = Audience.PEER


class OnIn(Frozen):
    """How many new criteria the whole drill may hold."""

    new: int = Field(0, ge=0, le=50)


@router.get("")
def read_study(desk: Here) -> StudyOut:
    """What is due, and the exercises that would practise it."""
    now = study_now(desk.viva)
    due = tuple(
        DueOut(
            question=d.card.question, criterion=d.card.criterion, level=d.level.value, since=d.memory.due,
            chance_of_recall=d.retrievability, n_reviews=d.memory.n_reviews, n_lapses=d.memory.n_lapses,
            sure_and_wrong=d.memory.is_sure_and_wrong,
        )
        for d in now.due
    )  # fmt: skip
    exercises = tuple(
        ExerciseOut(
            way=e.way.value, question=e.question, variant=e.variant, criteria=e.criteria, minutes=e.minutes
        )
        for e in now.exercises
    )
    return StudyOut(
        at=now.now, minutes=now.minutes, n_criteria=now.n_cards, n_known=now.n_learned, due=due,
        next_due=now.next_due, exercises=exercises, unfinished_drill=unfinished_drill(desk.viva),
    )  # fmt: skip


@router.get("/aim", responses=problems(404, 422))
def read_aim(desk: Here) -> Aim:
    """What is studied towards. 404 when no date is set."""
    aim = aim_of(desk.viva)
    if aim is None:
        raise Refused(404, "no interview date is set; PUT one here")
    return aim


@router.put("/aim", responses=problems(400, 413, 422))
def write_aim(desk: Here, aim: Annotated[Aim, Body(examples=[_AIM])]) -> PlanOut:
    """Set the interview's date, minutes a day and topics; gives the plan."""
    made = _plan(desk, aim)
    keep_aim(desk.viva, aim)
    return made


@router.delete("/aim", status_code=204)
def delete_aim(desk: Here) -> None:
    """Forget the date; what is known stays."""
    forget_aim(desk.viva)


@router.get("/plan", responses=problems(404, 422))
def read_plan(desk: Here) -> PlanOut:
    """The plan for the days left. 422 for a date that is past."""
    return _plan(desk, read_aim(desk))


@router.get("/lessons/{criterion}", responses=problems(404, 422))
def read_lesson(desk: Here, criterion: str, question: str) -> LessonOut:
    """What there is to learn about one criterion of a question."""
    return LessonOut.model_validate(lesson_of(desk.viva, question, criterion), from_attributes=True)


@router.post("/drills", status_code=201, responses=problems(400, 404, 413, 422))
def begin_drill(
    desk: Here, given: Annotated[DrillIn, Body(examples=[{"minutes": 20, "new": 3}])]
) -> SessionOut:
    """Begin a drill, or go on with the one that was broken off. 404 when there is nothing to ask."""
    if (id := unfinished_drill(desk.viva)) is not None:
        return session_out(resume_session(desk.viva, id))
    sitting = open_drill(desk.viva, audience=given.audience, minutes=given.minutes, new=given.new)
    if sitting is None:
        raise Refused(404, "nothing is due; give `new` to meet new criteria")
    return session_out(sitting)


@router.post("/drills/{id}/next", responses=problems(400, 404, 409, 413, 422))
def next_item(desk: Here, id: str, given: Annotated[OnIn, Body(examples=[{"new": 3}])]) -> SessionOut:
    """After a graded item: the drill's next one, or its end."""
    sitting = desk.sitting(id)
    if not is_drill(sitting.session) or sitting.session.state is not State.GRADED:
        raise IllegalMove(f"session {id!r} is no drill with its item graded")
    return session_out(go_on_drilling(desk.viva, sitting, new=given.new))


def _plan(desk: Here, aim: Aim) -> PlanOut:
    made = plan_towards(desk.viva, aim)
    days = tuple(
        DayOut(
            date=day.date, minutes=day.minutes, over=day.over,
            criteria=tuple(
                PlacedOut(
                    question=p.card.question, criterion=p.card.criterion, way=p.way.value,
                    variant=p.variant, minutes=p.minutes, new=p.is_new,
                )
                for p in day.placed
            ),
        )
        for day in made.days
    )  # fmt: skip
    return PlanOut(
        interview=made.interview, minutes_a_day=made.minutes, recalled_at_interview=made.recalled,
        n_criteria=made.n_cards, days=days, n_skipped=len(made.skipped), n_left_out=len(made.left_out),
    )  # fmt: skip
