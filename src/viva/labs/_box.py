"""A box: a process that answers framed questions, and that may turn hostile with the first one.

From here a box is a length, a nonce and bytes; nothing it sends is decoded. All waiting goes
through one loop that also reads what the box prints and watches its memory and CPU time, so a box
needs no threads of ours and an idle one costs nothing.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import signal
import struct
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Literal

from viva.exceptions import SandboxError
from viva.labs.inside.codec import MAX_FRAME

NONCE_BYTES: Final = 16
Why = Literal["timeout", "memory", "output", "crash", "protocol", "budget", "fresh", "closed"]

_TICK_SECONDS: Final = 0.05
_CLOCK_OVER_CPU: Final = 3.0
_MAX_PRINTED: Final = 8 << 20
_CHUNK: Final = 1 << 20


class BoxDown(SandboxError):
    """The box can't answer any more; `why` says how it went down."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(f"the box is down: {why}" + (f" ({detail})" if detail else ""))
        self.why: Why = why
        self.detail = detail


@dataclass(frozen=True)
class Command:
    """What starts a box: the program, its environment, and the frames it first reads."""

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    config: bytes


@dataclass(frozen=True)
class Watch:
    """Bounds that are kept from outside the box."""

    resident_bytes: int
    log_bytes: int


@dataclass(frozen=True)
class Answer:
    """What the box sent back, undecoded, and the CPU time it took as seen from outside."""

    data: bytes
    cpu_seconds: float


class Box:
    """One started process. Use from one thread at a time; `close` it in the end."""

    def __init__(self, command: Command, watch: Watch, *, nonce_first: bool) -> None:
        self._watch = watch
        self._process = _spawn(command)
        pipes = (self._process.stdin, self._process.stdout, self._process.stderr)
        self._in, self._out, self._err = (_fileno(pipe) for pipe in pipes)
        for fd in (self._in, self._out, self._err):
            os.set_blocking(fd, False)
        self._log = bytearray()
        self._n_printed = 0
        self._err_open = True
        self._last_look = 0.0
        self._pid: int | None = None
        self._settled = False
        self._pending: bytes | None = None
        self.down: BoxDown | None = None
        self.peak_bytes = 0
        if nonce_first:
            self._pending = secrets.token_bytes(NONCE_BYTES)
            self.send(self._pending)
        self.send(command.config)

    @property
    def log(self) -> str:
        """What the box printed, up to its bound; not yet cleaned."""
        return bytes(self._log).decode("utf-8", "replace")

    def wait_ready(self, seconds: float = 30.0) -> None:
        """Wait until the box has hardened itself. Raises SandboxError with the box's own words."""
        if self._pending is None:
            return
        nonce, self._pending = self._pending, None
        try:
            frame = self.receive(time.monotonic() + seconds)
        except BoxDown as down:
            with contextlib.suppress(BoxDown):
                self._read_log()
            words = self.log.strip().splitlines()
            self.kill(down)
            reason = words[-1] if words else str(down)
            raise SandboxError(f"the box did not start: {reason}") from down
        if frame[:NONCE_BYTES] != nonce:
            raise self.kill(BoxDown("protocol", "not ready"))

    def ask(self, question: bytes, cpu_seconds: float, deadline: float) -> Answer:
        """One question, one answer; `deadline` is by the monotonic clock.

        An answer written before the question was asked can't carry its nonce. Raises BoxDown, and
        the box is dead then.
        """
        if self.down:
            raise self.down
        started = self._cpu_clock()
        ceiling = min(deadline, time.monotonic() + _CLOCK_OVER_CPU * cpu_seconds)
        try:
            self._refuse_early_bytes()
            nonce = secrets.token_bytes(NONCE_BYTES)
            self.send(nonce + question, ceiling)
            frame = self.receive(ceiling, cpu_limit=started + cpu_seconds)
            if frame[:NONCE_BYTES] != nonce:
                raise BoxDown("protocol", "an answer to another question")
        except BoxDown as down:
            raise self.kill(down) from None
        return Answer(frame[NONCE_BYTES:], max(0.0, self._cpu_clock() - started))

    def send(self, frame: bytes, deadline: float | None = None) -> None:
        """Write one frame. Raises BoxDown when the box is gone or does not read in time."""
        end = time.monotonic() + 30.0 if deadline is None else deadline
        view = memoryview(struct.pack("<I", len(frame)) + frame)
        while view:
            self._wait([], [self._in], end)
            try:
                view = view[os.write(self._in, view[:_CHUNK]) :]
            except BlockingIOError:
                continue
            except OSError:
                raise BoxDown("crash", self._ending()) from None

    def receive(
        self, deadline: float, *, cpu_limit: float | None = None, beside: Iterable[Box] = ()
    ) -> bytes:
        """The next frame. `beside` are boxes to look after meanwhile. Raises BoxDown."""
        others = tuple(beside)
        n = struct.unpack("<I", self._exactly(4, deadline, cpu_limit, others))[0]
        if n > MAX_FRAME:
            raise BoxDown("protocol", f"a frame of {n} bytes")
        frame = self._exactly(n, deadline, cpu_limit, others)
        if not self._settled:  # only now is it sure which process answers
            self._settled, self._pid = True, None
        return frame

    def kill(self, down: BoxDown) -> BoxDown:
        """End the process for the reason given; the first reason stays. Returns that reason."""
        self.down = self.down or down
        if self._process.poll() is None:  # never signal a process that was reaped
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
            with contextlib.suppress(OSError):
                self._process.kill()
        return self.down

    def close(self) -> None:
        """End the process and let go of its pipes."""
        self._look()
        with contextlib.suppress(BoxDown):  # it may have printed past its bound just now
            self._read_log()
        self.kill(BoxDown("closed"))
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._err_open = False

    def look_after(self) -> None:
        """Read what the box prints and kill it when it is over a bound; for idle moments."""
        if self.down is None:
            try:
                self._tick(None)
            except BoxDown as down:
                self.kill(down)

    def _refuse_early_bytes(self) -> None:
        if select.select([self._out], [], [], 0)[0]:
            if not os.read(self._out, 1):
                raise BoxDown("crash", self._ending())
            raise BoxDown("protocol", "bytes before the question")

    def _exactly(self, n: int, deadline: float, cpu_limit: float | None, others: tuple[Box, ...]) -> bytes:
        got = bytearray()
        while len(got) < n:
            self._wait([self._out], [], deadline, cpu_limit, others)
            try:
                chunk = os.read(self._out, min(n - len(got), _CHUNK))
            except BlockingIOError:
                continue
            if not chunk:
                raise BoxDown("crash", self._ending())
            got += chunk
        return bytes(got)

    def _wait(
        self,
        readable: Sequence[int],
        writable: Sequence[int],
        deadline: float,
        cpu_limit: float | None = None,
        others: tuple[Box, ...] = (),
    ) -> None:
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise BoxDown("timeout")
            logs = [self._err] if self._err_open else []
            found = select.select([*readable, *logs], writable, [], min(left, _TICK_SECONDS))
            self._tick(cpu_limit)
            for other in others:
                other.look_after()
            if found[1] or set(readable) & set(found[0]):
                return

    def _tick(self, cpu_limit: float | None) -> None:
        self._read_log()
        now = time.monotonic()
        if now - self._last_look < _TICK_SECONDS:
            return
        self._last_look = now
        if self._look() > self._watch.resident_bytes:
            raise BoxDown("memory")
        if cpu_limit is not None and self._cpu_clock() > cpu_limit:
            raise BoxDown("timeout")

    def _read_log(self) -> None:
        while self._err_open:
            try:
                chunk = os.read(self._err, 1 << 16)
            except (BlockingIOError, OSError):
                return
            if not chunk:
                self._err_open = False
                return
            self._n_printed += len(chunk)
            self._log += chunk[: max(0, self._watch.log_bytes - len(self._log))]
            if self._n_printed > _MAX_PRINTED:
                raise BoxDown("output")

    def _look(self) -> int:
        """The resident memory of the box's process; 0 when it can't be read."""
        try:
            with open(f"/proc/{self._worker()}/statm") as file:
                resident = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, ValueError, IndexError):
            return 0
        self.peak_bytes = max(self.peak_bytes, resident)
        return resident

    def _cpu_clock(self) -> float:
        """The process's CPU time on a clock that only the kernel sets; 0 when it is gone."""
        with contextlib.suppress(OSError):
            return time.clock_gettime((~self._worker() << 3) | 2)
        return 0.0

    def _worker(self) -> int:
        # bubblewrap stands between: the program that answers is the last of a line of children.
        if self._pid is None or not os.path.exists(f"/proc/{self._pid}"):
            self._pid = _last_child(self._process.pid)
        return self._pid

    def _ending(self) -> str:
        try:
            code = self._process.wait(1)
        except subprocess.TimeoutExpired:
            return "it closed its pipes"
        return f"exit code {code}" if code >= 0 else f"signal {-code}"


def _last_child(pid: int) -> int:
    while True:
        try:
            with open(f"/proc/{pid}/task/{pid}/children") as file:
                children = file.read().split()
        except OSError:
            return pid
        if not children:
            return pid
        pid = int(children[0])


def _fileno(pipe: object) -> int:
    assert hasattr(pipe, "fileno")
    fd: int = pipe.fileno()
    return fd


_spawners: dict[int, ThreadPoolExecutor] = {}


def _spawn(command: Command) -> subprocess.Popen[bytes]:
    # The kernel ends a box when the *thread* that started it ends. All are started by one thread
    # that lives as long as we do; one per process, because a fork leaves threads behind.
    spawner = _spawners.setdefault(os.getpid(), ThreadPoolExecutor(1, "viva-lab-spawner"))
    return spawner.submit(_open, command).result()


def _open(command: Command) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command.argv,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(command.environment),
            cwd="/",
            close_fds=True,
            start_new_session=True,
        )
    except OSError as error:
        raise SandboxError(f"{command.argv[0]!r} can't be started: {error.strerror}") from error
