"""The labs' page says what there is, and its program runs."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from viva.labs import list_labs

PAGE = Path(__file__).parents[2] / "docs" / "labs.md"


@pytest.mark.parametrize("lab", list_labs(), ids=lambda lab: lab.id)
def test_every_lab_stands_in_the_table_as_it_is(lab) -> None:  # type: ignore[no-untyped-def]
    row = f"| `{lab.id}` | {', '.join(lab.topics)} | {lab.title} | {lab.step} | {lab.minutes} |"
    assert row in PAGE.read_text()


def test_no_lab_to_come_is_there_already() -> None:
    coming = PAGE.read_text().split("## Still to come")[1]
    assert not {lab.id for lab in list_labs()} & set(re.findall(r"`([a-z-]+)`", coming))


@pytest.mark.usefixtures("any_backend")
def test_the_program_on_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = re.findall(r"```python\n(from datetime.*?)```", PAGE.read_text(), re.DOTALL)[0]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    names: dict[str, object] = {}
    exec(compile(program, "labs.md", "exec"), names)
    assert names["report"].max_points == 20  # type: ignore[attr-defined]
    assert os.listdir(tmp_path / "work")
