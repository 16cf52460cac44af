"""What the labs' tests share: the sandboxes of this machine and a small lab."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from viva.labs import BackendName, Lab, available_backends, load_lab, new_lab
from viva.labs._backends import BACKENDS, CHAIN
from viva.labs._verify import MIN_WRONG

# Without it: one seed, and of the wrong solutions as many as it takes for each check to be failed.
N_SEEDS = os.environ.get("VIVA_LAB_SEEDS")


@pytest.fixture(params=CHAIN)
def backend(request: pytest.FixtureRequest) -> BackendName:
    """Each safe sandbox; a test skips, with the reason, where this machine lacks one."""
    name: BackendName = request.param
    if reason := BACKENDS[name].missing():
        pytest.skip(f"{name}: {reason}")
    return name


@pytest.fixture(scope="session")
def any_backend() -> BackendName:
    """The quickest safe sandbox of this machine."""
    found = available_backends()
    if not found:
        pytest.skip("this machine has no sandbox: " + "; ".join(BACKENDS[n].missing() for n in CHAIN))
    return found[-1]


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A lab of two checks: `double` doubles a number (public) and an array."""
    return new_lab("tiny", tmp_path / "pack")


def fewer_solutions(lab: Lab) -> Lab:
    """`lab` with its starter, its right solution, and wrong ones that fail every check between them."""
    kept = [e for e in lab.expect if e.solution.startswith(("starter/", "solutions/good"))]
    wrong = [e for e in lab.expect if e not in kept]
    unseen = {check.id for check in lab.checks}
    chosen = []
    for expected in sorted(wrong, key=lambda e: -len(e.fails)):
        if unseen & set(expected.fails) or len(chosen) < MIN_WRONG:
            chosen.append(expected)
            unseen -= set(expected.fails)
    return lab.model_copy(update={"expect": (*kept, *chosen)})


def write_checks(lab: Lab, hidden: str, **changes: str) -> Lab:
    """`lab` with other hidden checks, and with strings of its manifest replaced."""
    (lab.folder / "hidden/checks.py").write_text(hidden)
    manifest = lab.folder / "lab.toml"
    text = manifest.read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    manifest.write_text(text)
    return load_lab(lab.folder)
