"""Forms from the real bank: within the blueprint, best at the cut, and forecast."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from viva.app import Viva
from viva.app._parameters import known_items
from viva.app.forms import (
    assemble_parallel,
    assemble_questions,
    form_text,
    kit_of,
    overlap,
    read_form,
    simulate_form,
)
from viva.exceptions import InputError, UnknownQuestion, UsageError
from viva.hiring import ANCHORS, Blueprint

BLUEPRINT = Blueprint(minutes=30, cuts=(0.5,), topics={"foundations": 2, "generative-ai": 1}, most=5)


def test_a_form_keeps_to_its_blueprint(viva: Viva) -> None:
    made = assemble_questions(viva, BLUEPRINT)
    topics = [q.topic for q in made.questions]
    assert made.minutes <= 30
    assert len(made.questions) <= 5
    assert topics.count("foundations") >= 2
    assert topics.count("generative-ai") >= 1
    assert set(topics) == {"foundations", "generative-ai"}


def test_no_other_three_questions_of_the_topic_say_more_at_the_cut(viva: Viva) -> None:
    blueprint = Blueprint(minutes=480, cuts=(0.5,), topics={"foundations": 1}, fewest=3, most=3)
    made = assemble_questions(viva, blueprint)
    ids = [q.id for q in viva.bank if q.topic == "foundations"]
    each = known_items(viva, ids).items.information([0.5])[0]
    best = max(sum(each[list(three)]) for three in combinations(range(len(ids)), 3))
    assert made.information[0] == pytest.approx(best, rel=0.006)


def test_questions_asked_for_are_in_and_those_ruled_out_are_not(viva: Viva) -> None:
    first = assemble_questions(viva, BLUEPRINT)
    used = tuple(q.id for q in first.questions)
    second = assemble_questions(
        viva, Blueprint(minutes=30, cuts=(0.5,), without=used, with_questions=("attention",))
    )
    found = {q.id for q in second.questions}
    assert "attention" in found
    assert not found & set(used)


def test_parallel_forms_each_keep_to_the_blueprint_share_only_what_they_must_and_are_equals(
    viva: Viva,
) -> None:
    blueprint = Blueprint(
        minutes=25, cuts=(0.0, 1.0), topics={"foundations": 1, "metrics": 1, "generative-ai": 1},
        with_questions=("bias-variance",), enemies=(("rag", "hallucinations"),),
    )  # fmt: skip
    made = assemble_parallel(viva, blueprint, n_forms=3)
    assert overlap(made) == {"bias-variance": 3}
    for form in made:
        ids = [q.id for q in form.questions]
        assert form.minutes <= 25
        assert {q.topic for q in form.questions} == {"foundations", "metrics", "generative-ai"}
        assert len({"rag", "hallucinations"} & set(ids)) < 2
        each = known_items(viva, ids).items.information([0.0, 1.0]).sum(axis=1)
        assert form.information == pytest.approx(each, abs=1e-3)
    worst = [min(form.information) for form in made]
    assert min(worst) > 0.9 * max(worst)


def test_too_many_forms_for_a_topic_are_refused_with_the_limits_that_conflict(viva: Viva) -> None:
    blueprint = Blueprint(minutes=60, cuts=(0,), topics={"foundations": 4})
    with pytest.raises(UsageError, match=r"can't all hold for 5 forms .*'at least 4 on foundations'"):
        assemble_parallel(viva, blueprint, n_forms=5)


def test_enemies_that_must_both_be_in_are_named(viva: Viva) -> None:
    both = ("rag", "hallucinations")
    with pytest.raises(UsageError, match=r"'with rag'.*'with hallucinations'.*'one of rag, hallucinations'"):
        assemble_questions(viva, Blueprint(minutes=60, cuts=(0,), with_questions=both, enemies=(both,)))
    with pytest.raises(UnknownQuestion, match="no question 'nope'"):
        assemble_questions(viva, Blueprint(minutes=60, cuts=(0,), enemies=(("rag", "nope"),)))


def test_limits_that_conflict_are_named(viva: Viva) -> None:
    with pytest.raises(UsageError, match=r"'at most 5 minutes'.*'at least 4 questions'"):
        assemble_questions(viva, Blueprint(minutes=5, cuts=(0.0,), fewest=4))


@pytest.mark.parametrize(
    ("blueprint", "error", "says"),
    [
        (
            Blueprint(minutes=9, cuts=(0,), topics={"cooking": 1}),
            UsageError,
            "no topic 'cooking' in the bank",
        ),
        (Blueprint(minutes=9, cuts=(0,), with_questions=("nope",)), UnknownQuestion, "no question 'nope'"),
        (
            Blueprint(minutes=9, cuts=(0,), topics={"foundations": 1}, kinds=("story",)),
            UsageError,
            "none of the .* questions has the topics, kinds and level",
        ),
    ],
)
def test_a_blueprint_the_bank_can_not_serve_is_refused(
    viva: Viva, blueprint: Blueprint, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        assemble_questions(viva, blueprint)


def test_a_form_survives_its_file(viva: Viva, tmp_path: Path) -> None:
    made = assemble_questions(viva, BLUEPRINT)
    path = tmp_path / "form.yaml"
    path.write_text(form_text(made), "utf-8")
    assert read_form(path) == made


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("minutes: 30", "minutes: soon"), r"form.yaml: blueprint.minutes: Input should be a valid integer"),
        (("format: 1", "format: 2"), "format: Input should be 1"),
        (("information:", "informations:"), "information: Field required"),
    ],
)
def test_a_damaged_form_is_named_by_field(
    viva: Viva, tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    path = tmp_path / "form.yaml"
    path.write_text(form_text(assemble_questions(viva, BLUEPRINT)).replace(*change, 1), "utf-8")
    with pytest.raises(InputError, match=says):
        read_form(path)


def test_the_kit_holds_both_wordings_every_claim_with_its_probe_and_times_that_add_up(viva: Viva) -> None:
    form = assemble_questions(viva, BLUEPRINT)
    kit = kit_of(viva, form)
    clock = kit.opening_minutes
    for planned, shown in zip(form.questions, kit.questions, strict=True):
        q = viva.bank.question(planned.id)
        assert (shown.ask_peer, shown.ask_stakeholder) == (q.ask.peer, q.ask.stakeholder)
        assert {(c.claim, c.probe) for c in shown.criteria} == {(c.claim, c.probe) for c in q.criteria}
        assert shown.starts_at == clock
        clock += shown.minutes
    assert kit.minutes == clock + kit.closing_minutes


def test_anchors_cover_the_scale_and_their_examples_score_within_them(viva: Viva) -> None:
    assert [a.high for a in ANCHORS[:-1]] == [a.low for a in ANCHORS[1:]]
    assert (ANCHORS[0].low, ANCHORS[-1].high) == (0, 10)
    kit = kit_of(viva, assemble_questions(viva, BLUEPRINT))
    examples = [a for q in kit.questions for a in q.anchors if a.example_score is not None]
    assert examples
    assert all(a.low <= a.example_score <= a.high for a in examples if a.example_score is not None)


def test_a_longer_form_is_forecast_to_be_more_reliable_and_wrong_less_often(viva: Viva) -> None:
    short = assemble_questions(viva, Blueprint(minutes=10, cuts=(0.5,)))
    long = assemble_questions(viva, Blueprint(minutes=60, cuts=(0.5,)))
    a, b = (simulate_form(viva, form, n_people=4000).cuts[0] for form in (short, long))
    assert b.decided.reliability > a.decided.reliability
    assert b.decided.wrong < a.decided.wrong
    assert b.standard_error == pytest.approx(1 / np.sqrt(long.information[0] + 1), rel=1e-3)


def test_a_forecast_says_when_the_bank_has_changed_since(viva: Viva) -> None:
    made = assemble_questions(viva, BLUEPRINT)
    assert not simulate_form(viva, made, n_people=1000).stale
    old = made.model_copy(update={"bank": "sha256:other"})
    assert simulate_form(viva, old, n_people=1000).stale
