"""The practice room: a session's page shows the step it stands at, and each form takes one step."""

from __future__ import annotations

import contextlib
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool
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
    title_of,
    turn_report,
)
from viva.app.practice import (
    DONT_KNOW,
    disagree,
    earlier_attempt,
    follow_up,
    forget_session,
    next_steps,
)
from viva.app.study import is_drill, lessons_after
from viva.bank import Audience, Verdict
from viva.doors.html import report_page
from viva.doors.web._desk import Desk, Here, check_turn
from viva.doors.web._guard import our_form, our_script
from viva.doors.web._queue import Busy
from viva.doors.web._render import page
from viva.exceptions import IllegalMove, InputError
from viva.session import Session, State

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
        return page(request, "ready.html", id=sitting.id, labs=session.labs)
    if session.state is State.LAB:
        return RedirectResponse(f"/sessions/{sitting.id}/lab", status_code=303)
    if session.state is State.GRADED:
        return page(request, "feedback.html", **_feedback(desk, sitting))
    if session.state is State.CLOSED:
        made = report_of(desk.viva, sitting.id, session)
        return page(
            request,
            "report.html",
            id=sitting.id,
            report=made,
            contests=_contests(sitting),
            kind=kind_of(session),
        )
    typed = draft_of(desk.viva, sitting) if text is None else text
    began = session.clock_at or session.turn.asked.at
    return page(
        request, "turn.html", status=422 if trouble else 200,
        id=sitting.id, session=session, turn=session.turn, number=len(session.turns),
        draft=typed, trouble=trouble, seconds=max(0, int((desk.viva.now() - began).total_seconds())),
        title=title_of(desk.viva, session, session.turn.asked),
    )  # fmt: skip


def kind_of(session: Session) -> str:
    """What a session is, as its page's heading."""
    if session.settings.mode == "interview":
        return "Interview report"
    if session.settings.mode == "lab":
        return "Lab report"
    return "Drill" if is_drill(session) else "Practice"


def _feedback(desk: Desk, sitting: Sitting) -> dict[str, Any]:
    session, drill = sitting.session, is_drill(sitting.session)
    turn = turn_report(desk.viva, session)
    shown = {f.teach for f in turn.findings if f.verdict is not Verdict.MET}
    lessons = lessons_after(desk.viva, session.turn) if drill else []
    return {
        "id": sitting.id,
        "session": session,
        "turn": turn,
        "earlier": earlier_attempt(desk.viva, sitting.id, session),
        "steps": next_steps(desk.viva, session),
        "contests": _contests(sitting),
        "number": len(session.turns),
        "is_drill": drill,
        "comes_back": bool(lessons),
        "lessons": [lesson for lesson in lessons if lesson.teach not in shown],
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
async def take_answer(
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
    taken = await run_in_threadpool(_take, request, desk, id, turn, text, confidence, action)
    return taken if isinstance(taken, Response) else await _judged(desk, taken)


def _take(
    request: Request, desk: Desk, id: str, turn: int, text: str, confidence: str, action: str
) -> Sitting | Response:
    """Accept words and confidence; the session to judge, or the page that says what is wrong."""
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
    return give_confidence(desk.viva, sitting, sure if knows else None)


async def _judged(desk: Desk, sitting: Sitting) -> Response:
    """The session's page, with its verdicts, or while they take too long with word that they will come."""
    with contextlib.suppress(Busy):
        await desk.judge(sitting)
    return _back(sitting.id)


@router.post("/{id}/confidence", dependencies=_FORM)
async def take_confidence(desk: Here, id: str, confidence: Annotated[str, Form()] = "") -> Response:
    """Note how sure the person is, then judge."""
    sitting = await run_in_threadpool(_sure, desk, id, confidence)
    return await _judged(desk, sitting) if sitting.session.state is State.CONFIDENT else _back(id)


def _sure(desk: Desk, id: str, confidence: str) -> Sitting:
    sitting = desk.sitting(id)
    if sitting.session.state is State.ANSWERED:
        sitting = give_confidence(desk.viva, sitting, _percent(confidence))
    return sitting


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
async def contest(
    desk: Here,
    id: str,
    turn: Annotated[int, Form(ge=1)],
    criterion: Annotated[str, Form(max_length=200)],
    words: Annotated[str, Form(max_length=4000)],
) -> Response:
    """Keep the person's disagreement, and judge the answer again."""
    await desk.in_turn(lambda: disagree(desk.viva, desk.sitting(id), turn, criterion, words))
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
    forget_session(desk.viva, id)
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
