"""The documents say what the program does."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = [
    line[2:]
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("$ ")
]
# `make run` waits for a person and `make test` runs this very test; .ci/run calls both.
RUN_ELSEWHERE = {"make run", "make test"}


def test_what_the_documents_take_from_the_program_is_up_to_date() -> None:
    command = [sys.executable, "scripts/make_docs.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}run python scripts/make_docs.py"


@pytest.mark.parametrize("command", [c for c in COMMANDS if c not in RUN_ELSEWHERE])
def test_every_command_in_the_readme_runs(command: str, tmp_path: Path) -> None:
    program, *args = shlex.split(command)
    assert program == "viva"
    env = os.environ | {"VIVA_HOME": str(tmp_path), "VIVA_CACHE": str(ROOT / ".cache")}
    done = subprocess.run([sys.executable, "-m", "viva", *args], cwd=ROOT, env=env, capture_output=True)
    assert done.returncode == 0, done.stderr


def test_the_readme_names_the_two_commands() -> None:
    assert set(COMMANDS) >= RUN_ELSEWHERE


def test_every_page_that_a_page_links_to_exists() -> None:
    for page in (ROOT / "docs").rglob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"


def test_public_lists_name_what_is_there() -> None:
    import importlib

    for room in ("bank", "measure", "labs", "grading", "session", "interviewer", "hiring", "store", "app"):
        module = importlib.import_module(f"viva.{room}")
        assert len(module.__all__) == len(set(module.__all__)), room
        assert all(hasattr(module, name) for name in module.__all__), room
