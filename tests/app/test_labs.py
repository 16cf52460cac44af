"""Labs in the log: attempts, debriefs, interviews, and what is left when a process is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import Clock
from viva.app import (
    Sitting,
    Viva,
    answer,
    ask_next,
    give_confidence,
    grade_response,
    last_open_session,
    open_session,
    report_of,
)
from viva.app.labs import (
    choose_labs,
    lab_in,
    last_session,
    leave_lab,
    open_debrief,
    start_lab,
    submit_lab,
    take_over,
)
from viva.app.progress import progress_of, show_progress
from viva.exceptions import SandboxError, UsageError
from viva.labs import Workspace, available_backends, find_lab
from viva.session import State

ID = "attention-core"
RIGHT = (
    "Without subtracting the maximum, exp overflows to infinity, and infinity over infinity is not a number. "
    "A constant added to all scores multiplies numerator and denominator alike and cancels."
)
needs_sandbox = pytest.mark.skipif(not available_backends(), reason="this machine has no sandbox")


def _solve(workspace: Workspace, solution: str = "no_stability") -> Workspace:
    source = workspace.lab.folder / f"solutions/{solution}.py"
    (workspace.folder / "attention.py").write_text(source.read_text())
    return workspace


def _say(viva: Viva, sitting: Sitting, text: str) -> Sitting:
    return grade_response(viva, give_confidence(viva, answer(viva, sitting, text), 60))


@needs_sandbox
def test_a_submit_opens_a_debrief_that_is_graded_and_reported(viva: Viva, tmp_path: Path) -> None:
    workspace = _solve(start_lab(viva, ID, tmp_path / "work"))
    submit_lab(viva, workspace)
    sitting = open_debrief(viva, workspace)
    asked = sitting.session.turn.asked
    assert (asked.step, asked.lab, asked.follow_up) == ("debrief", ID, "stability")
    assert "did not pass" in asked.ask
    sitting = _say(viva, sitting, RIGHT)
    card = sitting.session.turn.scorecard
    assert card is not None
    assert (card.score or 0) > 5
    assert any(e.quote in RIGHT for v in card.verdicts for e in v.evidence)
    while (sitting := ask_next(viva, sitting)).session.state is not State.CLOSED:
        sitting = _say(viva, sitting, "It makes the weights sum to one.")
    report = report_of(viva, sitting.id, sitting.session)
    assert (len(report.turns), report.labs[0].score, report.labs[0].max_points) == (5, 18, 20)
    assert report.labs[0].debrief_score == pytest.approx(
        sum(t.score or 0 for t in report.turns) / 5, abs=1e-3
    )
    assert report.labs[0].files["attention.py"] == (workspace.folder / "attention.py").read_text()
    assert last_session(viva, workspace) == report
    assert open_debrief(viva, workspace).session.state is State.CLOSED


@needs_sandbox
def test_an_attempt_is_taken_over_once_however_often_it_is_tried(viva: Viva, tmp_path: Path) -> None:
    workspace = _solve(start_lab(viva, ID, tmp_path / "work"))
    submit_lab(viva, workspace)
    log = workspace.folder / ".viva/log.jsonl"
    marked = log.read_text().splitlines(True)
    assert "taken-over" in marked[-1]
    log.write_text("".join(marked[:-1]))  # as if it was killed before it could mark the attempt
    take_over(viva, workspace)
    take_over(viva, workspace)
    assert viva.store.n_sessions() == 1


@needs_sandbox
def test_a_session_that_was_deleted_does_not_come_back(viva: Viva, tmp_path: Path) -> None:
    workspace = _solve(start_lab(viva, ID, tmp_path / "work"))
    submit_lab(viva, workspace)
    viva.store.delete(viva.store.lines()[0].id)
    take_over(viva, workspace)
    assert viva.store.n_sessions() == 0
    assert last_session(viva, workspace) is None


def test_nothing_can_be_talked_over_before_a_submit(viva: Viva, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="viva lab submit"):
        open_debrief(viva, start_lab(viva, ID, tmp_path / "work"))


@needs_sandbox
def test_an_interview_warms_up_gives_its_lab_and_talks_it_over(viva: Viva, clock: Clock) -> None:
    sitting = ask_next(viva, open_session(viva, minutes=60, seed=4, labs=(ID,)))
    steps = []
    while sitting.session.state is State.ASKED:
        steps.append(sitting.session.turn.asked)
        sitting = ask_next(viva, _say(viva, sitting, "I would say so"))
    assert [asked.step for asked in steps] == ["warm-up", "warm-up"]
    assert {asked.question for asked in steps} & set(find_lab(ID).topics)
    assert sitting.session.state is State.LAB
    assert last_open_session(viva) == sitting.id
    sitting, workspace = lab_in(viva, sitting)
    clock.forward(20 * 60)
    submit_lab(viva, _solve(workspace))
    sitting, _ = lab_in(viva, sitting)
    assert sitting.session.labs[0].submitted is not None
    assert sitting.session.labs[0].seconds == 20 * 60
    sitting = ask_next(viva, sitting)
    assert sitting.session.turn.asked.follow_up == "stability"
    assert viva.store.n_sessions() == 1
    report = report_of(viva, sitting.id, sitting.session)
    assert report.in_words[0].startswith("Lab “Scaled dot-product")


def test_a_lab_can_be_left_and_the_interview_goes_on_without_its_debrief(viva: Viva) -> None:
    sitting = ask_next(viva, open_session(viva, minutes=5, seed=4, labs=(ID,)))
    assert sitting.session.state is State.LAB
    sitting = ask_next(viva, leave_lab(viva, sitting))
    assert not any(turn.asked.lab for turn in sitting.session.turns)
    assert report_of(viva, sitting.id, sitting.session).labs[0].score is None


def test_labs_are_chosen_to_fit_step_topic_and_time(viva: Viva) -> None:
    for seed in range(5):
        chosen = [find_lab(id) for id in choose_labs(viva, minutes=60, seed=seed, steps=["debugging"])]
        assert {lab.step for lab in chosen} == {"debugging"}
        assert sum(lab.minutes for lab in chosen) <= 52
    with pytest.raises(UsageError, match=r"found no lab for 5 minutes.*--minutes"):
        choose_labs(viva, minutes=5, seed=1)
    with pytest.raises(UsageError, match="viva lab debrief"):
        choose_labs(viva, minutes=90, seed=1, steps=["deep-dive"])


@needs_sandbox
def test_a_lab_counts_in_the_ability_of_its_topic_as_partial_credit(
    viva: Viva, clock: Clock, tmp_path: Path
) -> None:
    topic = viva.bank.question("attention").topic
    before = next(s for s in progress_of(viva, []).topics if s.topic == topic).ability
    submit_lab(viva, _solve(start_lab(viva, ID, tmp_path / "good"), "good"))
    well = next(s for s in show_progress(viva).topics if s.topic == topic)
    assert "1 answer, 1 of them a lab" in well.words
    assert well.ability.estimate > before.estimate
    assert well.ability.upper - well.ability.lower < before.upper - before.lower
    clock.forward(60)
    submit_lab(viva, start_lab(viva, ID, tmp_path / "starter"))
    poorly = next(s for s in show_progress(viva).topics if s.topic == topic)
    assert poorly.ability.estimate < before.estimate
    assert poorly.ability.n_responses == 1


def _submitting(home: Path, folder: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {"VIVA_HOME": str(home), "OMP_NUM_THREADS": "1", "PYTHONPATH": "src"}
    command = [sys.executable, "-m", "viva", "lab", "submit", str(folder)]
    silent = subprocess.DEVNULL
    return subprocess.Popen(command, env=environment, stdout=silent, stderr=silent)


def _wait_for(log: Path, event: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while f'"event": "{event}"' not in log.read_text():
        assert process.poll() is None, f"it ended without {event!r}"
        assert time.monotonic() < deadline, f"no {event!r} in time"
        time.sleep(0.005)


@needs_sandbox
@pytest.mark.parametrize("event", ["begun", "submitted"])
def test_a_submit_killed_outright_loses_nothing_and_counts_once(
    viva: Viva, tmp_path: Path, event: str
) -> None:
    workspace = _solve(start_lab(viva, ID, tmp_path / "work"), "good")
    log = workspace.folder / ".viva/log.jsonl"
    process = _submitting(viva.settings.home, workspace.folder)
    _wait_for(log, event, process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    progress = workspace.progress(at=viva.now())
    finished = event == "submitted"
    # A fast machine may have finished the attempt between the line and the kill; never twice, though.
    assert progress.n_attempts + progress.n_interrupted == 1
    assert progress.n_attempts >= finished
    assert "def attention" in log.read_text(), "what was handed in is kept"
    take_over(viva, workspace)
    take_over(viva, workspace)
    assert viva.store.n_sessions() == progress.n_attempts
    submit_lab(viva, workspace)
    assert workspace.progress(at=viva.now()).n_attempts == progress.n_attempts + 1
    assert viva.store.n_sessions() == progress.n_attempts + 1


def test_a_sandbox_that_is_not_there_records_no_attempt(viva: Viva, tmp_path: Path) -> None:
    workspace = start_lab(viva, ID, tmp_path / "work")
    with pytest.raises((SandboxError, UsageError)):
        submit_lab(viva, workspace, backend="no-such-box")
    assert workspace.attempts() == ()
    assert viva.store.n_sessions() == 0
