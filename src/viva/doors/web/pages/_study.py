"""Study: what is due, the plan towards an interview, and drills."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from viva.app import resume_session
from viva.app.drill import go_on_drilling, open_drill, unfinished_drill
from viva.app.study import (
    DEFAULT_MINUTES,
    Aim,
    StudyNow,
    aim_of,
    forget_aim,
    is_drill,
    keep_aim,
    lesson_of,
    new_today,
    plan_towards,
    study_now,
)
from viva.bank import Audience
from viva.doors.web._desk import Desk, Here
from viva.doors.web._guard import our_form
from viva.doors.web._render import page
from viva.exceptions import InputError, UsageError
from viva.session import State
from viva.study import CardId, Plan

router = APIRouter(prefix="/study")
_FORM = [Depends(our_form)]
NEW_COOKIE = "viva_drill"
"""Remembers how many new criteria a drill was begun with: ``<session>:<n>``."""
N_DAYS = 14
"""So many days of a plan are shown at once; the rest open."""


@router.get("")
def study(request: Request, desk: Here) -> Response:
    """What is due, how to practise it, and the days left."""
    return _show(request, desk)


def _show(request: Request, desk: Desk, *, trouble: str = "") -> Response:
    viva = desk.viva
    now, aim = study_now(viva), _aim(desk)
    plan, n_new = _plan(desk, aim)
    return page(
        request, "study.html", status=422 if trouble else 200, now=now, aim=aim, plan=plan, n_new=n_new,
        claims=_claims(desk, now), chances={d.card: d.retrievability for d in now.due},
        titles=_titles(desk, now, plan), unfinished=unfinished_drill(viva), trouble=trouble,
        topics=sorted({q.topic for q in viva.bank}), days_left=_days_left(desk, aim), n_days=N_DAYS,
        minutes=aim.minutes if aim else DEFAULT_MINUTES,
    )  # fmt: skip


@router.get("/today")
def today(request: Request, desk: Here) -> Response:
    """What is due and how long until the interview, in a few words for the first page."""
    from viva.app.history import days_practised  # SciPy takes a second to import

    aim = _aim(desk)
    return page(
        request, "study_today.html", now=study_now(desk.viva), aim=aim, days_left=_days_left(desk, aim),
        unfinished=unfinished_drill(desk.viva), practised=days_practised(desk.viva),
        minutes=aim.minutes if aim else DEFAULT_MINUTES,
    )  # fmt: skip


@router.get("/lessons/{criterion}")
def lesson(request: Request, desk: Here, criterion: str, question: str) -> Response:
    """What there is to learn about one criterion of a question."""
    return page(request, "lesson.html", lesson=lesson_of(desk.viva, question, criterion))


@router.post("/drill", dependencies=_FORM)
def begin(
    desk: Here,
    minutes: Annotated[int, Form(ge=1, le=480)] = DEFAULT_MINUTES,
    new: Annotated[int | None, Form(ge=0, le=50)] = None,
    audience: Annotated[Audience, Form()] = Audience.PEER,
) -> Response:
    """Go on with the drill that was broken off, or begin one; `new` None takes what the plan has today."""
    if (id := unfinished_drill(desk.viva)) is not None:
        return _to(resume_session(desk.viva, id).id)
    n_new = _planned(desk) if new is None else new
    sitting = open_drill(desk.viva, audience=audience, minutes=minutes, new=n_new)
    if sitting is None:
        return RedirectResponse("/study#due", status_code=303)
    answer = _to(sitting.id)
    answer.set_cookie(NEW_COOKIE, f"{sitting.id}:{n_new}", httponly=True, samesite="lax", max_age=86_400)
    return answer


@router.post("/drill/{id}/next", dependencies=_FORM)
def go_on(request: Request, desk: Here, id: str) -> Response:
    """The drill's next item, or its end."""
    sitting = desk.sitting(id)
    if sitting.session.state is State.GRADED and is_drill(sitting.session):
        go_on_drilling(desk.viva, sitting, new=_new_of(request, desk, id))
    return _to(id)


@router.post("/aim", dependencies=_FORM)
def set_aim(
    request: Request,
    desk: Here,
    date: Annotated[str, Form()] = "",
    minutes: Annotated[int, Form(ge=1, le=24 * 60)] = DEFAULT_MINUTES,
    topic: Annotated[list[str] | None, Form()] = None,
    back: Annotated[str, Form()] = "",
) -> Response:
    """Set the interview's date, the minutes a day and the topics that new criteria come from."""
    try:
        known = _aim(desk)
        topics = known.topics if topic is None and back == "home" and known else tuple(topic or ())
        aim = Aim(interview=_date(date), minutes=minutes, topics=topics)
        plan_towards(desk.viva, aim)  # a date that can't be planned for is refused before it is kept
        keep_aim(desk.viva, aim)
    except (InputError, UsageError) as error:
        return _show(request, desk, trouble=str(error))
    return RedirectResponse("/" if back == "home" else "/study#plan", status_code=303)


@router.post("/aim/forget", dependencies=_FORM)
def clear_aim(desk: Here, back: Annotated[str, Form()] = "") -> Response:
    """Forget the date; what is known stays."""
    forget_aim(desk.viva)
    return RedirectResponse("/" if back == "home" else "/study", status_code=303)


def _aim(desk: Desk) -> Aim | None:
    """The aim, or None also when its file can't be read: the form is there to set it again."""
    try:
        return aim_of(desk.viva)
    except InputError:
        return None


def _days_left(desk: Desk, aim: Aim | None) -> int | None:
    """Days to the interview; below 0 when it is past, None without one."""
    return (aim.interview - desk.viva.now().astimezone().date()).days if aim else None


def _plan(desk: Desk, aim: Aim | None) -> tuple[Plan | None, int]:
    """The plan and how many new criteria it has for today; none for a date that is past or out of reach."""
    if aim is None:
        return None, 0
    try:
        made = plan_towards(desk.viva, aim)
    except UsageError:
        return None, 0
    return made, sum(p.is_new for p in made.days[0].placed)


def _planned(desk: Desk) -> int:
    """How many new criteria the plan has for today; 0 without an interview ahead."""
    aim = _aim(desk)
    left = _days_left(desk, aim)
    return new_today(desk.viva, aim) if aim is not None and left is not None and left >= 0 else 0


def _new_of(request: Request, desk: Desk, id: str) -> int:
    """How many new criteria this drill was begun with; the plan's for today when the cookie is gone."""
    session, _, n = request.cookies.get(NEW_COOKIE, "").rpartition(":")
    return min(50, int(n)) if session == id and n.isdecimal() else _planned(desk)


def _claims(desk: Desk, now: StudyNow) -> dict[CardId, str]:
    """What each due criterion looks for."""
    question = desk.viva.bank.question
    return {d.card: question(d.card.question).criterion(d.card.criterion).claim for d in now.due}


def _titles(desk: Desk, now: StudyNow, plan: Plan | None) -> dict[str, str]:
    """The titles of every question due or planned."""
    planned = {p.card.question for day in plan.days for p in day.placed} if plan else set()
    ids = planned | {e.question for e in now.exercises}
    return {id: desk.viva.bank.question(id).title for id in ids}


def _date(typed: str) -> dt.date:
    """A date as a browser sends it. Raises InputError."""
    try:
        return dt.date.fromisoformat(typed.strip())
    except ValueError:
        raise InputError(f"date: found {typed[:20]!r}; wanted: a day like 2030-05-31") from None


def _to(id: str) -> RedirectResponse:
    return RedirectResponse(f"/sessions/{id}", status_code=303)
