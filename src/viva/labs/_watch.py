"""Checks again whenever a file is saved.

Contents are polled, not file events: events don't arrive on WSL, in mounted folders or over a
network, and editors that write aside and rename confuse them. A change is acted on once it has
stood still for one poll, so that a half-written file is not judged.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from viva.exceptions import InputError
from viva.labs._backends import BackendName
from viva.labs._report import Report
from viva.labs._runs import WarmPairs, check
from viva.labs._snapshot import digests
from viva.labs._workspace import Workspace

POLL_SECONDS: Final = 0.05


@dataclass(frozen=True)
class Checked:
    """A save was checked. `seconds` from noticing it to the report; `refused` says why not."""

    report: Report | None
    refused: str
    seconds: float


def watch(
    workspace: Workspace,
    backend: BackendName,
    *,
    poll_seconds: float = POLL_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Checked | None]:
    """Poll for ever: yields None after a quiet poll, and a `Checked` after each save.

    The first check is of the files as they stand. Close the generator to stop; the boxes that
    wait are ended then.
    """
    pairs = WarmPairs(backend)
    pairs.warm(workspace.lab, "check")
    done, seen = "", ""
    try:
        while True:
            now = _state(workspace)
            if now == seen != done:
                done = now
                yield _check(workspace, backend, pairs)
                pairs.warm(workspace.lab, "check")
            else:
                yield None
            seen = now
            sleep(poll_seconds)
    finally:
        pairs.close()


def _state(workspace: Workspace) -> str:
    try:
        return repr(sorted(digests(workspace.take()).items()))
    except InputError as error:
        return str(error)


def _check(workspace: Workspace, backend: BackendName, pairs: WarmPairs) -> Checked:
    started = time.monotonic()
    try:
        report = check(workspace, backend, prepared=pairs.take(workspace.lab, "check"))
    except InputError as error:
        return Checked(None, str(error), time.monotonic() - started)
    return Checked(report, "", time.monotonic() - started)
