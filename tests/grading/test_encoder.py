"""encoder.v1: what the shipped judge finds, where it says it found it, and what it refuses."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from viva.bank import Audience, Question, Verdict, read_question
from viva.exceptions import UsageError
from viva.grading import Asked, Judgement, asked_question, asked_reference
from viva.grading._encoder import WEIGHTS, Encoder, load_encoder
from viva.grading._encoder_features import is_negated
from viva.grading._encoder_layer import Logistic, best_two, load_layer

CONTENT = Path(__file__).resolve().parents[2] / "src/viva/content"
MAX_MEGABYTES = 30


@pytest.fixture(scope="module")
def judge() -> Encoder:
    return load_encoder()


@pytest.fixture(scope="module")
def question() -> Question:
    return read_question(CONTENT / "foundations/bias-variance.yaml")


@pytest.fixture(scope="module")
def asked(question: Question) -> Asked:
    return asked_question(question, Audience.PEER)


def _credit(judgement: Judgement) -> float:
    return float(np.mean([v.probability for v in judgement.verdicts]))


def test_it_names_its_weights(judge: Encoder) -> None:
    name, _, digest = judge.name.partition("+")
    assert name == "encoder.v1"
    assert len(digest) == 8
    int(digest, 16)


def test_it_is_small_enough_to_ship() -> None:
    size = sum(path.stat().st_size for path in WEIGHTS.iterdir())
    assert size <= MAX_MEGABYTES * 1e6


def test_it_loads_within_a_second_or_two() -> None:
    # The target is one second on two idle cores; a busy machine gets some slack.
    started = time.perf_counter()
    load_encoder()
    assert time.perf_counter() - started < 5.0


def test_every_criterion_for_the_audience_gets_a_verdict(judge: Encoder, asked: Asked) -> None:
    judgement = judge(asked, "Bias is a systematic error of a model that is too simple.")
    wanted = [c.id for c in asked.key.criteria if c.applies_to(Audience.PEER)]
    assert [v.criterion for v in judgement.verdicts] == wanted


def test_evidence_is_verbatim_and_every_credit_has_some(
    judge: Encoder, asked: Asked, question: Question
) -> None:
    for exemplar in question.exemplars[:3]:
        for verdict in judge(asked, exemplar.text).verdicts:
            assert bool(verdict.evidence) == (verdict.verdict is not Verdict.MISSING)
            for span in verdict.evidence:
                assert exemplar.text[span.start : span.end] == span.quote


def test_the_same_answer_gets_the_same_verdicts(judge: Encoder, asked: Asked) -> None:
    text = "variance is how much the fit jumps around when you redraw the training data"
    assert judge(asked, text) == judge(asked, text)


def test_a_strong_answer_earns_more_than_a_wrong_one(
    judge: Encoder, asked: Asked, question: Question
) -> None:
    expert = next(e for e in question.exemplars if e.tier == "expert")
    wrong = next(e for e in question.exemplars if e.tier == "wrong")
    assert _credit(judge(asked, expert.text)) > _credit(judge(asked, wrong.text)) + 0.2


def test_an_answer_to_another_question_earns_next_to_nothing(judge: Encoder, asked: Asked) -> None:
    other = read_question(CONTENT / "generative-ai/rag.yaml")
    expert = next(e for e in other.exemplars if e.tier == "expert")
    assert _credit(judge(asked, expert.text)) < 0.25


def test_case_and_marks_hardly_matter(judge: Encoder, asked: Asked, question: Question) -> None:
    expert = next(e for e in question.exemplars if e.tier == "expert" and e.style == "written")
    bare = "".join(c for c in expert.text.lower() if c not in ".,;:!?")
    assert abs(_credit(judge(asked, expert.text)) - _credit(judge(asked, bare))) < 0.2


@pytest.mark.parametrize("text", ["", "   ", "?!", ":", "…"])
def test_a_text_without_words_meets_nothing(judge: Encoder, asked: Asked, text: str) -> None:
    judgement = judge(asked, text)
    assert {v.verdict for v in judgement.verdicts} == {Verdict.MISSING}
    assert judgement.misconceptions == ()


def test_a_reported_misconception_quotes_the_answer(judge: Encoder, asked: Asked) -> None:
    text = " ".join(says for m in asked.key.misconceptions[:3] for says in m.says[:1])
    found = judge(asked, text).misconceptions
    assert found
    for misconception in found:
        assert text[misconception.start : misconception.end] == misconception.quote


def test_a_key_made_from_a_reference_is_judged_too(judge: Encoder) -> None:
    reference = "The gap stops the current. The battery pushes charge round a closed circuit."
    asked = asked_reference("circuit", "Why is the bulb off?", reference, Audience.PEER)
    right = judge(asked, "there is a gap so the current stops").verdicts[0]
    beside = judge(asked, "the bulb is made of glass and comes in a box").verdicts[0]
    assert right.probability > beside.probability


def test_a_very_long_answer_is_judged(judge: Encoder, asked: Asked) -> None:
    judge(asked, "bias is systematic error and variance is spread " * 120)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"pair\.onnx"):
        load_encoder(tmp_path)


def test_weights_of_another_version_are_refused(tmp_path: Path) -> None:
    kept = json.loads((WEIGHTS / "layer.json").read_text(encoding="utf-8"))
    kept["meets"]["names"][0] = "something-else"
    (tmp_path / "layer.json").write_text(json.dumps(kept), encoding="utf-8")
    with pytest.raises(UsageError, match="another version"):
        load_layer(tmp_path / "layer.json")


def test_the_name_changes_with_the_layer(tmp_path: Path, judge: Encoder) -> None:
    shutil.copytree(WEIGHTS, tmp_path / "weights")
    layer = tmp_path / "weights/layer.json"
    layer.write_text(layer.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert load_encoder(tmp_path / "weights").name != judge.name


def test_the_weights_say_what_they_were_made_from() -> None:
    provenance = load_layer(WEIGHTS / "layer.json").provenance
    assert {"base_sha256", "bank_sha256", "n_questions", "seeds"} <= set(provenance)


def test_odds_follow_the_formula() -> None:
    ones = np.ones(2, np.float32)
    model = Logistic(("a", "b"), mean=ones, scale=2 * ones, coef=ones, intercept=0.5)
    assert model.odds(np.array([[3.0, 5.0]], np.float32))[0] == pytest.approx(0.5 + 1.0 + 2.0)


def test_the_best_two_stretches_of_each_owner_are_kept() -> None:
    odds = np.array([1.0, 3.0, 2.0, -1.0], np.float32)
    got = best_two(odds, np.array([0, 0, 0, 1]), 3)
    assert got[0].tolist() == [3.0, 2.0]
    assert got[1, 0] == -1.0
    assert got[2, 0] < -5


@pytest.mark.parametrize(
    ("text", "negated"),
    [("it doesn't help", True), ("it helps", False), ("it is not never so", False)],
)
def test_negations_are_counted(text: str, negated: bool) -> None:
    assert is_negated(text) is negated
