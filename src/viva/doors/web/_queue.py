"""Judging answers one after another on a thread of its own, so that pages don't wait for the networks.

Whoever asks waits on the event loop and holds no thread. An answer is durable before it comes here, so
nothing is lost when the queue is full, too slow, or gone with the server: the session's page then says
that the answer waits to be read, and asks again.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool

from viva.doors.web._problems import Refused

T = TypeVar("T")
MAX_WAITING = 2000
PATIENCE_SECONDS = 20.0
"""So long a request waits for its verdicts before it is told to ask again."""
FULL_PAUSE_SECONDS = 2.0
"""A page that finds the queue full waits so long before it asks again by itself."""


class Busy(Refused):
    """The verdicts aren't there yet; what was said is kept."""

    def __init__(self) -> None:
        """Refuse with 503."""
        super().__init__(503, "many answers wait to be judged; yours is kept: ask for its verdicts again")


@dataclass(frozen=True)
class _Job:
    work: Callable[[], Any]
    future: Future[Any]
    since: float


class GradingQueue:
    """A bounded queue with one worker; the networks use every core as it is."""

    def __init__(self, *, size: int = MAX_WAITING, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Hold at most `size` answers; the worker's thread starts with the first."""
        self._jobs: queue.Queue[_Job] = queue.Queue(size)
        self._pending: dict[str, Future[Any]] = {}
        self._lock = threading.Lock()
        self._patience = patience_seconds
        self._thread: threading.Thread | None = None
        self.waits: deque[float] = deque(maxlen=10_000)
        """Seconds that the latest answers waited before the worker took them."""

    async def run(self, key: str, work: Callable[[], T]) -> T:
        """What `work` gives, once it was its turn; the same work asked for twice is done once.

        Raises Busy when the queue is full or takes too long (the work stays in it), and what `work` raises.
        """
        try:
            future = await run_in_threadpool(self._submit, key, work)
        except queue.Full:
            await asyncio.sleep(FULL_PAUSE_SECONDS)
            raise Busy from None
        waited = asyncio.wrap_future(future)
        try:
            done: T = await asyncio.wait_for(asyncio.shield(waited), self._patience)
        except TimeoutError:
            if waited.done() and not waited.cancelled():  # the work itself timed out
                raise
            waited.add_done_callback(lambda f: f.cancelled() or f.exception())  # nobody waits for it any more
            raise Busy from None
        return done

    def _submit(self, key: str, work: Callable[[], Any]) -> Future[Any]:
        with self._lock:
            if key in self._pending:
                return self._pending[key]
            job = _Job(work, Future(), time.monotonic())
            self._jobs.put_nowait(job)
            self._pending[key] = job.future
            job.future.add_done_callback(lambda _: self._pending.pop(key, None))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="grading", daemon=True)
                self._thread.start()
            return job.future

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            self.waits.append(time.monotonic() - job.since)
            try:
                job.future.set_result(job.work())
            except BaseException as error:  # it belongs to whoever asked; the worker goes on
                job.future.set_exception(error)
