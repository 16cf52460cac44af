"""Sessions: open, answer, be judged, go on."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Body
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from viva.app import (
    Report,
    Sitting,
    TurnReport,
    answer,
    ask_next,
    close_session,
    draft_of,
    give_confidence,
    keep_draft,
    open_session,
    report_of,
    resume_session,
    turn_report,
)
from viva.app.practice import disagree, follow_up, forget_session
from viva.bank import Audience, Frozen
from viva.doors.web._desk import Desk, Here, check_turn
from viva.doors.web.api._errors import problems
from viva.exceptions import IllegalMove
from viva.session import State

router = APIRouter(prefix="/sessions", tags=["sessions"])
_READ = problems(404, 422)
_STEP = problems(400, 404, 409, 413, 422)
_JUDGE = problems(400, 404, 409, 413, 422, 503)
SessionText = Annotated[str, Field(max_length=100_000)]


class TurnOut(Frozen):
    """The latest turn, as far as it has come."""

    number: int
    """From 1."""
    step: str
    question: str
    variant: str | None
    criterion: str | None
    ask: str
    audience: Audience
    reason: str
    response: str | None
    confidence: int | None
    score: float | None
    """None before grading, and when the answer can't be judged."""


class SessionOut(Frozen):
    """A session at one moment."""

    id: str
    state: State
    mode: str
    audience: Audience
    minutes: int
    opened_at: dt.datetime
    n_turns: int
    turn: TurnOut | None
    closed_reason: str | None


class SessionLineOut(Frozen):
    """One line of the list of sessions."""

    id: str
    opened_at: dt.datetime
    updated_at: dt.datetime
    mode: str
    state: str
    n_turns: int
    mean_score: float | None


class OpenIn(Frozen):
    """An interview, or with `mode` "single" practice of one question."""

    mode: str = Field("interview", pattern="^(interview|single)$")
    questions: tuple[str, ...] = Field((), max_length=100)
    topics: tuple[str, ...] = Field((), max_length=100)
    audience: Audience = Audience.PEER
    minutes: int = Field(30, ge=1, le=480)
    seed: int | None = Field(None, ge=0, le=2**31)
    adaptive: bool = False


class AnswerIn(Frozen):
    """The words of the turn being asked. `turn` guards against answering another one."""

    text: SessionText
    turn: int | None = None


class DraftIn(Frozen):
    """Words not yet accepted."""

    text: SessionText
    turn: int | None = None


class DraftOut(Frozen):
    """Words typed for the turn being asked."""

    turn: int
    text: str


class ConfidenceIn(Frozen):
    """How sure the person is, 0-100; null when they would rather not say."""

    confidence: int | None = Field(ge=0, le=100)


class FollowUpIn(Frozen):
    """A probe (`criterion`), a variant, or with neither the question again, for `audience` if given."""

    criterion: str | None = None
    variant: str | None = None
    audience: Audience | None = None


class ContestIn(Frozen):
    """Disagreement with a verdict of a graded turn (from 1)."""

    turn: int = Field(ge=1)
    criterion: str
    words: Annotated[str, Field(min_length=1, max_length=4000)]


class CloseIn(Frozen):
    """Why it ends."""

    reason: Annotated[str, Field(max_length=200)] = "it was ended"


@router.get("", responses=problems(422))
def list_sessions(desk: Here, open_only: bool = False) -> list[SessionLineOut]:
    """The sessions there are, the most recently used first."""
    lines = desk.viva.store.lines(open_only=open_only)
    return [SessionLineOut.model_validate(line, from_attributes=True) for line in lines]


@router.post("", status_code=201, responses=_STEP)
def open_one(
    desk: Here, given: Annotated[OpenIn, Body(examples=[{"mode": "single", "questions": ["overfitting"]}])]
) -> SessionOut:
    """Open a session and ask the first thing."""
    seed = secrets.randbelow(10**6) if given.seed is None else given.seed
    sitting = open_session(
        desk.viva, audience=given.audience, minutes=given.minutes, seed=seed, topics=given.topics,
        questions=given.questions, single=given.mode == "single", adaptive=given.adaptive,
    )  # fmt: skip
    return session_out(ask_next(desk.viva, sitting))


@router.get("/{id}", responses=_READ)
def read_session(desk: Here, id: str) -> SessionOut:
    """Where a session stands."""
    return session_out(desk.sitting(id))


@router.delete("/{id}", status_code=204, responses=_READ)
def delete_session(desk: Here, id: str) -> None:
    """Delete a session with everything said in it, for good."""
    forget_session(desk.viva, id)


@router.get("/{id}/draft", responses=_READ)
def read_draft(desk: Here, id: str) -> DraftOut:
    """What is typed so far; empty when nothing is being asked."""
    sitting = desk.sitting(id)
    return DraftOut(turn=len(sitting.session.turns), text=draft_of(desk.viva, sitting))


@router.put("/{id}/draft", status_code=204, responses=_STEP)
def write_draft(
    desk: Here, id: str, given: Annotated[DraftIn, Body(examples=[{"text": "it learns", "turn": 1}])]
) -> None:
    """Keep what is typed so far."""
    keep_draft(desk.viva, _asked(desk, id, given.turn), given.text)


@router.post("/{id}/answer", responses=_STEP)
def give_answer(
    desk: Here,
    id: str,
    given: Annotated[AnswerIn, Body(examples=[{"text": "it learns the noise of its training data"}])],
) -> SessionOut:
    """Accept the words, exactly as sent; they are durable when this returns."""
    return session_out(answer(desk.viva, _asked(desk, id, given.turn), given.text))


@router.post("/{id}/confidence", responses=_STEP)
def say_confidence(
    desk: Here, id: str, given: Annotated[ConfidenceIn, Body(examples=[{"confidence": 70}])]
) -> SessionOut:
    """Say how sure you are, before any feedback."""
    return session_out(give_confidence(desk.viva, desk.sitting(id), given.confidence))


@router.post("/{id}/grade", responses=_JUDGE)
async def grade_turn(desk: Here, id: str) -> TurnReport:
    """Judge the answer; gives the verdicts, each with your own words."""
    sitting = await run_in_threadpool(_confident, desk, id)
    judged = await desk.judge(sitting)
    return await run_in_threadpool(turn_report, desk.viva, judged.session)


def _confident(desk: Desk, id: str) -> Sitting:
    """The session, when its answer waits to be judged. Raises IllegalMove otherwise."""
    sitting = desk.sitting(id)
    if sitting.session.state is not State.CONFIDENT:
        raise IllegalMove(
            f"session {id!r} is {sitting.session.state.value!r}; wanted: an answer with its confidence given"
        )
    return sitting


@router.post("/{id}/next", responses=_STEP)
def next_turn(desk: Here, id: str) -> SessionOut:
    """The interviewer's next move: something is asked, or the session closes."""
    sitting = desk.sitting(id)
    if sitting.session.state not in (State.READY, State.GRADED):
        raise IllegalMove(f"session {id!r} is {sitting.session.state.value!r}; answer what is asked first")
    return session_out(ask_next(desk.viva, sitting))


@router.post("/{id}/follow-ups", responses=_STEP)
def ask_follow_up(
    desk: Here, id: str, given: Annotated[FollowUpIn, Body(examples=[{"audience": "stakeholder"}])]
) -> SessionOut:
    """Go on from a graded turn: a probe, a variant, the other audience, or another try."""
    made = follow_up(
        desk.viva, desk.sitting(id), criterion=given.criterion, variant=given.variant, audience=given.audience
    )
    return session_out(made)


@router.post("/{id}/contests", responses=_JUDGE)
async def contest(
    desk: Here,
    id: str,
    given: Annotated[ContestIn, Body(examples=[{"turn": 1, "criterion": "learns-the-noise", "words": "…"}])],
) -> SessionOut:
    """Disagree with a verdict: your words are kept and the answer is judged again."""
    return await desk.in_turn(
        lambda: session_out(disagree(desk.viva, desk.sitting(id), given.turn, given.criterion, given.words))
    )


@router.post("/{id}/resume", responses=_STEP)
def resume(desk: Here, id: str) -> SessionOut:
    """Come back to an open session; the time away doesn't count."""
    return session_out(resume_session(desk.viva, id))


@router.post("/{id}/close", responses=_STEP)
def close(
    desk: Here, id: str, given: Annotated[CloseIn, Body(examples=[{"reason": "time to go"}])]
) -> SessionOut:
    """End a session before its time."""
    return session_out(close_session(desk.viva, desk.sitting(id), given.reason))


@router.get("/{id}/report", responses=_READ)
def report(desk: Here, id: str) -> Report:
    """What the session amounts to: every point tied to your own words."""
    return report_of(desk.viva, id, desk.sitting(id).session)


@router.get("/{id}/events", responses=_READ)
def events(desk: Here, id: str) -> list[dict[str, Any]]:
    """Everything that happened, oldest first: the truth that all else is read from."""
    return [event.model_dump(mode="json") for event in desk.viva.store.history(id)]


def _asked(desk: Desk, id: str, turn: int | None) -> Sitting:
    """The session, being asked the turn that the caller means. Raises IllegalMove otherwise."""
    sitting = desk.sitting(id)
    if turn is not None:
        check_turn(sitting, turn)
    if sitting.session.state is not State.ASKED:
        raise IllegalMove(f"session {id!r} is {sitting.session.state.value!r}; nothing is being asked")
    return sitting


def session_out(sitting: Sitting) -> SessionOut:
    session, settings = sitting.session, sitting.session.settings
    return SessionOut(
        id=sitting.id, state=session.state, mode=settings.mode, audience=settings.audience,
        minutes=settings.minutes, opened_at=settings.at, n_turns=len(session.turns),
        turn=_turn(sitting) if session.turns else None, closed_reason=session.closed_reason,
    )  # fmt: skip


def _turn(sitting: Sitting) -> TurnOut:
    turn = sitting.session.turn
    asked = turn.asked
    return TurnOut(
        number=len(sitting.session.turns), step=asked.step, question=asked.question, variant=asked.variant,
        criterion=asked.criterion, ask=asked.ask, audience=asked.audience, reason=asked.reason,
        response=turn.response, confidence=turn.confidence,
        score=turn.scorecard.score if turn.scorecard else None,
    )  # fmt: skip
