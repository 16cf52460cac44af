"""What load does the web application carry? Practice sessions side by side, with a browser's requests.

usage: python bench/web.py [--sessions 1000] [--seconds 180] [--grader auto] [--server]

Every session goes round once a minute: the question's page, four drafts, an answer with its confidence, the
feedback, and on to another version. Sessions begin spread over the first minute, so that no two are in step.
The server runs as one process; the load comes from this one on the same machine, so both share its cores
and each time includes this program's own delays. With `--server` every session is a person of their own
with an account; without it all are one person's. At the end the store is read by itself: every answer and
draft that the server acknowledged must stand in it word for word.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import gzip
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from viva.app import Settings, Viva

QUESTIONS = ("overfitting", "bias-variance", "gradient-descent", "cross-validation", "rag", "attention")
WORDS = (
    "it memorises the noise in its training data", "so it does well there and badly on new data",
    "you see it in the gap between training and validation error", "more data or a simpler model helps",
    "we hold out a part of the data and average over the folds", "the step goes against the gradient",
    "with too large a step it diverges", "passages are fetched and put into the prompt",
    "each token weighs all others by how alike query and key are",
    "a very flexible model varies with its sample",
)  # fmt: skip
N_WARM = 40
"""Sessions before those that are measured."""
DRAFTS_AT = (0.13, 0.3, 0.47, 0.63)
ANSWER_AT, ON_AT = 0.8, 0.93
"""Moments of a round, as shares of its time."""
IDLE_SECONDS = 4.0
"""A connection idle for so long is opened anew; the server closes them after 5."""


@dataclass
class Seen:
    """What happened over all sessions."""

    pages: list[float] = field(default_factory=list)
    """Seconds for each page asked for with GET."""
    drafts: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    """Seconds from sending an answer to the redirect to its verdicts."""
    failures: list[str] = field(default_factory=list)


@dataclass
class Browser:
    """One connection with its cookies, which is all the browser that a load needs."""

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    _used: float = 0.0

    async def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = "", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the answer."""
        for last in (False, True):
            fresh = self._streams is None or time.monotonic() - self._used > IDLE_SECONDS
            if fresh:
                await self._connect()
            try:
                return await self._exchange(method, path, body, kind, headers)
            except (ConnectionError, asyncio.IncompleteReadError):
                self._streams = None
                if fresh or last:
                    raise
        raise AssertionError

    async def _connect(self) -> None:
        self.close()
        self._streams = await asyncio.open_connection(self.host, self.port, limit=2**20)

    def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _exchange(
        self, method: str, path: str, body: bytes, kind: str, more: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        assert self._streams is not None
        reader, writer = self._streams
        headers = {"host": f"{self.host}:{self.port}", "accept-encoding": "gzip"} | more
        if self.cookies:
            headers["cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if body or method != "GET":
            headers |= {"content-length": str(len(body)), "content-type": kind}
        lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
        writer.write("\r\n".join(lines).encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        found: dict[str, str] = {}
        for line in head[1:-2]:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
            found[name.lower()] = value
        content = await reader.readexactly(int(found.get("content-length", "0")))
        self._used = time.monotonic()
        packed = found.get("content-encoding") == "gzip"
        return int(head[0].split()[1]), found, gzip.decompress(content) if packed else content


@dataclass
class Session:
    """One person practising, and what the server acknowledged of what they said."""

    browser: Browser
    seen: Seen
    rng: random.Random
    csrf_cookie: str
    minute: float
    """Seconds that a round takes."""
    id: str = ""
    turn: int = 1
    answered: dict[int, str] = field(default_factory=dict)
    draft: tuple[int, str] | None = None

    async def begin(self) -> None:
        """From the first page to the first question."""
        await self._page("/")
        await self._page("/practice")
        where = await self._form("/practice", question=self.rng.choice(QUESTIONS))
        self.id = where.rsplit("/", 1)[1]
        await self._page(where)

    async def rounds(self, until: float) -> None:
        """Once a minute: drafts, answer, feedback, on; until a moment of the clock."""
        while time.monotonic() < until:
            began = time.monotonic()
            text = self._text()
            for i, at in enumerate(DRAFTS_AT, 1):
                if not await _sleep_to(began + at * self.minute, until):
                    return
                await self._save(text[: len(text) * i // len(DRAFTS_AT)])
            if not await _sleep_to(began + ANSWER_AT * self.minute, until):
                return
            await self._answer(text)
            if not await _sleep_to(began + ON_AT * self.minute, until):
                return
            where = await self._form(f"/sessions/{self.id}/follow-up")
            self.turn += 1
            await self._page(where)
            await _sleep_to(began + self.minute, until)

    def _text(self) -> str:
        chosen = self.rng.choices(WORDS, k=10)
        return f"{', '.join(chosen)}. Mark {self.rng.getrandbits(48):012x}."

    async def _save(self, text: str) -> None:
        began = time.monotonic()
        status, _, _ = await self.browser.ask(
            "PUT", f"/sessions/{self.id}/drafts/{self.turn}", json.dumps({"text": text}).encode(),
            "application/json", **{"x-csrf-token": self.browser.cookies[self.csrf_cookie]},
        )  # fmt: skip
        self.seen.drafts.append(time.monotonic() - began)
        self._expect(status, 204, "a draft")
        self.draft = (self.turn, text)

    async def _answer(self, text: str) -> None:
        began = time.monotonic()
        where = await self._form(
            f"/sessions/{self.id}/answer", turn=str(self.turn), text=text,
            confidence=str(self.rng.randrange(0, 101, 10)),
        )  # fmt: skip
        self.seen.answers.append(time.monotonic() - began)
        self.answered[self.turn] = text
        self.draft = None
        shown = await self._page(where)
        while b"waits to be read" in shown and await _sleep_to(time.monotonic() + 1, began + 600):
            shown = await self._page(await self._form(f"/sessions/{self.id}/confidence"))

    async def _page(self, path: str) -> bytes:
        began = time.monotonic()
        status, _, body = await self.browser.ask("GET", path)
        self.seen.pages.append(time.monotonic() - began)
        self._expect(status, 200, path)
        return body

    async def _form(self, path: str, **fields: str) -> str:
        """Send a form; where it leads."""
        body = urlencode({"csrf": self.browser.cookies[self.csrf_cookie], **fields}).encode()
        status, headers, _ = await self.browser.ask("POST", path, body, "application/x-www-form-urlencoded")
        self._expect(status, 303, path)
        return headers.get("location", "/")

    def _expect(self, status: int, wanted: int, what: str) -> None:
        if status != wanted:
            self.seen.failures.append(f"{what}: {status} where {wanted} was wanted")


async def _sleep_to(moment: float, until: float) -> bool:
    """Wait for a moment; False, after waiting for the end, when it lies beyond it."""
    await asyncio.sleep(max(0.0, min(moment, until) - time.monotonic()))
    return moment <= until


class Server:
    """`viva serve` as a process of its own."""

    def __init__(self, home: Path, *, grader: str, server: bool) -> None:
        """Start it, and note how long it took to answer."""
        env = os.environ | {"VIVA_HOME": str(home), "VIVA_GRADER": grader, "PYTHONUNBUFFERED": "1"}
        env.pop("VIVA_DATABASE", None)
        command = [sys.executable, "-m", "viva", "serve", "--port", "0", *(["--server"] if server else [])]
        began = time.monotonic()
        self.process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        if found is None:
            raise SystemExit(f"the server said {line!r}")
        self.port = int(found[1])
        urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=30).read()
        self.cold_seconds = time.monotonic() - began

    def rss(self) -> int:
        """Bytes of memory it holds."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return int(status.split("VmRSS:")[1].split()[0]) * 1024

    def cpu_seconds(self) -> float:
        """Processor seconds it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(30)
        if self.process.stdout:
            self.process.stdout.close()


@dataclass(frozen=True)
class Outcome:
    """What `run` found; times in seconds, sizes in bytes."""

    n_sessions: int
    seconds: float
    seen: Seen
    verdict_seconds: list[float]
    """From an answer's acceptance to its scorecard, by the log's own times."""
    n_answers: int
    lost: list[str]
    bytes_a_session: float
    cpu_share: float
    """Cores that the server used."""
    cold_seconds: float
    first_page: int


def run(
    *,
    sessions: int,
    seconds: float,
    grader: str,
    server: bool = False,
    seed: int = 0,
    minute: float = 60.0,
    n_warm: int = N_WARM,
) -> Outcome:
    """Bring the load on and read back what is kept; a round takes `minute` seconds. Needs /proc (Linux)."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        keys = _people(home, sessions + n_warm) if server else []
        running = Server(home, grader=grader, server=server)
        try:
            first = _first_page(running.port)
            seen, people, grown, cpu = asyncio.run(
                _load(running, sessions, n_warm, seconds, keys, seed, minute)
            )
        finally:
            running.stop()
        waits, n_answers, lost = _read_back(home, people, keys)
    return Outcome(
        n_sessions=sessions, seconds=seconds, seen=seen, verdict_seconds=waits, n_answers=n_answers,
        lost=lost,
        bytes_a_session=grown / sessions, cpu_share=cpu, cold_seconds=running.cold_seconds, first_page=first,
    )  # fmt: skip


async def _load(
    server: Server, n: int, n_warm: int, seconds: float, keys: Sequence[str], seed: int, minute: float
) -> tuple[Seen, list[Session], int, float]:
    seen, people = Seen(), []
    for i in range(n + n_warm):
        browser = Browser("127.0.0.1", server.port, {"viva_login": keys[i]} if keys else {})
        people.append(Session(browser, seen, random.Random(f"{seed}-{i}"), "viva_csrf", minute))
    warm, people = people[n:], people[:n]
    await asyncio.gather(*(_warm_up(person) for person in warm))
    for list_ in (seen.pages, seen.drafts, seen.answers):
        list_.clear()
    before, cpu, began = server.rss(), server.cpu_seconds(), time.monotonic()
    end = began + seconds
    await asyncio.gather(*(_practise(p, began + minute * i / n, end) for i, p in enumerate(people)))
    spent = time.monotonic() - began
    grown, share = server.rss() - before, (server.cpu_seconds() - cpu) / spent
    for person in people:
        person.browser.close()
    return seen, [*people, *warm], grown, share


async def _warm_up(person: Session) -> None:
    """What a server loads once (questions, threads, connections) is not a session's."""
    for _ in range(2):
        await person.begin()
        await person._answer(person._text())
    person.answered.clear()  # of the second session alone the acknowledgements are known
    person.browser.close()


async def _practise(person: Session, begin: float, end: float) -> None:
    if not await _sleep_to(begin, end):
        return
    try:
        await person.begin()
        await person.rounds(end)
    except (OSError, asyncio.IncompleteReadError, KeyError) as error:
        person.seen.failures.append(f"{type(error).__name__}: {error}")


def _people(home: Path, n: int) -> list[str]:
    """Make accounts and log each in; their login cookies."""
    from viva.app.accounts import Accounts, Role

    accounts = Accounts(home)
    made = [accounts.add(f"person-{i}", role=Role.CANDIDATE) for i in range(n)]
    return [accounts.log_in(account) for account in made]


def _read_back(home: Path, people: list[Session], keys: Sequence[str]) -> tuple[list[float], int, list[str]]:
    """Waits for verdicts, how many answers there are, and what was acknowledged and isn't there."""
    waits: list[float] = []
    n_answers, lost = 0, []
    for person, viva in zip(people, _stores(home, len(people), keys), strict=True):
        if not person.id:
            continue
        history = viva.store.history(person.id)
        said = [e.text for e in history if e.type == "ResponseGiven"]
        n_answers += len(said)
        lost += [f"{person.id} turn {t}" for t, text in person.answered.items() if said[t - 1 : t] != [text]]
        if person.draft and viva.store.draft(person.id, person.draft[0]) != person.draft[1]:
            lost.append(f"{person.id} draft of turn {person.draft[0]}")
        sure: dt.datetime | None = None
        for event in history:
            if event.type == "ConfidenceGiven":
                sure = event.at
            elif event.type == "ResponseGraded" and sure is not None:
                waits.append((event.at - sure).total_seconds())
        if keys:
            viva.store.close()
    return waits, n_answers, lost


def _stores(home: Path, n: int, keys: Sequence[str]) -> Iterable[Viva]:
    if not keys:
        return [Viva(Settings(home=home, database=""))] * n
    from viva.app.accounts import Accounts
    from viva.app.workspaces import Workspaces

    accounts, rooms = Accounts(home), Workspaces(Viva(Settings(home=home, database="")))
    found = (accounts.who(key) for key in keys[:n])
    return [rooms.of(account.id) for account in found if account is not None]


def _first_page(port: int) -> int:
    """Bytes over the wire for the first page with its scripts, styles and pictures."""

    def fetch(path: str) -> tuple[bytes, bytes]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}", headers={"accept-encoding": "gzip"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            raw = answer.read()
            return raw, gzip.decompress(raw) if answer.headers["content-encoding"] == "gzip" else raw

    raw, page = fetch("/")
    names = set(re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css|svg))"', page.decode()))
    return len(raw) + sum(len(fetch(name)[0]) for name in names)


def p(values: Sequence[float], share: float) -> float:
    """The value that a share of the values doesn't exceed; NaN of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


ROWS = (
    ("pages, p95 ms", 100.0, lambda o: 1000 * p(o.seen.pages, 0.95)),
    ("drafts, p95 ms", None, lambda o: 1000 * p(o.seen.drafts, 0.95)),
    ("answer to verdicts, p50 s", None, lambda o: p(o.verdict_seconds, 0.5)),
    ("answer to verdicts, p95 s", 5.0, lambda o: p(o.verdict_seconds, 0.95)),
    ("answers and drafts lost", 0.0, lambda o: float(len(o.lost))),
    ("requests that failed", 0.0, lambda o: float(len(o.seen.failures))),
    ("memory a session, KB", 20.0, lambda o: o.bytes_a_session / 1000),
    ("cores used by the server", None, lambda o: o.cpu_share),
    ("cold start, s", 2.0, lambda o: o.cold_seconds),
    ("first page over the wire, KB", 60.0, lambda o: o.first_page / 1000),
)
"""What is printed: name, the most that is wanted, and where it comes from."""


def main() -> None:
    """Run and print; exit status 1 when a bar is missed."""
    options = argparse.ArgumentParser(description="Load of the web application.")
    options.add_argument("--sessions", type=int, default=1000)
    options.add_argument("--seconds", type=float, default=180)
    options.add_argument("--grader", default="auto")
    options.add_argument("--server", action="store_true", help="each session a person with an account")
    given = options.parse_args()
    found = run(sessions=given.sessions, seconds=given.seconds, grader=given.grader, server=given.server)
    print(f"{found.n_sessions} sessions, {found.seconds:g} s, grader {given.grader}, {os.cpu_count()} cores")
    print(f"{len(found.seen.pages)} pages, {len(found.seen.drafts)} drafts, {found.n_answers} answers")
    missed = False
    for name, bar, value in ROWS:
        got = value(found)
        missed |= bar is not None and not got <= bar
        print(f"{name:32} {got:10.2f}" + (f"   wanted: at most {bar:g}" if bar is not None else ""))
    for trouble in [*found.lost[:5], *found.seen.failures[:5]]:
        print(f"  {trouble}")
    sys.exit(missed)


if __name__ == "__main__":
    main()
