"""Watching a folder: a save is checked, however the editor saves."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from viva.labs import BackendName, Checked, Lab, Workspace, start, watch

GOOD = "def double(x):\n    return 2 * x\n"


@pytest.fixture
def workspace(lab: Lab, tmp_path: Path) -> Workspace:
    return start(lab, tmp_path / "work", at=datetime(2026, 5, 4, tzinfo=UTC))


def next_check(events: Iterator[Checked | None], patience: int = 200) -> Checked:
    for _ in range(patience):
        if (found := next(events)) is not None:
            return found
    pytest.fail("no check came")


def test_each_save_is_checked_once(workspace: Workspace, any_backend: BackendName) -> None:
    events = watch(workspace, any_backend, poll_seconds=0.01)
    first = next_check(events)
    assert first.report is not None
    assert first.report.score == 0
    assert [next(events) for _ in range(5)] == [None] * 5
    (workspace.folder / "solution.py").write_text(GOOD)
    second = next_check(events)
    assert second.report is not None
    assert (second.report.score, second.report.mode) == (1.0, "check")
    events.close()  # type: ignore[attr-defined]


def test_a_file_renamed_into_place_is_a_save(workspace: Workspace, any_backend: BackendName) -> None:
    events = watch(workspace, any_backend, poll_seconds=0.01)
    next_check(events)
    aside = workspace.folder / ".solution.py.swp"
    aside.write_text(GOOD)
    os.replace(aside, workspace.folder / "solution.py")
    found = next_check(events)
    assert found.report is not None
    assert found.report.score == 1
    events.close()  # type: ignore[attr-defined]


def test_a_file_still_being_written_is_not_judged(workspace: Workspace, any_backend: BackendName) -> None:
    path = workspace.folder / "solution.py"
    events = watch(workspace, any_backend, poll_seconds=0.01)
    next_check(events)
    for n in range(4):
        path.write_text(GOOD + "#" * n)
        assert next(events) is None
    assert next_check(events).report is not None
    events.close()  # type: ignore[attr-defined]


def test_a_file_that_vanished_is_said_and_watching_goes_on(
    workspace: Workspace, any_backend: BackendName
) -> None:
    path = workspace.folder / "solution.py"
    events = watch(workspace, any_backend, poll_seconds=0.01)
    next_check(events)
    path.unlink()
    assert "solution.py" in next_check(events).refused
    path.write_text(GOOD)
    assert next_check(events).report is not None
    events.close()  # type: ignore[attr-defined]
