"""The two things a candidate does with a lab: check and submit, from a folder or from texts."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from viva.exceptions import InputError
from viva.labs._backends import BackendName
from viva.labs._debrief import choose_debrief
from viva.labs._lab import Lab
from viva.labs._orchestrator import Prepared, run
from viva.labs._report import Mode, Report
from viva.labs._snapshot import take_texts
from viva.labs._workspace import Workspace

_MAX_WAITING: Final = 8


def new_seed() -> int:
    """A seed nobody could have known before."""
    return secrets.randbits(62)


def prepare(lab: Lab, mode: Mode, backend: BackendName) -> Prepared:
    """Start a pair of boxes for the next run of `lab`, so that the run need not wait for them."""
    return Prepared(lab, mode, backend)


def check(
    workspace: Workspace,
    backend: BackendName,
    *,
    seed: int | None = None,
    prepared: Prepared | None = None,
) -> Report:
    """Run the public checks on the files as they stand. A pair given as `prepared` is used up.

    Raises InputError for files that can't be taken, SandboxError when no box can be started.
    """
    files = _taken(workspace.take, prepared)
    pair = prepared or Prepared(workspace.lab, "check", backend)
    return run(pair, files, seed=new_seed() if seed is None else seed)


def submit(
    workspace: Workspace,
    backend: BackendName,
    *,
    at: datetime,
    seed: int | None = None,
    prepared: Prepared | None = None,
) -> Report:
    """Run all checks on fresh inputs and record the attempt, once. Raises as `check` does.

    Give `seed` only to repeat a run for an appeal.
    """
    files = _taken(workspace.take, prepared)
    before = workspace.progress(at=at)
    attempt = workspace.begin_submit(files, at=at)
    pair = prepared or Prepared(workspace.lab, "submit", backend)
    found = run(pair, files, seed=new_seed() if seed is None else seed)
    report = replace(
        _with_debrief(workspace.lab, found),
        hints=before.hints,
        hint_points=len(before.hints) * workspace.lab.hint_cost,
        minutes_used=before.minutes_used,
    )
    workspace.end_submit(attempt, report, at=at)
    return report


def grade_texts(
    lab: Lab,
    texts: Mapping[str, str | bytes],
    mode: Mode,
    backend: BackendName,
    *,
    seed: int | None = None,
    prepared: Prepared | None = None,
) -> Report:
    """Run `lab` on texts by file name, as a browser sends them; recording is the caller's.

    Raises InputError for texts that are not exactly the lab's editable files.
    """
    files = _taken(lambda: take_texts(lab, texts), prepared)
    pair = prepared or Prepared(lab, mode, backend)
    found = run(pair, files, seed=new_seed() if seed is None else seed)
    return _with_debrief(lab, found) if mode == "submit" else found


def _taken(take: Callable[[], dict[str, bytes]], prepared: Prepared | None) -> dict[str, bytes]:
    """The files; a pair that waited for files which can't be taken is ended."""
    try:
        return take()
    except InputError:
        if prepared is not None:
            prepared.close()
        raise


def _with_debrief(lab: Lab, report: Report) -> Report:
    return replace(report, debrief=tuple(q.id for q in choose_debrief(lab, report)))


class WarmPairs:
    """Pairs of boxes started ahead, one a lab and mode in use: for a server or a watch.

    `take` gives a waiting pair, or a new one; call `warm` after a run. Close it in the end.
    """

    def __init__(self, backend: BackendName, *, max_waiting: int = _MAX_WAITING) -> None:
        self._backend: BackendName = backend
        self._max_waiting = max_waiting
        self._waiting: dict[tuple[str, Mode], Prepared] = {}
        self._lock = threading.Lock()

    def take(self, lab: Lab, mode: Mode) -> Prepared:
        """A pair for one run, which uses it up."""
        with self._lock:
            waiting = self._waiting.pop((lab.id, mode), None)
        return waiting or Prepared(lab, mode, self._backend)

    def warm(self, lab: Lab, mode: Mode) -> None:
        """Start a pair to wait, unless one does; the longest waiting gives way to it."""
        with self._lock:
            if (lab.id, mode) in self._waiting:
                return
            while len(self._waiting) >= self._max_waiting:
                self._waiting.pop(next(iter(self._waiting))).close()
            self._waiting[lab.id, mode] = Prepared(lab, mode, self._backend)

    def close(self) -> None:
        """End every waiting pair."""
        with self._lock:
            while self._waiting:
                self._waiting.popitem()[1].close()
