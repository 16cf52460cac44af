"""Labs: files, checks, attempts, hints."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends
from pydantic import Field

from viva.app.labs import check_lab, open_debrief, submit_lab
from viva.app.workspaces import begun_lab, files_of, save_files, work_on
from viva.bank import Frozen
from viva.doors.web._desk import Here, known_lab
from viva.doors.web.api._errors import problems
from viva.doors.web.api._sessions import SessionOut, session_out
from viva.labs import Lab, Workspace, find_lab, list_labs

router = APIRouter(prefix="/labs", tags=["labs"], dependencies=[Depends(known_lab)])
_READ = problems(404, 422)
_STEP = problems(400, 404, 413, 422, 503)


class LabLine(Frozen):
    """One line of the list of labs."""

    id: str
    title: str
    step: str
    minutes: int
    max_points: float
    topics: tuple[str, ...]


class LabOut(LabLine):
    """A lab, and the work on it when it was started."""

    statement: str
    """Markdown."""
    started: bool
    files: dict[str, str]
    best: float | None
    n_attempts: int
    n_hints: int
    n_hints_shown: int


class FilesIn(Frozen):
    """Files to write: name → whole text."""

    files: dict[str, str] = Field(max_length=20)


class HintOut(Frozen):
    """A hint, from 1, in Markdown."""

    n: int
    text: str


class KeptOut(Frozen):
    """Where the work was put before the starter came back."""

    kept: str


@router.get("")
def list_all() -> list[LabLine]:
    """The labs there are."""
    return [LabLine(**_line(lab)) for lab in list_labs()]


@router.get("/{id}", responses=_READ)
def read_lab(desk: Here, id: str) -> LabOut:
    """A lab's statement, and your files once it is started."""
    workspace = begun_lab(desk.viva, id)
    return _out(desk, find_lab(id), workspace)


@router.post("/{id}/start", responses=_STEP)
def start(desk: Here, id: str) -> LabOut:
    """Lay out the files and start the clock; once started, nothing changes."""
    workspace = work_on(desk.viva, id)
    return _out(desk, workspace.lab, workspace)


@router.put("/{id}/files", status_code=204, responses=_STEP)
def write_files(
    desk: Here, id: str, given: Annotated[FilesIn, Body(examples=[{"files": {"attention.py": "…"}}])]
) -> None:
    """Write files, each whole or not at all."""
    save_files(work_on(desk.viva, id), given.files)


@router.post("/{id}/check", responses=_STEP)
def check(desk: Here, id: str) -> dict[str, Any]:
    """Run the public checks in the sandbox."""
    return check_lab(work_on(desk.viva, id)).to_dict()


@router.post("/{id}/submit", responses=_STEP)
def submit(desk: Here, id: str) -> dict[str, Any]:
    """Run all checks on fresh inputs and record the attempt."""
    return submit_lab(desk.viva, work_on(desk.viva, id)).to_dict()


@router.post("/{id}/debrief", responses=_STEP)
def debrief(desk: Here, id: str) -> SessionOut:
    """The session in which the last attempt is talked over, with a question asked unless it is over."""
    return session_out(open_debrief(desk.viva, work_on(desk.viva, id)))


@router.post("/{id}/hints", responses=_STEP)
def hint(desk: Here, id: str) -> HintOut:
    """Reveal the next hint; it costs points."""
    workspace = work_on(desk.viva, id)
    text = workspace.hint(at=desk.viva.now())
    return HintOut(n=len(workspace.progress(at=desk.viva.now()).hints), text=text)


@router.post("/{id}/reset", responses=_STEP)
def reset(desk: Here, id: str) -> KeptOut:
    """Put the starter back; your work is kept."""
    return KeptOut(kept=work_on(desk.viva, id).reset(at=desk.viva.now()).name)


def _line(lab: Lab) -> dict[str, Any]:
    return {
        "id": lab.id, "title": lab.title, "step": lab.step, "minutes": lab.minutes,
        "max_points": lab.max_points, "topics": lab.topics,
    }  # fmt: skip


def _out(desk: Here, lab: Lab, workspace: Workspace | None) -> LabOut:
    progress = workspace.progress(at=desk.viva.now()) if workspace else None
    return LabOut(
        **_line(lab), statement=(lab.folder / "README.md").read_text("utf-8"), started=workspace is not None,
        files=files_of(workspace) if workspace else {}, best=progress.best if progress else None,
        n_attempts=progress.n_attempts if progress else 0, n_hints=lab.n_hints,
        n_hints_shown=len(progress.hints) if progress else 0,
    )  # fmt: skip
