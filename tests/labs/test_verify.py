"""The author's gate, and every lab that comes with Viva passing through it."""

from __future__ import annotations

import pytest

from tests.labs.conftest import N_SEEDS, fewer_solutions, write_checks
from viva.labs import (
    BackendName,
    Lab,
    choose_debrief,
    find_lab,
    grade_texts,
    lead_in,
    list_labs,
    load_lab,
    verify,
)


@pytest.mark.parametrize("lab", list_labs(), ids=lambda lab: lab.id)
def test_a_lab_s_solutions_get_the_scores_it_states(lab: Lab, any_backend: BackendName) -> None:
    seeds = range(1, int(N_SEEDS or 1) + 1)
    found = verify(lab if N_SEEDS else fewer_solutions(lab), any_backend, seeds=seeds)
    assert found.passed, str(found)


def test_a_new_lab_verifies(lab: Lab, any_backend: BackendName) -> None:
    found = verify(lab, any_backend, seeds=[1, 2])
    assert found.passed, str(found)
    assert found.n_seeds == 2


def complaint(lab: Lab, backend: BackendName, **changes: str) -> str:
    manifest = lab.folder / "lab.toml"
    text = manifest.read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    manifest.write_text(text)
    found = verify(load_lab(lab.folder), backend, seeds=[1])
    assert not found.passed
    return str(found)


def test_a_score_other_than_stated_is_found(lab: Lab, any_backend: BackendName) -> None:
    text = complaint(lab, any_backend, **{"score = [3, 3]": "score = [2, 2]"})
    assert "3 points, stated 2 to 2" in text


def test_a_check_that_no_wrong_solution_fails_is_found(lab: Lab, any_backend: BackendName) -> None:
    for name in ("sums", "truncates"):
        (lab.folder / f"solutions/{name}.py").write_text("def double(x):\n    return 2 * x\n")
    for name in ("squares", "adds_one"):
        (lab.folder / f"solutions/{name}.py").write_text(
            "def double(x):\n    return 2 * x if hasattr(x, 'shape') else 0\n"
        )
    assert "measures nothing" in complaint(lab, any_backend, **{"minutes = 10": "minutes = 11"})


def test_a_check_that_breaks_on_an_odd_answer_is_found(lab: Lab, any_backend: BackendName) -> None:
    careless = write_checks(
        lab,
        "from viva_kit import Fail, check\n"
        '@check("doubles-arrays")\n'
        "def _(sub, rng):\n"
        "    x = rng.normal(size=(3, 2))\n"
        "    if abs(sub.double(x) - 2 * x).max() > 1e-9:\n"
        "        raise Fail('wrong')\n",
    )
    found = verify(careless, any_backend, seeds=[1])
    assert not found.passed
    assert "the checks themselves failed" in str(found)


def test_too_few_wrong_solutions_are_found(lab: Lab, any_backend: BackendName) -> None:
    text = (lab.folder / "lab.toml").read_text()
    (lab.folder / "lab.toml").write_text(text[: text.index('\n[[expect]]\nsolution = "solutions/squares')])
    found = verify(load_lab(lab.folder), any_backend, seeds=[1])
    assert any("wrong solutions" in problem for problem in found.problems)


def test_the_debrief_asks_first_about_what_was_missed(any_backend: BackendName) -> None:
    lab = find_lab("attention-core")
    source = (lab.folder / "solutions/no_stability.py").read_text()
    report = grade_texts(lab, {"attention.py": source}, "submit", any_backend)
    questions = choose_debrief(lab, report)
    assert questions[0].check == "softmax-stable"
    assert report.debrief == tuple(question.id for question in questions)
    assert 3 <= len(questions) <= 5
    assert "did not pass" in lead_in(questions[0], report.checks)
    assert lead_in(questions[1], report.checks) == questions[1].ask
