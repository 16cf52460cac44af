"""A candidate's folder: their work is never overwritten, and an attempt counts once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from viva.exceptions import InputError, UsageError
from viva.labs import BackendName, Lab, Workspace, check, start, submit

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
GOOD = "def double(x):\n    return 2 * x\n"


@pytest.fixture
def workspace(lab: Lab, tmp_path: Path) -> Workspace:
    return start(lab, tmp_path / "work", at=AT)


def test_start_lays_out_the_starter_and_the_statement(workspace: Workspace, lab: Lab) -> None:
    assert workspace.take()["solution.py"] == (lab.folder / "starter/solution.py").read_bytes()
    assert (workspace.folder / "README.md").read_text().startswith("# Double")
    assert not (workspace.folder / "hidden").exists()


def test_starting_again_keeps_the_work_and_the_clock(workspace: Workspace, lab: Lab) -> None:
    (workspace.folder / "solution.py").write_text(GOOD)
    again = start(lab, workspace.folder, at=AT + timedelta(hours=1))
    assert again.take() == {"solution.py": GOOD.encode()}
    assert again.progress(at=AT + timedelta(minutes=30)).minutes_used == 30


def test_a_folder_where_nothing_was_started_says_what_to_do(lab: Lab, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="viva lab start tiny"):
        Workspace(lab, tmp_path).progress(at=AT)


def test_a_folder_that_can_t_be_made_is_named(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file"):
        start(lab, tmp_path / "file/work", at=AT)


def test_a_submit_is_recorded_with_its_report(workspace: Workspace, any_backend: BackendName) -> None:
    (workspace.folder / "solution.py").write_text(GOOD)
    report = submit(workspace, any_backend, at=AT + timedelta(minutes=7), seed=3)
    progress = workspace.progress(at=AT + timedelta(minutes=8))
    assert (progress.n_attempts, progress.best, progress.n_interrupted) == (1, 3.0, 0)
    assert report.minutes_used == 7
    assert report.debrief == ("why-1", "why-2", "why-3")
    assert workspace.reports()[0]["seed"] == 3


def test_check_is_no_attempt(workspace: Workspace, any_backend: BackendName) -> None:
    assert check(workspace, any_backend).score == 0
    assert workspace.progress(at=AT).n_attempts == 0


def test_hints_cost_points_and_end(workspace: Workspace, any_backend: BackendName) -> None:
    assert "multiplication" in workspace.hint(at=AT).lower()
    with pytest.raises(UsageError, match="hints"):
        workspace.hint(at=AT)
    (workspace.folder / "solution.py").write_text(GOOD)
    report = submit(workspace, any_backend, at=AT)
    assert (report.score, report.net_score, report.hints) == (3.0, 2.5, (1,))
    assert workspace.progress(at=AT).best == 2.5


def test_an_unsafe_run_is_kept_and_never_counts(workspace: Workspace) -> None:
    (workspace.folder / "solution.py").write_text(GOOD)
    submit(workspace, "none", at=AT)
    progress = workspace.progress(at=AT)
    assert (progress.n_attempts, progress.best) == (0, None)
    assert len(workspace.reports()) == 1


def test_a_submit_cut_off_is_seen_and_not_counted(workspace: Workspace) -> None:
    workspace.begin_submit({}, at=AT)
    progress = workspace.progress(at=AT)
    assert (progress.n_attempts, progress.n_interrupted) == (0, 1)


def test_what_was_handed_in_is_kept_even_when_the_submit_is_cut_off(workspace: Workspace) -> None:
    workspace.begin_submit({"solution.py": GOOD.encode()}, at=AT)
    assert GOOD in [
        json.loads(line).get("files", {}).get("solution.py")
        for line in (workspace.folder / ".viva/log.jsonl").read_text().splitlines()
    ]


def test_an_attempt_is_taken_over_once(workspace: Workspace, any_backend: BackendName) -> None:
    (workspace.folder / "solution.py").write_text(GOOD)
    submit(workspace, any_backend, at=AT)
    (waiting,) = workspace.not_taken_over()
    assert waiting.files == {"solution.py": GOOD}
    workspace.mark_taken_over(waiting.id, at=AT)
    assert workspace.not_taken_over() == ()
    assert [a.id for a in workspace.attempts()] == [waiting.id]


def test_an_attempt_ends_once(workspace: Workspace, any_backend: BackendName) -> None:
    report = check(workspace, any_backend)
    attempt = workspace.begin_submit({}, at=AT)
    workspace.end_submit(attempt, report, at=AT)
    with pytest.raises(UsageError, match="already"):
        workspace.end_submit(attempt, report, at=AT)
    assert workspace.progress(at=AT).n_attempts == 1


@pytest.mark.parametrize("cut", [1, 20, 60])
def test_a_line_torn_by_a_crash_loses_nothing_before_or_after_it(workspace: Workspace, cut: int) -> None:
    workspace.begin_submit({}, at=AT)
    log = workspace.folder / ".viva/log.jsonl"
    log.write_bytes(log.read_bytes()[:-cut])
    workspace.begin_submit({}, at=AT)
    assert workspace.progress(at=AT).n_interrupted in (1, 2)
    assert json.loads(log.read_text().splitlines()[-1])["event"] == "begun"
    assert workspace.progress(at=AT).started_at == AT


def test_reset_puts_the_starter_back_and_keeps_the_work(workspace: Workspace) -> None:
    (workspace.folder / "solution.py").write_text(GOOD)
    assert "+    return 2 * x" in workspace.diff()
    kept = workspace.reset(at=AT)
    assert (kept / "solution.py").read_text() == GOOD
    assert workspace.diff() == ""
