"""The labs' page says what there is, and its program runs."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path

import pytest

from viva.labs import Lab, lab_schema, list_labs

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


def test_the_schema_for_editors_is_the_one_that_manifests_are_read_by() -> None:
    kept = json.loads((PAGE.parent / "schemas/lab.json").read_text())
    assert kept == json.loads(json.dumps(lab_schema())), (
        "make it again: viva lab schema > docs/schemas/lab.json"
    )


@pytest.mark.parametrize("lab", list_labs(), ids=lambda lab: lab.id)
def test_a_manifest_has_what_the_schema_demands_and_nothing_else(lab: Lab) -> None:
    made = lab_schema()
    fields = set(tomllib.loads((lab.folder / "lab.toml").read_text()))
    assert set(made["required"]) <= fields <= set(made["properties"])  # type: ignore[call-overload]
