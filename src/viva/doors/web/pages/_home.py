"""The first page, and the two that begin something."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from viva.app import ask_next, open_session
from viva.app.labs import choose_labs
from viva.app.practice import start_practice
from viva.bank import Audience, Bank, Question
from viva.doors.web._desk import Here
from viva.doors.web._guard import our_form
from viva.doors.web._render import page
from viva.exceptions import UsageError
from viva.session import State

router = APIRouter()
N_OPEN = 5


@router.get("/")
def home(request: Request, desk: Here) -> Response:
    """What to go on with, where to start, where you stand."""
    lines = desk.viva.store.lines()
    unfinished = [line for line in lines if _is_unfinished(line.mode, line.state)]
    n_questions = len(desk.viva.bank)
    return page(
        request,
        "home.html",
        unfinished=unfinished[:N_OPEN],
        n_sessions=len(lines),
        n_questions=n_questions,
    )


@router.get("/practice")
def practice(request: Request, desk: Here) -> Response:
    """Choose a question to practise."""
    return page(request, "practice.html", topics=by_topic(desk.viva.bank))


@router.post("/practice", dependencies=[Depends(our_form)])
def begin_practice(
    desk: Here,
    question: Annotated[str, Form()] = "",
    topic: Annotated[str, Form()] = "",
    audience: Annotated[Audience, Form()] = Audience.PEER,
) -> Response:
    """Ask the question, or any of the topic's, or any at all."""
    id = question or _any_of(desk.viva.bank, topic)
    return _to_session(start_practice(desk.viva, id, audience=audience).id)


@router.get("/interview")
def interview(request: Request, desk: Here) -> Response:
    """Choose what a mock interview is about."""
    return page(request, "interview.html", topics=sorted(by_topic(desk.viva.bank)))


@router.post("/interview", dependencies=[Depends(our_form)])
def begin_interview(
    desk: Here,
    topic: Annotated[list[str] | None, Form()] = None,
    level: Annotated[str, Form()] = "",
    minutes: Annotated[int, Form(ge=1, le=480)] = 30,
    audience: Annotated[Audience, Form()] = Audience.PEER,
    adaptive: Annotated[bool, Form()] = False,
    labs: Annotated[bool, Form()] = False,
) -> Response:
    """Open the interview and ask the first thing."""
    topics, seed = tuple(topic or ()), secrets.randbelow(10**6)
    sitting = open_session(
        desk.viva, audience=audience, minutes=minutes, seed=seed, adaptive=adaptive,
        labs=choose_labs(desk.viva, minutes=minutes, seed=seed, topics=topics) if labs else (),
        topics=() if level else topics, questions=_of_level(desk.viva.bank, level, topics),
    )  # fmt: skip
    return _to_session(ask_next(desk.viva, sitting).id)


def by_topic(bank: Bank) -> dict[str, list[Question]]:
    """The questions under their topics, both in order."""
    found: dict[str, list[Question]] = {}
    for question in sorted(bank, key=lambda q: (q.topic, not q.core, q.title)):
        found.setdefault(question.topic, []).append(question)
    return found


def _of_level(bank: Bank, level: str, topics: tuple[str, ...]) -> tuple[str, ...]:
    """The questions meant for a level, in an order of chance; none when any level will do."""
    if not level:
        return ()
    fit = [q.id for q in bank if level in q.levels and (not topics or q.topic in topics)]
    if not fit:
        raise UsageError(f"no question of the level {level!r} in these topics; choose more topics")
    secrets.SystemRandom().shuffle(fit)
    return tuple(fit)


def _any_of(bank: Bank, topic: str) -> str:
    fit = [q.id for q in bank if not topic or q.topic == topic]
    if not fit:
        raise UsageError(f"no topic {topic!r} in the bank; choose one from the list")
    return secrets.choice(fit)


def _is_unfinished(mode: str, state: str) -> bool:
    """Practice that shows its feedback is finished, though more can follow."""
    return state != State.CLOSED and not (mode == "single" and state == State.GRADED)


def _to_session(id: str) -> Response:
    return RedirectResponse(f"/sessions/{id}", status_code=303)
