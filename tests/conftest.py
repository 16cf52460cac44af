"""What several rooms' tests share."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from viva.app import Settings, Viva
from viva.bank import Bank

if TYPE_CHECKING:
    from tests.speech.voices import Listener

SHARED = Path(os.environ.get("VIVA_SHARED", Path(__file__).resolve().parents[2] / "shared"))


@pytest.fixture(scope="session")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    """The questions that come with Viva."""
    return Bank(cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of labelled data, which is no part of the project."""
    if not SHARED.is_dir():
        pytest.skip(f"no labelled data at {SHARED}; set VIVA_SHARED")
    return SHARED


class Clock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.at = dt.datetime(2026, 3, 1, 9, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += dt.timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def viva(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Viva:
    """An application on a SQLite file of its own, graded by words alone."""
    monkeypatch.delenv("VIVA_DATABASE", raising=False)
    settings = Settings(home=tmp_path / "home", cache=tmp_path / "cache", grader="lexical.v1")
    return Viva(settings, now=clock)


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    """A server that turns speech into words, as any other of its form would."""
    from tests.speech.voices import listening  # the recogniser is loaded only where it is needed

    with listening() as running:
        yield running
