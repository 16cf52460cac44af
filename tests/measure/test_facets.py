from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from viva.exceptions import MeasureError
from viva.measure import Items, NotConverged, fit_facets, simulate_responses


def _ratings(
    *, n_people: int = 400, pairs: list[tuple[int, int]], seed: int = 1
) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Each person is rated on three items by one of ``pairs`` of raters; severities -1, 0, 1."""
    rng = np.random.default_rng(seed)
    theta, severity, difficulty = rng.normal(0, 1.3, n_people), [-1.0, 0.0, 1.0], [-0.5, 0.0, 0.5]
    steps = np.array([-1.0, 0.0, 1.0])
    rows = []
    for i in range(n_people):
        for rater in pairs[i % len(pairs)]:
            for item in range(3):
                z = theta[i] - difficulty[item] - severity[rater] - steps
                p = np.exp(np.concatenate([[0.0], np.cumsum(z)]))
                rows.append((rng.choice(4, p=p / p.sum()), i, item, rater))
    score, who, item, rater = np.array(rows).T
    return score.astype(np.float64), who, item, rater


def test_severities_of_linked_raters_are_recovered() -> None:
    score, who, item, rater = _ratings(pairs=[(0, 1), (1, 2)])
    found = fit_facets(score, who, item, {"rater": rater})
    severity = found.severities["rater"]
    assert severity.estimate == pytest.approx([-1.0, 0.0, 1.0], abs=0.15)
    assert np.all(np.abs(severity.estimate - [-1, 0, 1]) < 4 * severity.standard_error)
    assert severity.estimate.sum() == pytest.approx(0.0, abs=1e-9)
    assert found.difficulty == pytest.approx([-0.5, 0.0, 0.5], abs=0.2)
    assert found.steps == pytest.approx([-1.0, 0.0, 1.0], abs=0.2)
    assert found.ability_sd == pytest.approx(1.3, abs=0.15)
    assert found.converged


def test_steps_by_item_are_close_to_common_ones_when_they_are_common() -> None:
    score, who, item, rater = _ratings(pairs=[(0, 1), (1, 2)])
    found = fit_facets(score, who, item, {"rater": rater}, steps="by_item")
    assert found.steps.shape == (3, 3)
    assert found.steps == pytest.approx(np.tile([-1.0, 0.0, 1.0], (3, 1)), abs=0.3)


def test_the_likelihood_of_few_people_equals_brute_force() -> None:
    score, who, item, rater = _ratings(n_people=30, pairs=[(0, 1), (1, 2)])
    found = fit_facets(score, who, item, {"rater": rater})
    theta = np.linspace(-8, 8, 4001) * found.ability_sd
    weight = np.exp(-0.5 * (theta / found.ability_sd) ** 2)
    weight /= weight.sum()
    total = 0.0
    for person in np.unique(who):
        mine = who == person
        joint = np.ones_like(theta)
        for x, i, r in zip(score[mine], item[mine], rater[mine], strict=True):
            place = found.difficulty[i] + found.severities["rater"].estimate[r]
            z = theta[:, None] - place - found.steps
            up = np.exp(np.concatenate([np.zeros((theta.size, 1)), np.cumsum(z, axis=1)], axis=1))
            joint = joint * up[:, int(x)] / up.sum(axis=1)
        total += float(np.log(joint @ weight))
    assert found.log_likelihood == pytest.approx(total, abs=1e-4)


def _likelihood(
    x: NDArray[np.float64], places: NDArray[np.float64], steps: NDArray[np.float64], sd: float
) -> float:
    """Of responses (N, J) under a rating scale with N(0, sd^2) people, on a grid of its own."""
    theta = np.linspace(-8, 8, 4001) * sd
    weight = np.exp(-0.5 * (theta / sd) ** 2)
    joint = np.ones((len(x), theta.size))
    for j, place in enumerate(places):
        z = np.cumsum(theta[:, None] - place - steps[: int(x[:, j].max())], axis=1)
        up = np.exp(np.concatenate([np.zeros((theta.size, 1)), z], axis=1))
        joint *= (up / up.sum(axis=1, keepdims=True))[:, x[:, j].astype(int)].T
    return float(np.log(joint @ (weight / weight.sum())).sum())


def test_without_facets_it_is_the_rating_scale_model_and_items_keep_their_own_tops() -> None:
    rng = np.random.default_rng(6)
    places, steps = np.array([-0.6, 0.1, 0.8, 0.0]), np.array([-0.9, 0.0, 0.9])
    items = Items("gpcm", np.ones(4), places[:, None] + steps)
    x = np.asarray(simulate_responses(items, rng.normal(0, 1.2, 500), rng), dtype=np.float64)
    x[:, 1] = np.minimum(x[:, 1], 2)
    who, item = np.repeat(np.arange(500), 4), np.tile(np.arange(4), 500)
    found = fit_facets(x.ravel(), who, item, {})
    steps_found = found.steps
    assert found.difficulty[[0, 2, 3]] == pytest.approx(places[[0, 2, 3]], abs=0.3)
    best = _likelihood(x, found.difficulty, steps_found, found.ability_sd)
    assert found.log_likelihood == pytest.approx(best, abs=1e-3)
    for moved in (0.05, -0.05):
        assert _likelihood(x, found.difficulty + np.eye(4)[1] * moved, steps_found, found.ability_sd) < best
        assert _likelihood(x, found.difficulty, steps_found, found.ability_sd + moved) < best
    whole = fit_facets(x.ravel(), who, item, {}, tops="common")
    assert whole.log_likelihood < found.log_likelihood


def test_steps_by_item_may_differ_in_number() -> None:
    score, who, item, rater = _ratings(pairs=[(0, 1), (1, 2)])
    score = np.where(item == 2, np.minimum(score, 1), score)
    found = fit_facets(score, who, item, {"rater": rater}, steps="by_item")
    assert np.isfinite(found.steps).sum(axis=1).tolist() == [3, 3, 1]
    assert np.nansum(found.steps, axis=1) == pytest.approx(np.zeros(3), abs=1e-9)
    assert found.severities["rater"].estimate == pytest.approx([-1.0, 0.0, 1.0], abs=0.2)


def test_raters_without_shared_people_are_refused_by_name() -> None:
    score, who, item, rater = _ratings(pairs=[(0, 1), (2,)])  # type: ignore[list-item]
    with pytest.raises(MeasureError, match=r"rater: found 2 sets .*\[0, 1\] and \[2\]"):
        fit_facets(score, who, item, {"rater": rater})


def test_effects_that_cannot_be_told_apart_are_refused() -> None:
    score, who, item, _ = _ratings(pairs=[(0, 1), (1, 2)])
    with pytest.raises(MeasureError, match="can't be told apart"):
        fit_facets(score, who, item, {"rater": item})


@pytest.mark.parametrize(
    ("scores", "message"),
    [([0.5, 1], "whole number"), ([-1, 1], "whole number"), ([0, 0], "only 0"), ([0, 2], r"\[1\]")],
)
def test_scores_that_cannot_be_are_refused(scores: list[float], message: str) -> None:
    with pytest.raises(MeasureError, match=message):
        fit_facets(scores, [1, 1], [1, 1], {"rater": [1, 2]})


def test_non_convergence_is_warned_of() -> None:
    score, who, item, rater = _ratings(n_people=60, pairs=[(0, 1), (1, 2)])
    with pytest.warns(NotConverged):
        found = fit_facets(score, who, item, {"rater": rater}, max_iterations=1)
    assert not found.converged
