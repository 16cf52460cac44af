"""Labs: the statement, an editor, and the same checks as on the command line."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from viva.app import ask_next
from viva.app.labs import (
    check_lab,
    lab_in,
    last_session,
    leave_lab,
    next_lab,
    open_debrief,
    submit_lab,
    take_over,
)
from viva.app.workspaces import begun_lab, files_of, save_files, work_on
from viva.doors.web._desk import Desk, Here, known_lab
from viva.doors.web._guard import our_form
from viva.doors.web._render import page
from viva.exceptions import InputError, SandboxError, UsageError
from viva.labs import Lab, Report, Workspace, find_lab, list_labs
from viva.session import State

router = APIRouter(prefix="/labs", dependencies=[Depends(known_lab)])
given = APIRouter(prefix="/sessions/{session}/lab")
"""The same for a lab that an interview gave."""
_FORM = [Depends(our_form)]


@router.get("")
def labs(request: Request, desk: Here) -> Response:
    """The labs there are, with what was reached in each."""
    now = desk.viva.now()
    rows = [(lab, w.progress(at=now) if (w := begun_lab(desk.viva, lab.id)) else None) for lab in list_labs()]
    return page(request, "labs.html", rows=rows)


@router.get("/{id}")
def lab(request: Request, desk: Here, id: str) -> Response:
    """A lab's statement; once it is started, the editor."""
    workspace = begun_lab(desk.viva, id)
    if workspace is None:
        return page(request, "lab_start.html", lab=find_lab(id), statement=statement_of(find_lab(id)))
    return _show(request, desk, workspace)


@router.post("/{id}/start", dependencies=_FORM)
def start(desk: Here, id: str) -> Response:
    """Lay out the lab and start its clock."""
    work_on(desk.viva, id)
    return _back(id)


@router.post("/{id}/work", dependencies=_FORM)
async def work(request: Request, desk: Here, id: str) -> Response:
    """Save the files, then do what the button says: save, check or submit."""
    files, action = await _sent(request)
    return await run_in_threadpool(lambda: _work(request, desk, work_on(desk.viva, id), files, action))


@router.post("/{id}/debrief", dependencies=_FORM)
def debrief(desk: Here, id: str) -> Response:
    """Go to the questions on the last attempt; when they are over, to its report."""
    return RedirectResponse(
        f"/sessions/{open_debrief(desk.viva, work_on(desk.viva, id)).id}", status_code=303
    )


async def _sent(request: Request) -> tuple[dict[str, str], str]:
    form = await request.form()
    files = {str(name)[5:]: str(text) for name, text in form.items() if str(name).startswith("file:")}
    return files, str(form.get("action", "save"))


def _work(
    request: Request, desk: Desk, workspace: Workspace, files: dict[str, str], action: str, base: str = ""
) -> Response:
    save_files(workspace, files)
    if action not in ("check", "submit"):
        return RedirectResponse(base or f"/labs/{workspace.lab.id}", status_code=303)
    try:
        report = check_lab(workspace) if action == "check" else submit_lab(desk.viva, workspace)
    except (InputError, SandboxError) as error:
        return _show(request, desk, workspace, base=base, trouble=str(error))
    return _show(request, desk, workspace, base=base, report=report)


@given.get("")
def given_lab(request: Request, desk: Here, session: str) -> Response:
    """The lab that the interview stands at; once it is handed in, the interview goes on."""
    sitting, workspace = lab_in(desk.viva, desk.sitting(session))
    if sitting.session.state is not State.LAB:
        return RedirectResponse(f"/sessions/{session}", status_code=303)
    return _show(request, desk, workspace, base=_base(session))


@given.post("/work", dependencies=_FORM)
async def given_work(request: Request, desk: Here, session: str) -> Response:
    """As for a lab of one's own; a submit ends the lab."""
    files, action = await _sent(request)
    return await run_in_threadpool(_given_work, request, desk, session, files, action)


def _given_work(request: Request, desk: Desk, session: str, files: dict[str, str], action: str) -> Response:
    sitting, workspace = lab_in(desk.viva, desk.sitting(session))
    if sitting.session.state is not State.LAB:
        return RedirectResponse(f"/sessions/{session}", status_code=303)
    return _work(request, desk, workspace, files, action, _base(session))


@given.post("/hint", dependencies=_FORM)
def given_hint(desk: Here, session: str) -> Response:
    """Reveal the next hint; it costs points."""
    _next_hint(desk, lab_in(desk.viva, desk.sitting(session))[1])
    return RedirectResponse(f"{_base(session)}#hints", status_code=303)


@given.post("/reset", dependencies=_FORM)
def given_reset(desk: Here, session: str, typed: Annotated[str, Form()] = "") -> Response:
    """Put the starter back; the work is kept beside it."""
    if typed.strip().lower() == "reset":
        lab_in(desk.viva, desk.sitting(session))[1].reset(at=desk.viva.now())
    return RedirectResponse(_base(session), status_code=303)


@given.post("/leave", dependencies=_FORM)
def given_leave(desk: Here, session: str) -> Response:
    """Go on without a submit."""
    sitting, _ = lab_in(desk.viva, desk.sitting(session))
    if sitting.session.state is State.LAB:
        ask_next(desk.viva, leave_lab(desk.viva, sitting))
    return RedirectResponse(f"/sessions/{session}", status_code=303)


def _base(session: str) -> str:
    return f"/sessions/{session}/lab"


@router.post("/{id}/hint", dependencies=_FORM)
def hint(desk: Here, id: str) -> Response:
    """Reveal the next hint; it costs points."""
    _next_hint(desk, work_on(desk.viva, id))
    return RedirectResponse(f"/labs/{id}#hints", status_code=303)


def _next_hint(desk: Desk, workspace: Workspace) -> None:
    if len(workspace.progress(at=desk.viva.now()).hints) < workspace.lab.n_hints:
        workspace.hint(at=desk.viva.now())


@router.post("/{id}/reset", dependencies=_FORM)
def reset(desk: Here, id: str, typed: Annotated[str, Form()] = "") -> Response:
    """Put the starter back; the work is kept beside it."""
    if typed.strip().lower() == "reset":
        work_on(desk.viva, id).reset(at=desk.viva.now())
    return _back(id)


def _show(
    request: Request,
    desk: Desk,
    workspace: Workspace,
    *,
    base: str = "",
    report: Report | None = None,
    trouble: str = "",
) -> Response:
    """The editor. `base`: where its forms go when the lab belongs to an interview."""
    lab = workspace.lab
    take_over(desk.viva, workspace)  # what a submit that was cut off left behind
    progress = workspace.progress(at=desk.viva.now())
    values: dict[str, Any] = {
        "lab": lab, "statement": statement_of(lab), "files": _files(workspace), "progress": progress,
        "hints": [hint_text(lab, n) for n in progress.hints], "report": report, "trouble": trouble,
        "base": base or f"/labs/{lab.id}", "in_interview": bool(base),
        "last": None if base else last_session(desk.viva, workspace),
        "following": None if base else next_lab(lab, list_labs()),
    }  # fmt: skip
    return page(request, "lab.html", status=422 if trouble else 200, **values)


def _files(workspace: Workspace) -> dict[str, str]:
    try:
        return files_of(workspace)
    except InputError:  # a file that can't be taken is shown empty beside the message that says why
        return dict.fromkeys(workspace.lab.files.editable, "")


def statement_of(lab: Lab) -> str:
    """The lab's README."""
    return (lab.folder / "README.md").read_text("utf-8")


def hint_text(lab: Lab, n: int) -> str:
    """The text of hint `n`, from 1. Raises UsageError when there is none."""
    if not 1 <= n <= lab.n_hints:
        raise UsageError(f"{lab.id} has no hint {n}; wanted: 1 to {lab.n_hints}")
    return (lab.folder / "hints" / f"{n}.md").read_text("utf-8")


def _back(id: str) -> Response:
    return RedirectResponse(f"/labs/{id}", status_code=303)
