"""Where work lies: a folder a person in server mode, and in it a folder for each lab done in the browser.

A person's workspace is a home folder like that of someone who uses Viva alone, with a log, an aim and labs
of its own. What is asked in one workspace can't reach into another: there is nothing of the others in it.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from viva.app._files import keep_file
from viva.app._viva import Viva
from viva.app.labs import start_lab
from viva.app.practice import LAB_FOLDER
from viva.bank import Bank
from viva.exceptions import InputError, UnknownSession, UsageError
from viva.grading import Grader
from viva.labs import Workspace, find_lab
from viva.session import Session
from viva.store import SessionLine, Store, open_store, reopen_store

MAX_FILE = 256 * 1024
MAX_OPEN = 64
"""So many workspaces are held open; the one not used for longest is closed first."""
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Workroom(Viva):
    """An application on one person's workspace; bank and grader are those that all share."""

    shared: Viva = field(kw_only=True)

    @cached_property
    def bank(self) -> Bank:
        """The questions."""
        return self.shared.bank

    @cached_property
    def store(self) -> Store:
        """The person's sessions; the file is there and up to date."""
        return reopen_store(self.settings.home / "viva.db")

    @cached_property
    def grader(self) -> Grader:
        """The judge."""
        return self.shared.grader


class Workspaces:
    """The workspaces under a home folder, opened when they are asked for."""

    def __init__(self, shared: Viva, *, max_open: int = MAX_OPEN) -> None:
        """`shared` has the bank and the grader. Raises UsageError when its sessions lie in a database of
        their own, for each workspace keeps a SQLite file."""
        if shared.settings.database:
            raise UsageError(
                "VIVA_DATABASE is set; server mode keeps a SQLite file a person in the home folder: unset it"
            )
        self._shared = shared
        self._max_open = max_open
        self._open: OrderedDict[str, Viva] = OrderedDict()
        self._current: set[str] = set()
        """Whose files this process has brought up to date."""
        self._lock = threading.Lock()

    def of(self, person: str) -> Viva:
        """The application on a person's workspace, made when it is new."""
        with self._lock:
            if person not in self._open:
                self._open[person] = self._make(person)
            self._open.move_to_end(person)
            made = self._open[person]
            closing = self._open.popitem(last=False)[1] if len(self._open) > self._max_open else None
        if closing is not None:
            closing.store.close()  # whoever still reads from it keeps their connection until they are done
        return made

    def remove(self, person: str) -> None:
        """Delete a person's workspace with everything in it, for good."""
        folder = self.folder(person)
        with self._lock:
            gone = self._open.pop(person, None)
            self._current.discard(person)
        if gone is not None:
            gone.store.close()
        shutil.rmtree(folder, ignore_errors=True)

    def folder(self, person: str) -> Path:
        """Where a person's workspace lies. Raises UsageError for what is no account's id."""
        if not _ID.fullmatch(person):
            raise UsageError(f"found {person[:40]!r}; wanted: an account's id, 16 hexadecimal digits")
        return self._shared.settings.home / "people" / person

    def _make(self, person: str) -> Viva:
        folder = self.folder(person)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # What items are known to be like is learned from many and holds for all.
        common, link = self._shared.settings.home / "parameters", folder / "parameters"
        if common.is_dir() and not link.exists():
            link.symlink_to(common.resolve(), target_is_directory=True)
        if person not in self._current or not (folder / "viva.db").exists():
            open_store(folder / "viva.db").close()
            self._current.add(person)
        settings = self._shared.settings.model_copy(update={"home": folder})
        made = Workroom(settings, self._shared.now, self._shared.new_id, shared=self._shared)
        _ = made.store
        return made


def interviews_of(viva: Viva) -> list[SessionLine]:
    """The closed interviews, the newest first: what an interviewer may read of a candidate."""
    lines = [line for line in viva.store.lines() if line.mode == "interview" and line.state == "closed"]
    return sorted(lines, key=lambda line: (line.opened_at, line.id), reverse=True)


def interview_of(viva: Viva, id: str) -> Session:
    """One of those. Raises UnknownSession also for practice and for what is still open."""
    if id not in {line.id for line in interviews_of(viva)}:
        raise UnknownSession(f"no closed interview {id[:60]!r}")
    return viva.store.load(id)


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
        keep_file(workspace.folder / name, text.replace("\r\n", "\n").encode("utf-8"))


def _folder(viva: Viva, id: str) -> Path:
    return viva.settings.home / LAB_FOLDER / id
