"""Proves a sandbox before it is trusted: a probe submission tries what must be refused.

A back-end that lets one probe through is not used, whatever it says of itself. The proof holds for
this boot, this Python and this version of Viva; a server proves anew in each process.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from viva import __version__
from viva.exceptions import SandboxError
from viva.labs._backends import (
    BACKENDS,
    CHAIN,
    BackendName,
    BoxPlan,
    available_backends,
    find_backend,
    refusal,
    start_box,
)
from viva.labs._box import BoxDown
from viva.labs._lab import Limits
from viva.labs._runtime import INSIDE, link_packages, view
from viva.labs.inside import codec

_LIMITS: Final = Limits()
_CANARY: Final = "VIVA_DOCTOR"
_PACKAGES: Final = ("numpy",)
_proved: set[BackendName] = set()


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor found of one back-end. `missing` says why it can't be used, "" if it can;
    `leaks` are the probes that succeeded, of `n_probes`."""

    backend: BackendName
    missing: str
    leaks: tuple[str, ...]
    n_probes: int
    start_seconds: float

    @property
    def is_safe(self) -> bool:
        """Whether every probe was tried and refused."""
        return not self.missing and not self.leaks and self.n_probes > 0

    def __str__(self) -> str:
        if self.missing:
            return f"{self.backend}: can't be used here: {self.missing}"
        start = f"{self.backend}: ready in {1000 * self.start_seconds:.0f} ms; "
        if self.leaks:
            return start + "UNSAFE, it lets through: " + ", ".join(self.leaks)
        return start + f"safe, all {self.n_probes} probes were refused"


def doctor(backends: tuple[BackendName, ...] = CHAIN) -> tuple[Diagnosis, ...]:
    """Examine the back-ends named, by default those that Viva would use."""
    return tuple(examine(name) for name in backends)


def examine(name: BackendName) -> Diagnosis:
    """Send the probes through one back-end."""
    if reason := BACKENDS[name].missing():
        return Diagnosis(name, reason, (), 0, 0.0)
    with _stage() as stage:
        started = time.monotonic()
        try:
            outcomes, ready = _probe(name, stage)
        except SandboxError as error:
            return Diagnosis(name, str(error), (), 0, 0.0)
        leaks = tuple(probe for probe, succeeded in outcomes.items() if succeeded)
        return Diagnosis(name, "", leaks, len(outcomes), ready - started)


def choose_backend(name: str | None = None, *, unsafe: bool = False, remember: bool = True) -> BackendName:
    """The back-end to run with: the one named, else the best that the doctor finds safe.

    With `unsafe`, "none": the report then never counts. `remember` takes an earlier proof of this
    boot from the user's cache; a server passes False. Raises SandboxError where none is safe.
    """
    if unsafe:
        return "none"
    if name is not None and not find_backend(name).counts:
        raise SandboxError(
            f"the sandbox {name!r} is none at all; ask for it by `--unsafe`, and the result never counts"
        )
    wanted = available_backends() if name is None else (find_backend(name).name,)
    found: list[Diagnosis] = []
    for candidate in wanted:
        if candidate in _proved or (remember and candidate in _remembered()):
            return candidate
        found.append(examine(candidate))
        if found[-1].is_safe:
            _proved.add(candidate)
            _remember(candidate)
            return candidate
    if found:
        raise SandboxError(
            "no sandbox here passed the doctor, so nothing was run ("
            + "; ".join(str(diagnosis) for diagnosis in found)
            + "); `viva lab doctor` shows more"
        )
    raise refusal()


@contextmanager
def _stage() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="viva-doctor-"))
    folder.chmod(0o711)
    try:
        for name in ("box", "site", "root", "host"):
            (folder / name).mkdir(mode=0o755)
        shutil.copyfile(f"{INSIDE}/probe.py", folder / "box" / "probe.py")
        link_packages(_PACKAGES, folder / "site")
        for name in ("secret", "outside"):
            (folder / "host" / name).write_text("a secret")
            # Open to all by their modes: it must be the sandbox that refuses.
            (folder / "host" / name).chmod(0o666)
        (folder / "host").chmod(0o777)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _probe(name: BackendName, stage: Path) -> tuple[dict[str, bool], float]:
    plan = BoxPlan(
        role="worker",
        view=view(_PACKAGES, (str(stage / "site"), str(stage / "box"))),
        site=str(stage / "site"),
        root=str(stage / "root"),
        limits=_LIMITS,
        config={"preload": ["numpy"], "folder": str(stage / "box"), "entry": "probe.py"},
    )
    os.environ[_CANARY] = "1"
    try:
        box = start_box(name, plan)
    finally:
        del os.environ[_CANARY]
    try:
        box.wait_ready()
        ready = time.monotonic()
        host = stage / "host"
        arguments = [str(host / "secret"), str(host / "outside"), os.getpid()]
        call = {"op": "call", "name": "probe", "args": arguments, "kwargs": {}}
        answer = codec.decode(box.ask(codec.encode(call), 5.0, ready + 15.0).data)
    except BoxDown as down:
        raise SandboxError(f"the probes got no answer ({down.why} {down.detail})") from down
    finally:
        box.close()
    if not answer.get("ok"):
        raise SandboxError(f"the probes failed: {answer.get('message')}")
    return answer["value"], ready


def _memory_file() -> Path:
    return Path(platformdirs.user_cache_dir("viva")) / "lab-doctor.json"


def _circumstances() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        boot = "unknown"
    parts = [boot, platform.release(), sys.executable, __version__, str(os.geteuid())]
    newest = max(path.stat().st_mtime_ns for path in Path(INSIDE).glob("*.py"))
    return "|".join([*parts, str(newest), shutil.which("bwrap") or ""])


def _remembered() -> set[str]:
    try:
        memory = json.loads(_memory_file().read_text())
        return set(memory["safe"]) if memory["for"] == _circumstances() else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _remember(name: BackendName) -> None:
    safe = sorted(_remembered() | {name})
    try:
        _memory_file().parent.mkdir(parents=True, exist_ok=True)
        _memory_file().write_text(json.dumps({"for": _circumstances(), "safe": safe}))
    except OSError:
        return  # a cache that can't be written only costs the next run its time
