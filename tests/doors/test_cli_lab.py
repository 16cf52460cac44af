"""A lab as a candidate meets it on the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.doors.test_cli import env, viva
from viva.labs import available_backends, find_lab

__all__ = ["env"]
needs_sandbox = pytest.mark.skipif(not available_backends(), reason="no sandbox on this machine")
LAB = find_lab("threshold-by-cost")


@pytest.fixture
def folder(env: dict[str, str], tmp_path: Path) -> Path:
    made = tmp_path / "work"
    assert viva(env, "lab", "start", LAB.id, made).returncode == 0
    return made


@needs_sandbox
def test_the_starter_fails_and_the_good_solution_passes(env: dict[str, str], folder: Path) -> None:
    entry = LAB.files.entry
    assert viva(env, "lab", "check", folder).returncode == 1
    good = next(e for e in LAB.expect if e.score[0] == LAB.max_points)
    shutil.copyfile(LAB.folder / good.solution, folder / entry)
    done = viva(env, "lab", "submit", folder, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["counts"]
    assert "attempts 1" in viva(env, "lab", "report", folder).stdout


@needs_sandbox
def test_a_submit_is_talked_over_and_stands_in_the_report(
    env: dict[str, str], folder: Path, tmp_path: Path
) -> None:
    assert "first: viva lab submit" in viva(env, "lab", "debrief", folder).stderr
    submitted = viva(env, "lab", "submit", folder)
    assert "viva lab debrief" in submitted.stdout, submitted.stderr
    answers = tmp_path / "answers.yaml"
    answers.write_text(
        "default: {text: the threshold that costs least depends on both prices, confidence: 40}\n"
    )
    done = viva(env, "lab", "debrief", folder, "--answers", answers)
    assert done.returncode == 0, done.stderr
    assert "Report of session" in done.stdout
    assert "Its debrief:" in viva(env, "lab", "report", folder, "--html", tmp_path / "lab.html").stdout
    assert f"Lab: {LAB.title}" in (tmp_path / "lab.html").read_text()


def test_starting_again_leaves_the_work_alone_and_reset_keeps_it(env: dict[str, str], folder: Path) -> None:
    entry = folder / LAB.files.entry
    entry.write_text("# mine\n")
    viva(env, "lab", "start", LAB.id, folder)
    assert entry.read_text() == "# mine\n"
    assert "+# mine" in viva(env, "lab", "diff", folder).stdout
    kept = viva(env, "lab", "reset", folder).stdout.split()[-1]
    assert (Path(kept) / LAB.files.entry).read_text() == "# mine\n"
    assert entry.read_text() != "# mine\n"


def test_a_hint_is_recorded(env: dict[str, str], folder: Path) -> None:
    assert viva(env, "lab", "hint", folder).stdout.strip()
    assert "hints 1" in viva(env, "lab", "report", folder).stdout


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["lab", "start", "nope"], "there is no lab 'nope'; there are adapt-or-retrieve"),
        (["lab", "check", "/tmp"], "no lab was started in '/tmp'; go to its folder, or start one"),
        (["lab", "verify"], "nothing to verify; name a lab or give --all"),
    ],
)
def test_an_error_says_what_to_do(env: dict[str, str], args: list[str], says: str) -> None:
    done = viva(env, *args)
    assert done.returncode == 1
    assert says in done.stderr
