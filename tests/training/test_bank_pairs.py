"""What the pair model is taught from a question."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from training._bank_pairs import Amounts, Material, bank_pairs, read_material
from training._pairs import CONTRADICT, ENTAIL, NEUTRAL, NOT_ENTAIL, Pair

from tests.training.made import made_question

ROOT = Path(__file__).resolve().parents[2]
QUESTION = made_question()
CLAIM = {c.id: c.claim for c in QUESTION.criteria}


def _pairs(seed: int = 0) -> list[Pair]:
    material = [Material(QUESTION, QUESTION.exemplars)]
    return list(bank_pairs(material, Amounts(), random.Random(seed)))


def test_every_phrasing_entails_its_claim() -> None:
    accepted = [p for p in _pairs() if p.kind == "accepts"]
    assert len(accepted) == 4
    assert {p.target for p in accepted} == {ENTAIL}


def test_a_near_miss_never_entails() -> None:
    missed = [p for p in _pairs() if "miss" in p.kind]
    assert missed
    assert {p.target for p in missed} == {NOT_ENTAIL}


def test_a_misconception_contradicts_the_claim_it_denies() -> None:
    denied = [p for p in _pairs() if p.kind == "denies"]
    assert {(p.claim, p.target) for p in denied} == {(CLAIM["gap"], CONTRADICT)}


def test_a_sibling_phrasing_is_neutral_to_the_other_claim() -> None:
    beside = [p for p in _pairs() if p.kind == "sibling"]
    assert {p.claim for p in beside} == set(CLAIM.values())
    assert {p.target for p in beside} == {NEUTRAL}


def test_a_clause_carries_its_label_to_the_claim() -> None:
    labelled = {(p.claim, p.target) for p in _pairs() if p.kind == "clause"}
    assert labelled == {
        (CLAIM["gap"], ENTAIL),
        (CLAIM["gap"], CONTRADICT),
        (CLAIM["cause"], ENTAIL),
    }


def test_an_unlabelled_clause_is_never_said_to_meet_a_claim() -> None:
    empty = [p for s in range(5) for p in _pairs(s) if "nice question" in p.span.lower()]
    assert ENTAIL not in {p.target for p in empty if p.kind == "clause-miss"}


def test_every_pair_knows_the_question_it_is_held_out_with() -> None:
    assert {p.question for p in _pairs()} == {"fit"}


def test_the_same_seed_draws_the_same_pairs() -> None:
    assert _pairs(4) == _pairs(4)
    assert _pairs(4) != _pairs(5)


def test_further_answers_are_read_beside_the_exemplars(tmp_path: Path) -> None:
    content = ROOT / "src/viva/content"
    found = read_material(content)
    if not found:
        pytest.skip("the bank has no questions yet")
    question = found[0].question
    row = question.exemplars[0].model_dump(mode="json") | {"question": question.id, "writer": "w1"}
    (tmp_path / f"{question.id}.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    again = read_material(content, tmp_path)[0]
    assert len(again.answers) == len(question.exemplars) + 1
