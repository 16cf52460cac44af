"""Use-cases of labs: find one, work on it in a folder, check and submit it."""

from __future__ import annotations

import json
from pathlib import Path

from viva.app._viva import Viva
from viva.exceptions import UsageError
from viva.labs import BackendName, Lab, Report, Workspace, check, choose_backend, find_lab, start, submit


def start_lab(viva: Viva, id: str, folder: Path, *, packs: tuple[Path, ...] = ()) -> Workspace:
    """Lay out a lab in `folder`, never over a file that is there. Raises UsageError, InputError."""
    return start(find_lab(id, packs=packs), folder, at=viva.now())


def workspace_in(folder: Path, *, packs: tuple[Path, ...] = ()) -> Workspace:
    """The lab that was started in `folder`. Raises UsageError when none was."""
    log = folder / ".viva" / "log.jsonl"
    try:
        first = json.loads(log.read_text("utf-8").splitlines()[0])
        id = str(first["lab"])
    except (OSError, ValueError, KeyError, IndexError):
        raise UsageError(
            f"no lab was started in {str(folder)!r}; go to its folder, or start one: viva lab start ID"
        ) from None
    return Workspace(find_lab(id, packs=packs), folder)


def check_lab(workspace: Workspace, *, backend: str | None = None, unsafe: bool = False) -> Report:
    """Run the public checks. Raises SandboxError when nothing here can run it safely."""
    return check(workspace, _backend(backend, unsafe))


def submit_lab(
    viva: Viva, workspace: Workspace, *, backend: str | None = None, unsafe: bool = False
) -> Report:
    """Run all checks on fresh inputs and record the attempt. Raises as `check_lab` does."""
    return submit(workspace, _backend(backend, unsafe), at=viva.now())


def next_lab(lab: Lab, labs: tuple[Lab, ...]) -> Lab | None:
    """The lab after this one in the list, or None at its end."""
    ids = [other.id for other in labs]
    at = ids.index(lab.id) + 1 if lab.id in ids else len(ids)
    return labs[at] if at < len(labs) else None


def _backend(name: str | None, unsafe: bool) -> BackendName:
    return choose_backend(name, unsafe=unsafe)
