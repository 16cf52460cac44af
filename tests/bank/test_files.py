from __future__ import annotations

from pathlib import Path

import pytest

from viva.bank import Bank, Verdict, grade_level, parse_question
from viva.exceptions import ContentError, UnknownQuestion

MINIMAL = """\
format: 1
id: tiny
title: "A tiny question"
topic: foundations
kind: concept
levels: [junior]
minutes: 2
reviewed: 2026-01-31
ask: {peer: "What is it?", stakeholder: "What is it for us?"}
criteria:
  - id: first
    level: core
    claim: "It is a thing."
    accepts: ["a thing, it is"]
    probe: "What kind?"
    teach: "It is a thing, and here is why."
exemplars:
  - id: one
    tier: good
    audience: peer
    style: spoken
    score: 7
    clauses:
      - {text: "so it is a thing", meets: [first]}
      - {text: "and that is all"}
"""


def test_a_file_is_read_into_frozen_values() -> None:
    q = parse_question(MINIMAL, name="tiny.yaml")
    assert q.criteria[0].claim == "It is a thing."
    with pytest.raises(ValueError, match="frozen"):
        q.title = "other"  # type: ignore[misc]


def test_an_exemplars_spans_are_verbatim_by_construction() -> None:
    exemplar = parse_question(MINIMAL, name="tiny.yaml").exemplars[0]
    assert exemplar.text == "so it is a thing and that is all"
    assert [exemplar.text[a:b] for a, b in exemplar.spans] == [c.text for c in exemplar.clauses]
    assert exemplar.verdict("first") is Verdict.MET


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("kind: concept", "kind: trick", r"tiny.yaml:5: kind: found 'trick'; .*'concept'"),
        ("level: core", "level: main", r"tiny.yaml:12: criteria.0.level: found 'main'; .*'core'"),
        ("minutes: 2", "minutes: 2\ncolour: red", r"tiny.yaml:8: colour: found 'red'; Extra inputs"),
        ("minutes: 2", "minutes: 2\nminutes: 3", r"tiny.yaml:8: not valid YAML: .*'minutes' stands twice"),
        ("meets: [first]", "meets: [frist]", r"tiny.yaml:1: .*names 'frist'; wanted: one of first"),
        ('title: "A tiny question"', 'title: A: tiny', r"tiny.yaml:3: not valid YAML: .*quote texts"),
        ("    probe: \"What kind?\"\n", "", r"tiny.yaml:11: criteria.0.probe: Field required"),
    ],
)  # fmt: skip
def test_an_error_names_file_line_field_found_and_wanted(old: str, new: str, says: str) -> None:
    with pytest.raises(ContentError, match=says):
        parse_question(MINIMAL.replace(old, new), name="tiny.yaml")


def folder(tmp_path: Path, *, id: str = "tiny", topic: str = "foundations") -> Path:
    path = tmp_path / topic / f"{id}.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(MINIMAL)
    return tmp_path


def test_a_bank_finds_a_question_by_its_file(tmp_path: Path) -> None:
    assert Bank(folder(tmp_path)).question("tiny").title == "A tiny question"


def test_a_file_in_the_wrong_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="topic: found 'foundations'; wanted 'applied'"):
        Bank(folder(tmp_path, topic="applied")).question("tiny")


def test_an_unknown_id_suggests_what_is_near(bank: Bank) -> None:
    with pytest.raises(UnknownQuestion, match="did you mean 'bias-variance'"):
        bank.question("bias-varience")


def test_the_cache_is_used_while_files_stay_and_dropped_when_one_changes(tmp_path: Path) -> None:
    content, cache = folder(tmp_path / "content"), tmp_path / "cache"
    first = Bank(content, cache=cache).questions
    assert Bank(content, cache=cache).questions == first
    file = content / "foundations" / "tiny.yaml"
    file.write_text(MINIMAL.replace("A tiny question", "A changed question"))
    assert Bank(content, cache=cache).questions["tiny"].title == "A changed question"


def test_a_broken_cache_costs_only_time(tmp_path: Path) -> None:
    content, cache = folder(tmp_path / "content"), tmp_path / "cache"
    bank = Bank(content, cache=cache)
    assert bank.questions
    kept = (cache / "bank.json").read_text()
    (cache / "bank.json").write_text(kept[: len(kept) // 2])
    assert Bank(content, cache=cache).questions["tiny"].title == "A tiny question"


def test_a_packs_questions_have_a_name_of_their_own(tmp_path: Path) -> None:
    pack = folder(tmp_path / "pack")
    assert Bank(packs=(("acme", pack),)).question("acme/tiny").id == "acme/tiny"


def test_the_twenty_questions_are_there(bank: Bank) -> None:
    assert sum(q.core for q in bank) == 20


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("The cat sat on the mat. It was a fat cat.", -3, 2),
        (
            "Notwithstanding considerable methodological heterogeneity, contemporary investigations "
            "demonstrate statistically significant generalization deterioration.",
            18,
            60,
        ),
    ],
)
def test_reading_level_tells_plain_from_dense(text: str, low: float, high: float) -> None:
    assert low < grade_level(text) < high
