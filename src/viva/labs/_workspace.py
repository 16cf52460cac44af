"""A candidate's folder of a lab: the files they edit, and a log of what happened there.

The log, ``.viva/log.jsonl``, is only ever appended to, a line an event, written to disk before the
function returns. What counts is read from it: an attempt is a `submitted` line whose report
counts, so a process killed in the middle of a submit loses no earlier attempt and adds none.
Nothing that runs in a box can reach this folder; its files are copied out by name.
"""

from __future__ import annotations

import difflib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from viva.exceptions import InputError, UsageError
from viva.labs._lab import Lab
from viva.labs._report import Report
from viva.labs._snapshot import take_folder

_LOG: Final = ".viva/log.jsonl"


@dataclass(frozen=True)
class Progress:
    """What the log says. `minutes_used` runs from the start to the moment asked about."""

    started_at: datetime
    minutes_used: float
    n_attempts: int
    n_interrupted: int
    """Submits that were begun and never finished; they don't count."""
    best: float | None
    """The best score of a full submit, hints taken off; None before the first."""
    hints: tuple[int, ...]


@dataclass(frozen=True)
class Attempt:
    """A submit that was finished: its id, when, its report as plain values, and the files handed in."""

    id: str
    at: datetime
    report: dict[str, Any]
    files: dict[str, str]

    @property
    def counts(self) -> bool:
        """Whether it is to be taken as an attempt."""
        return bool(self.report["counts"])


@dataclass(frozen=True)
class Workspace:
    """A lab and the folder it is worked on in."""

    lab: Lab
    folder: Path

    def take(self) -> dict[str, bytes]:
        """The editable files as they stand. Raises InputError for one that can't be taken."""
        return take_folder(self.lab, self.folder)

    def hint(self, *, at: datetime) -> str:
        """The next hint, recorded with its cost. Raises UsageError when none is left."""
        n = len(self.progress(at=at).hints) + 1
        if n > self.lab.n_hints:
            raise UsageError(f"{self.lab.id}: all {self.lab.n_hints} hints are out")
        text = (self.lab.folder / "hints" / f"{n}.md").read_text("utf-8")
        self._append("hint", at, {"n": n})
        return text

    @property
    def session(self) -> str | None:
        """The id of the interview that the lab was given in, or None."""
        started = next(iter(self._events("started")), {})
        return started.get("session")

    def begin_submit(self, files: Mapping[str, bytes], *, at: datetime) -> str:
        """Record that a submit of `files` begins; returns the attempt's id for `end_submit`."""
        attempt = secrets.token_hex(8)
        texts = {name: content.decode("utf-8", "replace") for name, content in files.items()}
        self._append("begun", at, {"attempt": attempt, "files": texts})
        return attempt

    def end_submit(self, attempt: str, report: Report, *, at: datetime) -> None:
        """Record a submit's report, once. Raises UsageError for a second end of one attempt."""
        if any(e["attempt"] == attempt for e in self._events("submitted")):
            raise UsageError(f"{self.lab.id}: the attempt {attempt!r} was recorded already")
        self._append("submitted", at, {"attempt": attempt, "report": report.to_dict()})

    def attempts(self) -> tuple[Attempt, ...]:
        """Every finished submit, oldest first; those that don't count too."""
        handed_in = {event["attempt"]: event.get("files", {}) for event in self._events("begun")}
        return tuple(
            Attempt(
                e["attempt"], datetime.fromisoformat(e["at"]), e["report"], handed_in.get(e["attempt"], {})
            )
            for e in self._events("submitted")
        )

    def not_taken_over(self) -> tuple[Attempt, ...]:
        """The attempts that count and that nobody has marked as taken over."""
        taken = {event["attempt"] for event in self._events("taken-over")}
        return tuple(a for a in self.attempts() if a.counts and a.id not in taken)

    def mark_taken_over(self, attempt: str, *, at: datetime) -> None:
        """Record that an attempt stands in another log now. To mark it twice does no harm."""
        self._append("taken-over", at, {"attempt": attempt})

    def reports(self) -> tuple[dict[str, Any], ...]:
        """Every recorded report, as plain values, oldest first."""
        return tuple(event["report"] for event in self._events("submitted"))

    def progress(self, *, at: datetime) -> Progress:
        """What has happened here. Raises UsageError in a folder where no lab was started."""
        started = next(iter(self._events("started")), None)
        if started is None:
            raise UsageError(
                f"{str(self.folder)!r} is not a folder of the lab {self.lab.id!r}; "
                f"`viva lab start {self.lab.id}` makes one"
            )
        began = datetime.fromisoformat(started["at"])
        begun = {event["attempt"] for event in self._events("begun")}
        ended = {event["attempt"] for event in self._events("submitted")}
        counted = [report for report in self.reports() if report["counts"]]
        return Progress(
            started_at=began,
            minutes_used=round((at - began).total_seconds() / 60, 2),
            n_attempts=len(counted),
            n_interrupted=len(begun - ended),
            best=max((report["net_score"] for report in counted), default=None),
            hints=tuple(event["n"] for event in self._events("hint")),
        )

    def reset(self, *, at: datetime) -> Path:
        """Put the starter back; the work is kept in the folder returned."""
        kept = self.folder / ".viva" / f"before-{at.astimezone(UTC):%Y%m%dT%H%M%S%f}"
        for name in self.lab.files.editable:
            if os.path.lexists(self.folder / name):
                (kept / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(self.folder / name, kept / name)
        _lay_out(self.lab, self.folder)
        self._append("reset", at, {"kept": kept.name})
        return kept

    def diff(self) -> str:
        """What was changed from the starter, as a unified diff."""
        lines: list[str] = []
        for name, content in self.take().items():
            before = (self.lab.folder / "starter" / name).read_text("utf-8").splitlines(True)
            after = content.decode("utf-8", "replace").splitlines(True)
            lines += difflib.unified_diff(before, after, f"starter/{name}", name)
        return "".join(lines)

    def _append(self, kind: str, at: datetime, fields: dict[str, Any]) -> None:
        path = self.folder / _LOG
        path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"event": kind, "at": at.astimezone(UTC).isoformat(), **fields})
        # A line torn by a crash is closed off first, so that it can't swallow this one.
        start = "" if not path.exists() or path.read_bytes()[-1:] in (b"\n", b"") else "\n"
        with open(path, "a", encoding="utf-8") as file:
            file.write(f"{start}{line}\n")
            file.flush()
            os.fsync(file.fileno())

    def _events(self, kind: str) -> Iterator[dict[str, Any]]:
        try:
            text = (self.folder / _LOG).read_text("utf-8", "replace")
        except OSError:
            return
        for line in text.splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                continue  # torn by a crash: the event did not happen
            if event.get("event") == kind:
                yield event


def start(lab: Lab, folder: Path, *, at: datetime, session: str | None = None) -> Workspace:
    """Lay out the lab in `folder` and start its clock; a file already there is left alone.

    `session`: the interview that it belongs to. Raises InputError when the folder can't be written.
    """
    workspace = Workspace(lab, folder)
    try:
        _lay_out(lab, folder)
        if not any(workspace._events("started")):
            whose = {"session": session} if session else {}
            workspace._append("started", at, {"lab": lab.id, "version": lab.version, **whose})
    except OSError as error:
        raise InputError(
            f"{str(folder)!r}: can't be written ({error.strerror}); choose another folder"
        ) from error
    return workspace


def _lay_out(lab: Lab, folder: Path) -> None:
    given = [("starter", name) for name in lab.files.editable]
    given += [("support", name) for name in lab.files.support]
    for part, name in [*given, ("", "README.md")]:
        target = folder / name
        if not os.path.lexists(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(lab.folder / part / name, target)
