from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "measure.md"
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def _programs() -> list[str]:
    return BLOCK.findall(PAGE.read_text(encoding="utf-8"))


def test_the_tutorial_reproduces_lsat7_in_ten_lines(capsys: pytest.CaptureFixture[str]) -> None:
    first = _programs()[0]
    assert len([line for line in first.splitlines() if line.strip()]) <= 10
    exec(compile(first, str(PAGE), "exec"), {})
    said = capsys.readouterr().out
    assert "-2658.805" in said
    for value in ("0.988", "1.081", "1.707", "0.765", "0.736", "-1.879", "-0.748"):
        assert value in said


def test_every_program_of_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    shared: dict[str, object] = {}
    for program in _programs():
        exec(compile(program, str(PAGE), "exec"), shared)
    assert capsys.readouterr().out
