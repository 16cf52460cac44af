"""What the tests of the practice room share: clients, a server as a process of its own, a browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import Clock
from viva.app import Settings, Viva
from viva.bank import Bank
from viva.doors.web import create_app

ROOT = Path(__file__).resolve().parents[3]
GOOD = (
    "An overfitted model has memorised the noise in its training data, so it does well on that data and "
    "badly on new data. You see it in the gap between training and validation error. More data, "
    "regularisation or a simpler model help."
)


@pytest.fixture(scope="session")
def server_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The parsed bank, kept for all tests of the pages."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def read_bank(server_cache: Path) -> Bank:
    """The questions, read once for all tests of the pages."""
    return Bank(cache=server_cache)


@pytest.fixture
def viva(
    tmp_path: Path, clock: Clock, server_cache: Path, read_bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> Viva:
    """An application on a SQLite file of its own, graded by words alone."""
    monkeypatch.delenv("VIVA_DATABASE", raising=False)
    settings = Settings(home=tmp_path / "home", cache=server_cache, grader="lexical.v1")
    made = Viva(settings, now=clock)
    vars(made)["bank"] = read_bank  # what `Viva.bank` would read again for each test
    return made


@pytest.fixture
def client(viva: Viva) -> TestClient:
    """A browser without a screen: it keeps cookies and follows redirects."""
    return TestClient(create_app(viva, hosts=("testserver",), warm=False), raise_server_exceptions=False)


def token_in(page: str) -> str:
    """The token that a page's forms carry."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, page
    return found[1]


class Room:
    """The pages as someone without JavaScript uses them."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.csrf = token_in(client.get("/practice").text)

    def post(self, path: str, **form: object) -> httpx.Response:
        return self.client.post(path, data={"csrf": self.csrf, **form})  # type: ignore[return-value]

    def begin(self, question: str = "overfitting", audience: str = "peer") -> str:
        """Start practice; the session's address."""
        return str(self.post("/practice", question=question, audience=audience).url.path)


@pytest.fixture
def room(client: TestClient) -> Room:
    return Room(client)


class Server:
    """`viva serve` as a process that can be killed and started again on the same port."""

    def __init__(self, home: Path, cache: Path, *options: str) -> None:
        self._options = options
        self._env = os.environ | {
            "VIVA_HOME": str(home), "VIVA_CACHE": str(cache),
            "VIVA_GRADER": "auto" if os.environ.get("VIVA_SCREENSHOTS") == "1" else "lexical.v1",
            "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        self._port = 0
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "viva", "serve", "--port", str(self._port), *self._options]
        self._process = subprocess.Popen(command, env=self._env, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        assert found, f"the server said {line!r}"
        self.url, self._port = found[0].rstrip("/"), int(found[1])

    def kill(self) -> None:
        """As a power cut would: no chance to tidy up."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


@pytest.fixture
def server(tmp_path: Path, server_cache: Path) -> Iterator[Server]:
    running = Server(tmp_path / "home", server_cache)
    yield running
    running.kill()


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory, server_cache: Path) -> Iterator[Server]:
    """One server for tests that change nothing of each other's."""
    running = Server(tmp_path_factory.mktemp("home"), server_cache)
    yield running
    running.kill()


def chromium() -> str | None:
    """A Chromium: VIVA_CHROMIUM, else the system's, else None for Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("VIVA_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser. There must be one: these tests are never skipped."""
    with sync_playwright() as playwright:
        found = chromium()
        if found is None and not Path(playwright.chromium.executable_path).exists():
            pytest.fail(
                "no Chromium for the tests of the pages. Install one (apt-get install chromium, or "
                "playwright install chromium), or set VIVA_CHROMIUM to its path."
            )
        # Without its own sandbox it also runs as root, as in a container; it only sees our pages.
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh browser profile that can reach this machine only; a request elsewhere fails the test."""
    made = browser.new_context(viewport={"width": 1100, "height": 900})
    outside: list[str] = []

    def local_only(route: object) -> None:
        url = route.request.url  # type: ignore[attr-defined]
        if url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            route.continue_()  # type: ignore[attr-defined]
        else:
            outside.append(url)
            route.abort()  # type: ignore[attr-defined]

    made.route("**/*", local_only)
    yield made
    made.close()
    assert not outside, f"the pages asked outside hosts: {outside}"


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab. Whatever the content policy blocks, and whatever a script throws, fails the test."""
    troubles: list[str] = []
    tab = context.new_page()
    tab.set_default_timeout(15_000)
    tab.on("pageerror", lambda error: troubles.append(str(error)))
    tab.on("console", lambda m: troubles.append(m.text) if "Content Security Policy" in m.text else None)
    yield tab
    assert not troubles, troubles
