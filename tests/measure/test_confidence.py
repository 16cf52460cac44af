from __future__ import annotations

import numpy as np
import pytest

from viva.exceptions import MeasureError
from viva.measure import calibration, confidence_by_topic, transfer_drop


def _people(n: int, *, over: float = 0.0, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    rng = np.random.default_rng(seed)
    chance = rng.uniform(0.3, 0.7, n)
    return np.clip(chance + over, 0, 1), (rng.random(n) < chance).astype(float)


def test_the_brier_score_is_the_sum_of_its_parts() -> None:
    c, y = _people(300, over=0.1)
    found = calibration(c, y)
    assert found.brier == pytest.approx(np.mean((c - y) ** 2))
    parts = found.reliability - found.resolution + found.uncertainty + found.within
    assert parts == pytest.approx(found.brier, abs=1e-12)
    assert sum(each.n for each in found.curve) == 300


@pytest.mark.parametrize(("over", "verdict"), [(0.2, "overconfident"), (-0.2, "underconfident")])
def test_a_bias_in_confidence_is_named(over: float, verdict: str) -> None:
    assert calibration(*_people(300, over=over)).verdict == verdict


def test_honest_confidence_is_rarely_called_biased() -> None:
    said = [calibration(*_people(n, seed=seed)).verdict for seed in range(150) for n in (12, 40)]
    assert sum(v in ("overconfident", "underconfident") for v in said) / len(said) <= 0.08


def test_few_answers_cannot_tell() -> None:
    assert calibration([0.9] * 5, [0, 0, 0, 0, 1]).verdict == "cannot tell"


def test_topics_are_judged_apart() -> None:
    over, right = _people(100, over=0.25)
    fine, right_too = _people(100, seed=2)
    found = confidence_by_topic(
        np.concatenate([over, fine]),
        np.concatenate([right, right_too]),
        np.repeat(["rag", "attention"], 100),
    )
    assert found["rag"][1] == "overconfident"
    assert found["attention"][1] == "no difference seen"


@pytest.mark.parametrize(
    ("c", "y", "message"),
    [([1.2], [1], "confidence"), ([0.5], [2], "outcome"), ([0.5], [1, 0], "as many"), ([], [], "one")],
)
def test_bad_confidence_is_named(c: list[float], y: list[float], message: str) -> None:
    with pytest.raises(MeasureError, match=message):
        calibration(c, y)


def test_a_drop_from_recall_to_transfer_is_paired_by_idea() -> None:
    ideas = ["a", "a", "b", "b", "c", "c", "c", "d"]
    variant = [0, 1, 0, 1, 0, 1, 1, 1]
    found = transfer_drop([0.9, 0.5, 0.8, 0.5, 1.0, 0.4, 0.6, 0.1], ideas, variant)
    assert found.n_ideas == 3
    assert found.drop.estimate == pytest.approx((0.4 + 0.3 + 0.5) / 3)
    assert found.recall == pytest.approx(0.9)
    assert found.transfer == pytest.approx(0.5)
    assert found.verdict == "drops"
    assert found.drop.lower == pytest.approx(0.4 - 4.302653 * 0.1 / np.sqrt(3), abs=1e-5)


def test_two_ideas_cannot_tell() -> None:
    found = transfer_drop([1.0, 0.0, 1.0, 0.1], [1, 1, 2, 2], [0, 1, 0, 1])
    assert found.verdict == "cannot tell"


def test_equal_scores_hold() -> None:
    scores, ideas = np.full(20, 0.8), np.repeat(np.arange(10), 2)
    assert transfer_drop(scores, ideas, np.arange(20) % 2).verdict == "holds"


def test_the_drops_interval_covers() -> None:
    rng = np.random.default_rng(3)
    hits = 0
    for _ in range(400):
        recall = np.clip(rng.normal(0.7, 0.1, 8), 0, 1)
        transfer = np.clip(recall - 0.2 + rng.normal(0, 0.1, 8), 0, 1)
        scores = np.column_stack([recall, transfer]).ravel()
        hits += transfer_drop(scores, np.repeat(np.arange(8), 2), np.arange(16) % 2).drop.holds(0.2)
    assert 0.925 < hits / 400 < 0.98


def test_a_drop_needs_an_idea_asked_both_ways() -> None:
    with pytest.raises(MeasureError, match="found none asked both"):
        transfer_drop([0.5, 0.5], ["a", "b"], [0, 1])
