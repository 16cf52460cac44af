"""Labs: the statement, an editor, and the same checks as on the command line."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from viva.app.labs import check_lab, next_lab, submit_lab
from viva.app.workspaces import begun_lab, files_of, save_files, work_on
from viva.doors.web._desk import Desk, Here, known_lab
from viva.doors.web._guard import our_form
from viva.doors.web._render import page
from viva.exceptions import InputError, SandboxError, UsageError
from viva.labs import Lab, Report, Workspace, find_lab, lead_in, list_labs

router = APIRouter(prefix="/labs", dependencies=[Depends(known_lab)])
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
    form = await request.form()
    files = {str(name)[5:]: str(text) for name, text in form.items() if str(name).startswith("file:")}
    return await run_in_threadpool(_work, request, desk, id, files, str(form.get("action", "save")))


def _work(request: Request, desk: Desk, id: str, files: dict[str, str], action: str) -> Response:
    workspace = work_on(desk.viva, id)
    save_files(workspace, files)
    if action not in ("check", "submit"):
        return _back(id)
    try:
        report = check_lab(workspace) if action == "check" else submit_lab(desk.viva, workspace)
    except (InputError, SandboxError) as error:
        return _show(request, desk, workspace, trouble=str(error))
    return _show(request, desk, workspace, report=report)


@router.post("/{id}/hint", dependencies=_FORM)
def hint(desk: Here, id: str) -> Response:
    """Reveal the next hint; it costs points."""
    workspace = work_on(desk.viva, id)
    if len(workspace.progress(at=desk.viva.now()).hints) < workspace.lab.n_hints:
        workspace.hint(at=desk.viva.now())
    return RedirectResponse(f"/labs/{id}#hints", status_code=303)


@router.post("/{id}/reset", dependencies=_FORM)
def reset(desk: Here, id: str, typed: Annotated[str, Form()] = "") -> Response:
    """Put the starter back; the work is kept beside it."""
    if typed.strip().lower() == "reset":
        work_on(desk.viva, id).reset(at=desk.viva.now())
    return _back(id)


def _show(
    request: Request, desk: Desk, workspace: Workspace, *, report: Report | None = None, trouble: str = ""
) -> Response:
    lab = workspace.lab
    progress = workspace.progress(at=desk.viva.now())
    asked = [lead_in(q, report) for q in lab.debrief if q.id in report.debrief] if report else []
    values: dict[str, Any] = {
        "lab": lab, "statement": statement_of(lab), "files": _files(workspace), "progress": progress,
        "hints": [hint_text(lab, n) for n in progress.hints], "debrief": asked, "report": report,
        "trouble": trouble, "following": next_lab(lab, list_labs()),
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
