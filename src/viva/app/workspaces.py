"""Use-cases of labs worked on in the browser: each has its folder under the home folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from viva.app._viva import Viva
from viva.app.labs import start_lab
from viva.app.practice import LAB_FOLDER
from viva.exceptions import InputError, UsageError
from viva.labs import Workspace, find_lab

MAX_FILE = 256 * 1024


def begun_lab(viva: Viva, id: str) -> Workspace | None:
    """The lab's folder, or None while it wasn't started. Raises UsageError where there is no such lab."""
    lab = find_lab(id)
    folder = _folder(viva, lab.id)
    return Workspace(lab, folder) if (folder / ".viva" / "log.jsonl").is_file() else None


def work_on(viva: Viva, id: str) -> Workspace:
    """The lab's folder, made and its clock started when it is new. Raises UsageError, InputError."""
    return begun_lab(viva, id) or start_lab(viva, find_lab(id).id, _folder(viva, id))


def files_of(workspace: Workspace) -> dict[str, str]:
    """The editable files as they stand: name → text."""
    return {name: content.decode("utf-8", "replace") for name, content in workspace.take().items()}


def save_files(workspace: Workspace, files: Mapping[str, str]) -> None:
    """Write editable files, each whole or not at all. Raises UsageError, InputError."""
    for name, text in files.items():
        if name not in workspace.lab.files.editable:
            known = ", ".join(workspace.lab.files.editable)
            raise UsageError(f"{workspace.lab.id}: {name!r} isn't a file to edit; wanted: one of {known}")
        if len(text.encode("utf-8", "replace")) > MAX_FILE:
            raise InputError(f"{name}: found more than {MAX_FILE:,} bytes; wanted: at most that")
    for name, text in files.items():
        _write(workspace.folder / name, text.replace("\r\n", "\n"))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, path)


def _folder(viva: Viva, id: str) -> Path:
    return viva.settings.home / LAB_FOLDER / id
