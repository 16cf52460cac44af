"""The practice room: a session's page shows the step it stands at, and each form takes one step."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from viva.app import (
    Sitting,
    answer,
    ask_next,
    close_session,
    draft_of,
    give_confidence,
    keep_draft,
    report_of,
    resume_session,
    turn_report,
)
from viva.app.practice import DONT_KNOW, disagree, earlier_attempt, follow_up, next_steps
from viva.bank import Audience
from viva.doors.html import report_page
from viva.doors.web._desk import Desk, Here, check_turn
from viva.doors.web._guard import our_form, our_script
from viva.doors.web._render import page
from viva.exceptions import IllegalMove, InputError
from viva.session import State

router = APIRouter(prefix="/sessions")
_FORM = [Depends(our_form)]


class DraftIn(BaseModel):
    """Words typed so far."""

    model_config = ConfigDict(extra="forbid")
    text: str


@router.get("/{id}")
def show(request: Request, desk: Here, id: str) -> Response:
    """The step that the session stands at."""
    return _show(request, desk, desk.sitting(id))


def _show(
    request: Request, desk: Desk, sitting: Sitting, *, text: str | None = None, trouble: str = ""
) -> Response:
    session = sitting.session
    if session.state is State.READY:  # it was stopped between opening and asking
        return page(request, "ready.html", id=sitting.id)
    if session.state is State.GRADED:
        return page(request, "feedback.html", **_feedback(desk, sitting))
    if session.state is State.CLOSED:
        made = report_of(desk.viva, sitting.id, session)
        return page(request, "report.html", id=sitting.id, report=made, contests=_contests(sitting))
    typed = draft_of(desk.viva, sitting) if text is None else text
    began = session.clock_at or session.turn.asked.at
    return page(
        request, "turn.html", status=422 if trouble else 200,
        id=sitting.id, session=session, turn=session.turn, number=len(session.turns),
        draft=typed, trouble=trouble, seconds=max(0, int((desk.viva.now() - began).total_seconds())),
        title=desk.viva.bank.question(session.turn.asked.question).title,
    )  # fmt: skip


def _feedback(desk: Desk, sitting: Sitting) -> dict[str, Any]:
    session = sitting.session
    return {
        "id": sitting.id,
        "session": session,
        "turn": turn_report(desk.viva, session),
        "earlier": earlier_attempt(desk.viva, sitting.id, session),
        "steps": next_steps(desk.viva, session),
        "contests": _contests(sitting),
        "number": len(session.turns),
    }


def _contests(sitting: Sitting) -> dict[tuple[int, str], list[str]]:
    """(turn from 1, criterion) → what the person said against the verdict."""
    found: dict[tuple[int, str], list[str]] = {}
    for number, turn in enumerate(sitting.session.turns, 1):
        for contest in turn.contests:
            found.setdefault((number, contest.criterion), []).append(contest.words)
    return found


@router.put("/{id}/drafts/{turn}", dependencies=[Depends(our_script)])
def save_draft(desk: Here, id: str, turn: int, draft: DraftIn) -> Response:
    """Keep what is typed so far. 409 once the turn is answered."""
    sitting = desk.sitting(id)
    check_turn(sitting, turn)
    if sitting.session.state is not State.ASKED:
        raise IllegalMove(f"turn {turn} is answered already; its words are kept as they were sent")
    keep_draft(desk.viva, sitting, draft.text)
    return Response(status_code=204)


@router.post("/{id}/answer", dependencies=_FORM)
def take_answer(
    request: Request,
    desk: Here,
    id: str,
    turn: Annotated[int, Form()],
    text: Annotated[str, Form()] = "",
    confidence: Annotated[str, Form()] = "",
    action: Annotated[str, Form()] = "answer",
) -> Response:
    """Accept the words, durable at once; then the confidence, then the verdicts.

    A form sent twice, or from a page left open, changes nothing.
    """
    sitting = desk.sitting(id)
    if sitting.session.state is not State.ASKED or turn != len(sitting.session.turns):
        return _back(id)
    words = text.replace("\r\n", "\n")
    knows = action != "dont-know"
    try:
        sure = _percent(confidence)
        if knows and not words.strip():
            raise InputError("nothing is written yet; write an answer, or say that you don't know yet")
        if not knows:
            words = f"{words}\n{DONT_KNOW}" if words.strip() else DONT_KNOW
        sitting = answer(desk.viva, sitting, words)
    except InputError as error:
        return _show(request, desk, sitting, text=text, trouble=str(error))
    desk.grade(give_confidence(desk.viva, sitting, sure if knows else None))
    return _back(id)


@router.post("/{id}/confidence", dependencies=_FORM)
def take_confidence(desk: Here, id: str, confidence: Annotated[str, Form()] = "") -> Response:
    """Note how sure the person is, then judge."""
    sitting = desk.sitting(id)
    if sitting.session.state is State.ANSWERED:
        sitting = give_confidence(desk.viva, sitting, _percent(confidence))
    if sitting.session.state is State.CONFIDENT:
        desk.grade(sitting)
    return _back(id)


@router.post("/{id}/next", dependencies=_FORM)
def move_on(desk: Here, id: str) -> Response:
    """The interviewer's next move."""
    sitting = desk.sitting(id)
    if sitting.session.state in (State.READY, State.GRADED):
        ask_next(desk.viva, sitting)
    return _back(id)


@router.post("/{id}/follow-up", dependencies=_FORM)
def go_on(
    desk: Here,
    id: str,
    criterion: Annotated[str, Form()] = "",
    variant: Annotated[str, Form()] = "",
    audience: Annotated[Audience | None, Form()] = None,
) -> Response:
    """A probe, a variant, the other audience's version, or another try."""
    sitting = desk.sitting(id)
    if sitting.session.state is State.GRADED:
        follow_up(desk.viva, sitting, criterion=criterion or None, variant=variant or None, audience=audience)
    return _back(id)


@router.post("/{id}/contest", dependencies=_FORM)
def contest(
    desk: Here,
    id: str,
    turn: Annotated[int, Form(ge=1)],
    criterion: Annotated[str, Form(max_length=200)],
    words: Annotated[str, Form(max_length=4000)],
) -> Response:
    """Keep the person's disagreement, and judge the answer again."""
    with desk.grading:
        disagree(desk.viva, desk.sitting(id), turn, criterion, words)
    return RedirectResponse(f"/sessions/{id}#t{turn}-{criterion}", status_code=303)


@router.post("/{id}/resume", dependencies=_FORM)
def resume(desk: Here, id: str) -> Response:
    """Come back: the time away doesn't count."""
    resume_session(desk.viva, id)
    return _back(id)


@router.post("/{id}/close", dependencies=_FORM)
def close(desk: Here, id: str) -> Response:
    """End it here."""
    sitting = desk.sitting(id)
    if sitting.session.state is not State.CLOSED:
        close_session(desk.viva, sitting, "you ended it")
    return _back(id)


@router.post("/{id}/delete", dependencies=_FORM)
def delete(desk: Here, id: str) -> Response:
    """Delete a session for good."""
    desk.viva.store.delete(id)
    return RedirectResponse("/progress", status_code=303)


@router.get("/{id}/report.html")
def report_file(desk: Here, id: str) -> Response:
    """The report as one self-contained page, to keep or pass on."""
    made = report_of(desk.viva, id, desk.sitting(id).session)
    named = {"content-disposition": f'attachment; filename="viva-{id}.html"'}
    return HTMLResponse(report_page(made), headers=named)


@router.get("/{id}/report.json")
def report_json(desk: Here, id: str) -> Response:
    """The report as JSON."""
    made = report_of(desk.viva, id, desk.sitting(id).session)
    named = {"content-disposition": f'attachment; filename="viva-{id}.json"'}
    return JSONResponse(made.model_dump(mode="json"), headers=named)


def _percent(typed: str) -> int | None:
    """What was typed for confidence. Raises InputError unless it is empty or 0-100."""
    plain = typed.strip().rstrip("%").strip()
    if not plain:
        return None
    if not plain.isdecimal() or int(plain) > 100:
        raise InputError(
            f"confidence: found {typed[:20]!r}; wanted: a whole number from 0 to 100, or nothing"
        )
    return int(plain)


def _back(id: str) -> Response:
    return RedirectResponse(f"/sessions/{id}", status_code=303)
