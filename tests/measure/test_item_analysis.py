from __future__ import annotations

import numpy as np
import pytest

from viva.exceptions import MeasureError
from viva.measure import Items, analyze, fit, item_fit, item_rest_correlation, simulate_responses
from viva.measure._item_analysis import discrimination_verdict, total_score_likelihoods


def _data(n: int, *, seed: int = 1, n_steps: int = 1) -> np.ndarray:  # type: ignore[type-arg]
    rng = np.random.default_rng(seed)
    items = Items.rubric(np.full(10, 1.3), np.linspace(-1.5, 1.5, 10), n_steps=n_steps)
    return simulate_responses(items, rng.normal(size=n), rng)


def test_a_noisy_item_is_found_among_good_ones() -> None:
    x = _data(400)
    x[:, 4] = np.random.default_rng(2).integers(0, 2, 400)
    verdicts = [row.verdict for row in analyze(x).items]
    assert verdicts[4] == "does not discriminate"
    assert verdicts.count("discriminates") == 9


def test_few_responses_are_too_few_to_say() -> None:
    report = analyze(_data(8))
    assert {row.verdict for row in report.items} == {"too few responses to say"}
    assert all(row.discrimination.upper - row.discrimination.lower > 0.8 for row in report.items)


@pytest.mark.parametrize("n", [5, 20, 50, 100])
def test_good_items_are_rarely_called_bad_and_noise_rarely_good(n: int) -> None:
    wrong_bad = wrong_good = total = 0
    rng = np.random.default_rng(3)
    for seed in range(40):
        good, noise = _data(n, seed=seed), rng.integers(0, 2, (n, 10)).astype(float)
        for j in range(10):
            total += 1
            said = discrimination_verdict(item_rest_correlation(good, j), n)
            wrong_bad += said == "does not discriminate"
            said = discrimination_verdict(item_rest_correlation(noise, j), n)
            wrong_good += said == "discriminates"
    assert wrong_bad / total <= 0.05
    assert wrong_good / total <= 0.05


def test_facility_and_item_rest_correlation_are_what_they_say() -> None:
    x = _data(200)
    row = analyze(x).items[3]
    assert row.facility.estimate == pytest.approx(x[:, 3].mean())
    rest = np.delete(x, 3, axis=1).sum(axis=1)
    assert row.item_rest.estimate == pytest.approx(np.corrcoef(x[:, 3], rest)[0, 1])


def test_reliability_and_alpha_agree_on_a_good_test() -> None:
    report = analyze(_data(1500, n_steps=3))
    assert report.alpha is not None
    assert report.reliability == pytest.approx(report.alpha.estimate, abs=0.05)


def test_total_scores_equal_enumeration() -> None:
    items = Items("gpcm", np.array([1.0, 0.7]), np.array([[0.0, 0.5], [-0.3, np.nan]]))
    p = np.moveaxis(items.probabilities([-1.0, 0.4]), 0, 2)
    found = total_score_likelihoods(p)
    assert found[:4].sum(axis=0) == pytest.approx([1.0, 1.0])
    assert found[1] == pytest.approx(p[0, 1] * p[1, 0] + p[0, 0] * p[1, 1])


@pytest.mark.parametrize("n_steps", [1, 3])
def test_fit_statistics_accept_the_model_that_made_the_data(n_steps: int) -> None:
    rejected = total = 0
    for seed in range(15):
        x = _data(600, seed=seed, n_steps=n_steps)
        fitted = fit(x, model="gpcm", standard_errors="none")
        for each in item_fit(fitted.items, x):
            assert each.p_value is not None
            rejected += each.p_value < 0.05
            total += 1
            assert 0.6 < each.infit < 1.3
    assert rejected / total < 0.13


def test_an_item_of_another_shape_misfits() -> None:
    x = _data(3000)
    theta = np.random.default_rng(5).permutation(x.sum(axis=1))
    odd = (np.abs(x.sum(axis=1) - 5) < 2).astype(float)  # only middling people get it right
    x[:, 0] = odd
    assert theta.size == 3000
    each = item_fit(fit(x, standard_errors="none").items, x)[0]
    assert each.p_value is not None
    assert each.p_value < 1e-4


def test_gaps_are_no_obstacle() -> None:
    x = _data(500)
    x[np.random.default_rng(4).random(x.shape) < 0.3] = np.nan
    report = analyze(x)
    assert [row.n for row in report.items] == np.isfinite(x).sum(axis=0).tolist()
    assert all(row.verdict == "discriminates" for row in report.items)


def test_an_item_nobody_met_is_answered_widely() -> None:
    x = _data(100)
    x[:, 2] = np.nan
    row = analyze(x).items[2]
    assert row.n == 0
    assert row.verdict == "too few responses to say"
    assert row.difficulty.upper - row.difficulty.lower > 6


def test_one_item_is_refused() -> None:
    with pytest.raises(MeasureError, match="at least 2 items"):
        analyze([[1.0], [0.0]])
