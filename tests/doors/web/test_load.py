"""The load bench finds what is lost, and a little load loses nothing."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from bench.web import Browser, Seen, Session, _read_back, p, run

from viva.app import Settings, Viva
from viva.doors.web._queue import Busy, GradingQueue

T = TypeVar("T")


def apart(work: Callable[[], T]) -> T:
    """`work` done on a thread of its own: where a browser was driven before, this one has a running loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def test_a_little_load_loses_nothing_and_fails_nowhere(
    monkeypatch: pytest.MonkeyPatch, server_cache: Path
) -> None:
    monkeypatch.setenv("VIVA_CACHE", str(server_cache))
    # The machine may be busy: what is timed here is held to nothing.
    found = apart(lambda: run(sessions=4, seconds=6, grader="lexical.v1", server=True, minute=3.0, n_warm=1))
    assert found.seen.failures == []
    assert found.lost == []
    assert found.n_answers >= 4
    assert len(found.verdict_seconds) >= 4
    assert 5_000 < found.first_page < 60_000


def test_an_answer_that_was_acknowledged_and_is_not_there_is_found(viva: Viva) -> None:
    from viva.app import answer
    from viva.app.practice import start_practice

    sitting = answer(viva, start_practice(viva, "overfitting"), "what was said")
    home = viva.settings.home
    person = Session(Browser("x", 0), Seen(), random.Random(0), "c", 60.0, id=sitting.id)
    person.answered[1] = "what was said"
    assert _read_back(home, [person], [])[2] == []
    person.answered[1] = "what was said otherwise"
    person.draft = (2, "never saved")
    assert len(_read_back(home, [person], [])[2]) == 2


def test_a_percentile_is_the_value_that_so_many_do_not_exceed() -> None:
    assert p([5, 1, 4, 2, 3], 0.8) == 4
    assert p(range(1, 101), 0.95) == 95
    assert p([7], 0.95) == 7


def test_work_is_done_in_turn_and_what_is_asked_for_twice_is_done_once() -> None:
    done: list[str] = []

    async def both() -> list[str]:
        queue = GradingQueue()
        asked = [queue.run(key, lambda key=key: done.append(key) or key) for key in ("a", "b", "c")]
        return await asyncio.gather(*asked)

    assert apart(lambda: asyncio.run(both())) == ["a", "b", "c"]
    assert sorted(done) == ["a", "b", "c"]

    go, counted = threading.Event(), []
    queue = GradingQueue()
    futures = [queue._submit("same", lambda: go.wait(10) and counted.append(1)) for _ in range(5)]
    go.set()
    for future in futures:
        future.result(10)
    assert counted == [1]


def test_a_queue_that_is_full_or_too_slow_says_so_and_still_does_what_it_took(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("viva.doors.web._queue.FULL_PAUSE_SECONDS", 0.0)
    go, done = threading.Event(), threading.Event()

    async def scene() -> None:
        queue = GradingQueue(size=1, patience_seconds=0.1)
        with pytest.raises(Busy):  # too slow: the worker holds it
            await queue.run("a", lambda: go.wait(10) and done.set())
        with pytest.raises(Busy):  # waits behind it
            await queue.run("b", lambda: None)
        with pytest.raises(Busy):  # full
            await queue.run("c", lambda: None)
        go.set()

    apart(lambda: asyncio.run(scene()))
    assert done.wait(10)


def test_work_that_fails_fails_for_whoever_asked_and_for_no_one_after_them() -> None:
    async def scene() -> str:
        queue = GradingQueue()
        with pytest.raises(ZeroDivisionError):
            await queue.run("a", lambda: 1 / 0)
        return await queue.run("b", lambda: "fine")

    assert apart(lambda: asyncio.run(scene())) == "fine"


def test_pages_answer_while_the_grader_is_at_work(viva: Viva, server_cache: Path) -> None:
    """A grader that takes a second an answer holds up nobody else's page."""
    import httpx

    from viva.doors.web import create_app

    slow = Viva(Settings(home=viva.settings.home, cache=server_cache, grader="lexical.v1"), now=viva.now)
    grade = slow.grader

    def grader(asked: object, text: str) -> object:
        time.sleep(1.0)
        return grade(asked, text)  # type: ignore[arg-type]

    object.__setattr__(slow, "grader", grader)
    app = create_app(slow, hosts=("testserver",), warm=False)

    async def scene() -> tuple[float, int]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            await client.get("/practice")
            csrf = client.cookies["viva_csrf"]
            form = {"csrf": csrf, "question": "overfitting"}
            begun = [await client.post("/practice", data=form) for _ in range(45)]
            answer = {"csrf": csrf, "turn": "1", "text": "it learns the noise of its training data"}
            waiting = [
                asyncio.create_task(client.post(b.headers["location"] + "/answer", data=answer))
                for b in begun
            ]
            await asyncio.sleep(0.5)
            began = time.monotonic()
            await client.get(begun[0].headers["location"])
            spent = time.monotonic() - began
            still = sum(not task.done() for task in waiting)
            for task in waiting:
                task.cancel()
            return spent, still

    spent, still = apart(lambda: asyncio.run(scene()))
    assert still > 40  # more than there are threads, had each waited in one
    assert spent < 5
