"""Runs a submission against a lab's checks. It trusts neither side and decides the points.

            this process: points from lab.toml, frames checked, nothing executed
              │ raw frames and a nonce                  │ plain values, decoded
      ┌───────┴────────┐                        ┌───────┴────────┐
      │ submission box │ the candidate's files  │  checker box   │ checks, references, labels
      │                │ nothing hidden         │                │ no file of the candidate's
      └────────────────┘                        └────────────────┘

A check earns points only by a message that names it, arrives while it runs, and holds a share from
0 to 1. Silence, crash and timeout are zero. A fault of the checker's is flagged `internal`, and
then the run doesn't count as an attempt.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from viva.exceptions import SandboxError
from viva.labs._backends import BACKENDS, BackendName, BoxPlan, start_box
from viva.labs._box import Box, BoxDown
from viva.labs._lab import CheckSpec, Lab, Limits
from viva.labs._report import (
    MAX_LOG,
    Mode,
    Report,
    apply_groups,
    blank_results,
    clean,
    judged,
)
from viva.labs._runtime import link_packages, view
from viva.labs._snapshot import digests
from viva.labs.inside import codec

_CHECKER_LIMITS: Final = Limits(cpu_seconds=120, memory_mb=2048, resident_mb=1500)
_CHECKER_PATIENCE_SECONDS: Final = 60.0
# As many runs at once as there are processors: more would only make each other slow.
_TURNS: Final = threading.BoundedSemaphore(max(1, os.cpu_count() or 1))


class Prepared:
    """A started pair of boxes that waits for a submission; `run` uses it up.

    Raises SandboxError when a box can't be started.
    """

    def __init__(self, lab: Lab, mode: Mode, backend: BackendName, *, limits: Limits | None = None) -> None:
        self.lab = lab
        self.mode: Mode = mode
        self.backend: BackendName = backend
        self.limits = limits or lab.limits
        self.results = blank_results(lab, mode)
        self.n_boxes = 0
        self.log = ""
        self.peak_bytes = 0
        self.greeted = False
        self._folder = Path(tempfile.mkdtemp(prefix="viva-lab-"))
        self.checker: Box | None = None
        self.box: Box | None = None
        try:
            self._make_folders()
            self.checker = self._start_checker()
            self.box = self._start_worker()
        except BaseException:
            self.close()
            raise

    def next_box(self) -> Box:
        """Put a new box in the place of the submission's, and wait until it is ready."""
        self._retire()
        self.box = self._start_worker()
        self.box.wait_ready()
        return self.box

    def put(self, files: Mapping[str, bytes]) -> None:
        """Lay the candidate's files, and the lab's support beside them, where the box looks."""
        for name in self.lab.files.support:
            self._lay(name, (self.lab.folder / "support" / name).read_bytes())
        for name, content in files.items():
            self._lay(name, content)

    def close(self) -> None:
        """End both boxes and remove the folder."""
        self._retire()
        if self.checker is not None:
            self.checker.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _make_folders(self) -> None:
        # Entered by name only: no other user can list what is here, and the names can't be guessed.
        os.chmod(self._folder, 0o711)
        base = self._folder / secrets.token_hex(8)
        self.submission, self.site = base / "submission", base / "site"
        self.tests = base / "tests"
        for folder in (base, self.submission, self.site, self.tests, self._folder / "root"):
            folder.mkdir(mode=0o755)
        link_packages(self.lab.packages, self.site)

    def look(self) -> None:
        """Take over what the submission's box has printed and its peak of memory so far."""
        if self.box is not None:
            self.box.look_after()
            self.peak_bytes = max(self.peak_bytes, self.box.peak_bytes)

    def _retire(self) -> None:
        if self.box is not None:
            self.box.close()
            self.look()
            self.log = (self.log + self.box.log)[:MAX_LOG]
            self.box = None

    def _start_worker(self) -> Box:
        self.n_boxes += 1
        plan = BoxPlan(
            role="worker",
            view=view(self.lab.packages, (str(self.site), str(self.submission))),
            site=str(self.site),
            root=str(self._folder / "root"),
            limits=self.limits,
            config={
                "preload": list(self.lab.preload),
                "folder": str(self.submission),
                "entry": self.lab.files.entry,
            },
        )
        return start_box(self.backend, plan)

    def _start_checker(self) -> Box:
        # Copied, so that the checker's user can read a lab from anywhere on the disk.
        folders = ["support", "tests"] + (["hidden"] if self.mode == "submit" else [])
        present = [name for name in folders if (self.lab.folder / name).is_dir()]
        for name in present:
            shutil.copytree(self.lab.folder / name, self.tests / name, copy_function=shutil.copyfile)
        wanted = ["tests/public.py"] + (["hidden/checks.py"] if self.mode == "submit" else [])
        plan = BoxPlan(
            role="checker",
            view=view(self.lab.packages, (str(self.site), str(self.tests))),
            site=str(self.site),
            root=str(self._folder / "root"),
            limits=_CHECKER_LIMITS,
            config={
                "preload": list(self.lab.preload),
                "path": [str(self.tests / name) for name in present],
                "files": [str(self.tests / name) for name in wanted],
            },
        )
        return start_box(self.backend, plan)

    def _lay(self, name: str, content: bytes) -> None:
        target = self.submission / name
        target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        target.write_bytes(content)


def run(prepared: Prepared, files: Mapping[str, bytes], *, seed: int) -> Report:
    """Grade `files` with a prepared pair, which is used up. `seed` makes the inputs, 0 to 2**63."""
    return run_seeds(prepared, files, (seed,))[0]


def run_seeds(prepared: Prepared, files: Mapping[str, bytes], seeds: Sequence[int]) -> tuple[Report, ...]:
    """Grade `files` once a seed with one pair, which is used up.

    For authors, whose solutions are trusted: the candidate's module lives on from seed to seed.
    """
    with _TURNS, prepared:
        prepared.put(files)
        return tuple(_Run(prepared, files, seed).report() for seed in seeds)


class _Run:
    """One pass over the checks of a prepared pair."""

    def __init__(self, prepared: Prepared, files: Mapping[str, bytes], seed: int) -> None:
        self.pair = prepared
        self.seed = seed
        self.files = files
        self.specs = {spec.id: spec for spec in prepared.lab.checks}
        self.results = {result.id: result for result in prepared.results}
        self.notes: list[str] = []
        self.internal = False
        self.n_boxes_before = prepared.n_boxes - 1

    def report(self) -> Report:
        """Run every check and say what was found."""
        self.started = self.deadline = time.monotonic()
        try:
            self._greet()
            for id in self.results:
                self._run_check(self.specs[id])
        except (SandboxError, codec.CodecError) as error:
            self.internal = True
            self.notes.append(clean(error))
        self.pair.look()
        return self._finished()

    def _finished(self) -> Report:
        lab, pair = self.pair.lab, self.pair
        counts = BACKENDS[pair.backend].counts and not self.internal
        log = pair.log + (pair.box.log if pair.box else "")
        return Report(
            lab=lab.id,
            version=lab.version,
            mode=pair.mode,
            backend=pair.backend,
            seed=self.seed,
            checks=apply_groups(tuple(self.results.values()), lab.checks),
            topics=lab.topics,
            seconds=round(time.monotonic() - self.started, 3),
            peak_mb=pair.peak_bytes >> 20,
            n_boxes=pair.n_boxes - self.n_boxes_before,
            internal=self.internal,
            counts=counts,
            log=clean(log, MAX_LOG),
            notes=tuple(self.notes),
            files_sha256=digests(self.files),
        )

    def _greet(self) -> None:
        if not self.pair.greeted:
            if self.pair.box is not None:
                self.pair.box.wait_ready()
            offered = self._hear(_CHECKER_PATIENCE_SECONDS).get("checks", [])
            absent = [id for id in self.results if id not in offered]
            if absent:
                raise SandboxError(f"no check file of {self.pair.lab.id} declares {absent}")
            self.pair.greeted = True
        # The clock starts when both boxes are up: their start is not the candidate's time.
        self.started = time.monotonic()
        self.deadline = self.started + self.pair.limits.total_seconds

    def _run_check(self, spec: CheckSpec) -> None:
        unmet = [id for id in spec.after if self._status(id) != "pass"]
        if unmet:
            note = f"needs {', '.join(unmet)} first"
            self.results[spec.id] = replace(self.results[spec.id], message=note)
            return
        if spec.fresh:
            self.pair.next_box()
        self._tell({"run": spec.id, "seed": self.seed})
        while "result" not in (message := self._hear(_CHECKER_PATIENCE_SECONDS)):
            self._tell(self._ask(message))
        self._take(spec, message)

    def _take(self, spec: CheckSpec, message: Mapping[str, Any]) -> None:
        if message["result"] != spec.id:
            raise SandboxError(f"the checker answered for {clean(message['result'])!r}")
        internal = bool(message.get("internal"))
        self.internal |= internal
        self.results[spec.id] = judged(
            self.results[spec.id],
            share=message.get("share"),
            message=message.get("message", ""),
            internal=internal,
        )

    def _ask(self, message: Mapping[str, Any]) -> dict[str, Any]:
        seconds = message.get("seconds") or self.pair.limits.call_seconds
        try:
            answer = self._ready_box().ask(message["ask"], float(seconds), self.deadline)
        except BoxDown as down:
            return {"down": down.why, "detail": clean(down.detail, 200)}
        return {"answer": answer.data, "cpu_seconds": answer.cpu_seconds}

    def _ready_box(self) -> Box:
        if time.monotonic() >= self.deadline:
            raise BoxDown("budget")
        box = self.pair.box
        if box is not None and box.down is None:
            return box
        if self.pair.n_boxes - self.n_boxes_before >= self.pair.limits.max_boxes:
            raise BoxDown("budget")
        return self.pair.next_box()

    def _tell(self, message: dict[str, Any]) -> None:
        assert self.pair.checker is not None
        self.pair.checker.send(codec.encode(message))

    def _hear(self, seconds: float) -> dict[str, Any]:
        assert self.pair.checker is not None
        beside = [self.pair.box] if self.pair.box else []
        try:
            frame = self.pair.checker.receive(time.monotonic() + seconds, beside=beside)
        except BoxDown as down:
            log = self.pair.checker.log.strip().splitlines()
            last = f": {log[-1]}" if log else ""
            raise SandboxError(f"the checker stopped ({down.why}{last})") from down
        message = codec.decode(frame)
        if not isinstance(message, dict):
            raise SandboxError("the checker sent something that is not a message")
        return message

    def _status(self, id: str) -> str:
        return self.results[id].status if id in self.results else "not run"
