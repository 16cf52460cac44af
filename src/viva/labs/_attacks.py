"""Hostile submissions against a sandbox: a folder of them, and three made here.

An attack is held when it earns nothing, touches no canary, leaves no process and no file, lets the
grader live, and leaves a clean report. Each is graded by a process of its own, with its own folder
for temporary files, so that whatever stays behind can be told from the rest of the machine.

Run it on a machine, or in a process, PID and network namespace, that may suffer; one at a time,
because the canaries lie at fixed places that the attacks know.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from viva.exceptions import InputError
from viva.labs._backends import BackendName
from viva.labs._lab import Lab, find_lab, load_lab
from viva.labs._orchestrator import Prepared, run
from viva.labs._snapshot import take_folder

CANARIES: Final = Path("/tmp/viva-canary")
MAX_SECONDS: Final = 15.0
MAX_MB: Final = 800
_EVIL: Final = "viva-evil*"
_SECRET: Final = "SECRET-CANARY-4c1f"
_PORT: Final = 18999
_MARK: Final = "MARK:"
_DIRTY: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f]")
_SPARSE_BYTES: Final = 2 << 30
_GRADER_SECONDS: Final = 90.0


@dataclass(frozen=True)
class AttackResult:
    """What one attack got: `breaches` is empty when it was held."""

    name: str
    purpose: str
    breaches: tuple[str, ...]
    score: float
    seconds: float
    peak_mb: int

    @property
    def held(self) -> bool:
        """Whether nothing was gained and nothing touched."""
        return not self.breaches

    def __str__(self) -> str:
        outcome = "held" if self.held else "BREACH " + "; ".join(self.breaches)
        return f"{self.name}: {outcome} ({self.seconds:.1f} s, {self.peak_mb} MB) {self.purpose}"


def run_attacks(
    folder: Path, backend: BackendName, *, lab: Lab | None = None, seed: int = 1
) -> Iterator[AttackResult]:
    """Grade every attack in `folder`, and three made here, one after the other.

    An attack is a file, or a folder that holds the lab's entry. `lab` is "attention-core" unless
    given. Raises InputError for a folder without attacks.
    """
    target = lab or find_lab("attention-core")
    found = sorted(path for path in folder.iterdir() if _is_attack(target, path))
    if not found:
        raise InputError(
            f"{str(folder)!r} holds no attack; wanted *.py files, or folders with {target.files.entry!r}"
        )
    with _canaries() as canaries, tempfile.TemporaryDirectory(prefix="viva-attacks-") as scratch:
        os.chmod(scratch, 0o711)
        for path in found:
            work = _lay_out(target, path, Path(scratch))
            yield _attack(target, path.stem, _purpose(path), work, backend, seed, canaries)
        for name, purpose, make in _MADE:
            work = Path(scratch) / name
            work.mkdir()
            make(target, work / target.files.entry)
            yield _attack(target, name, purpose, work, backend, seed, canaries)


def _is_attack(lab: Lab, path: Path) -> bool:
    return path.suffix == ".py" or (path / lab.files.entry).is_file()


def _purpose(path: Path) -> str:
    if path.is_dir():
        path = path / "PURPOSE"
    with suppress(OSError):
        head = path.read_text("utf-8", "replace")[:400]
        if match := re.search(r"PURPOSE: *(.+)", head):
            return match.group(1).strip()
    return ""


def _lay_out(lab: Lab, path: Path, scratch: Path) -> Path:
    work = scratch / path.stem
    if path.is_dir():
        shutil.copytree(path, work, symlinks=True)
    else:
        work.mkdir()
        shutil.copyfile(path, work / lab.files.entry)
    for name in lab.files.editable:
        if not os.path.lexists(work / name):
            shutil.copyfile(lab.folder / "starter" / name, work / name)
    return work


def _link_to_reference(lab: Lab, entry: Path) -> None:
    good = next(e.solution for e in lab.expect if "good" in e.solution)
    entry.symlink_to(lab.folder / good)


def _named_pipe(_lab: Lab, entry: Path) -> None:
    os.mkfifo(entry)


def _sparse_file(_lab: Lab, entry: Path) -> None:
    with open(entry, "wb") as file:
        file.truncate(_SPARSE_BYTES)


_MADE: Final = (
    ("d02_symlink", "the file is a symbolic link to the right solution", _link_to_reference),
    ("d03_fifo", "the file is a named pipe", _named_pipe),
    ("d04_sparse", "the file is sparse and 2 GB long", _sparse_file),
)


class _Canaries:
    """What an attack must not reach: a file to read, one to write, and a port to connect to."""

    def __init__(self) -> None:
        self.connected = threading.Event()
        self._server = socket.create_server(("127.0.0.1", _PORT))
        threading.Thread(target=self._listen, daemon=True).start()
        self.reset()

    def reset(self) -> None:
        shutil.rmtree(CANARIES, ignore_errors=True)
        CANARIES.mkdir()
        CANARIES.chmod(0o777)  # open by its mode: it must be the sandbox that refuses
        (CANARIES / "secret.txt").write_text(_SECRET)
        (CANARIES / "canary.txt").write_text("alive")
        (CANARIES / "canary.txt").chmod(0o666)
        for path in CANARIES.parent.glob(_EVIL):
            path.unlink()
        self.connected.clear()

    def touched(self) -> list[str]:
        found = []
        names = sorted(path.name for path in CANARIES.iterdir())
        if names != ["canary.txt", "secret.txt"]:
            found.append(f"files in the canary's folder: {names}")
        elif (CANARIES / "canary.txt").read_text() != "alive":
            found.append("the canary was written to")
        if evil := [path.name for path in CANARIES.parent.glob(_EVIL)]:
            found.append(f"files made outside: {evil}")
        if self.connected.is_set():
            found.append("the canary's port was reached")
        return found

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)  # wakes the listener, which else keeps the port
        self._server.close()
        shutil.rmtree(CANARIES, ignore_errors=True)

    def _listen(self) -> None:
        while True:
            try:
                self._server.accept()[0].close()
            except OSError:
                return
            self.connected.set()


@contextmanager
def _canaries() -> Iterator[_Canaries]:
    canaries = _Canaries()
    try:
        yield canaries
    finally:
        canaries.close()


def _attack(
    lab: Lab,
    name: str,
    purpose: str,
    work: Path,
    backend: BackendName,
    seed: int,
    canaries: _Canaries,
) -> AttackResult:
    canaries.reset()
    scratch = work.parent / f"{name}.tmp"
    scratch.mkdir(mode=0o711)
    os.chmod(scratch, 0o711)
    started = time.monotonic()
    report, words = _grade_apart(lab, work, backend, seed, scratch)
    seconds = time.monotonic() - started
    breaches = [*_breaches(report, words), *canaries.touched(), *_left_behind(scratch)]
    if report.get("seconds", 0.0) > MAX_SECONDS:
        breaches.append(f"took {report['seconds']:.1f} s; at most {MAX_SECONDS:g}")
    return AttackResult(
        name,
        purpose,
        tuple(breaches),
        float(report.get("score", 0.0)),
        round(report.get("seconds", seconds), 2),
        int(report.get("peak_mb", 0)),
    )


def _grade_apart(
    lab: Lab, work: Path, backend: BackendName, seed: int, scratch: Path
) -> tuple[dict[str, Any], str]:
    code = "import sys; from viva.labs._attacks import grade_once; grade_once(*sys.argv[1:])"
    argv = [sys.executable, "-c", code, str(lab.folder), str(work), backend, str(seed)]
    source = str(Path(__file__).parents[2])
    environment = os.environ | {
        "SECRET_TOKEN": _SECRET,
        "TMPDIR": str(scratch),
        "PYTHONPATH": os.pathsep.join([source, *filter(None, [os.environ.get("PYTHONPATH")])]),
    }
    try:
        done = subprocess.run(
            argv, capture_output=True, env=environment, timeout=_GRADER_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return {}, "hung"
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return (
            {},
            f"died with code {done.returncode}: {done.stderr[-300:].decode(errors='replace')}",
        )
    return report, ""


def grade_once(folder: str, work: str, backend: BackendName, seed: str) -> None:
    """Grade one folder and print the report as JSON: the program of each grading process."""
    lab = load_lab(Path(folder))
    try:
        files = take_folder(lab, Path(work))
    except InputError as error:
        print(json.dumps({"refused": str(error), "score": 0}))
        return
    print(json.dumps(run(Prepared(lab, "submit", backend), files, seed=int(seed)).to_dict()))


def _breaches(report: dict[str, Any], words: str) -> list[str]:
    if words:
        return [f"the grader {words}"]
    found = []
    if report["score"] > 0:
        found.append(f"{report['score']:g} points")
    if report.get("internal"):
        found.append(f"the grader was thrown off: {report['notes']}")
    if report.get("peak_mb", 0) > MAX_MB:
        found.append(f"{report['peak_mb']} MB; at most {MAX_MB}")
    shown = json.dumps(report, ensure_ascii=False)
    texts = [c["message"] for c in report.get("checks", [])] + [report.get("log", "")]
    if any(_DIRTY.search(text) for text in texts):
        found.append("control characters in the report")
    if _SECRET in shown:
        found.append("a secret in the report")
    if mark := re.search(_MARK + r"[^\"]{0,80}", shown):
        found.append(f"says of itself: {mark.group(0)}")
    return found


def _left_behind(scratch: Path) -> list[str]:
    found = []
    for _ in range(20):
        processes = _processes(str(scratch))
        if not processes:
            break
        time.sleep(0.1)
    else:
        found.append(f"processes left running: {processes}")
        for pid in processes:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
    if files := sorted(path.name for path in scratch.iterdir()):
        found.append(f"files left behind: {files[:5]}")
    shutil.rmtree(scratch, ignore_errors=True)
    return found


def _processes(needle: str) -> list[int]:
    """The processes whose command line names the folder: boxes, and whatever they forked."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            if int(entry.name) != os.getpid() and needle.encode() in ((entry / "cmdline").read_bytes()):
                found.append(int(entry.name))
    return found
