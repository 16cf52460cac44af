from __future__ import annotations

import numpy as np
import pytest
from krippendorff import alpha as krippendorff_reference
from sklearn.metrics import cohen_kappa_score

from tests.measure.reference import agreement, needs_references, numbers, rows
from viva.exceptions import MeasureError
from viva.measure import (
    bland_altman,
    bootstrap_interval,
    cronbach_alpha,
    fleiss_kappa,
    intraclass_correlations,
    krippendorff_alpha,
    share_interval,
    weighted_kappa,
)

# Shrout and Fleiss (1979), table 2: six people, four judges.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def _scores(n: int = 60, raters: int = 2, seed: int = 1) -> np.ndarray:  # type: ignore[type-arg]
    rng = np.random.default_rng(seed)
    return np.clip(np.rint(rng.normal(3, 1, (n, 1)) + rng.normal(0, 0.8, (n, raters))), 1, 5)


def test_the_six_intraclass_correlations_are_the_published_ones() -> None:
    found = intraclass_correlations(SHROUT_FLEISS)
    wanted = {"ICC(1,1)": 0.17, "ICC(A,1)": 0.29, "ICC(C,1)": 0.71}
    wanted |= {"ICC(1,k)": 0.44, "ICC(A,k)": 0.62, "ICC(C,k)": 0.91}
    assert {name: round(each.estimate, 2) for name, each in found.items()} == wanted


@needs_references
@pytest.mark.parametrize(
    ("ours", "psych"),
    [("ICC(1,1)", "ICC1"), ("ICC(A,1)", "ICC2"), ("ICC(C,1)", "ICC3"), ("ICC(A,k)", "ICC2k")],
)
def test_intraclass_intervals_equal_those_of_psych(ours: str, psych: str) -> None:
    found = intraclass_correlations(SHROUT_FLEISS)[ours]  # type: ignore[index]
    for end, value in (("lower95", found.lower), ("upper95", found.upper)):
        wanted = agreement("shrout_fleiss_1979", f"{psych}_ci", end)
        assert value == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
def test_kappa_equals_that_of_scikit_learn(weights: str) -> None:
    x = _scores()
    kind = None if weights == "none" else weights
    wanted = cohen_kappa_score(x[:, 0], x[:, 1], weights=kind)
    assert weighted_kappa(x[:, 0], x[:, 1], weights=weights).estimate == pytest.approx(wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize("measurement", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_equals_that_of_the_krippendorff_package(measurement: str) -> None:
    x = _scores(40, 4)
    x[np.random.default_rng(2).random(x.shape) < 0.2] = np.nan
    wanted = krippendorff_reference(x.T, level_of_measurement=measurement)
    found = krippendorff_alpha(x, level_of_measurement=measurement)  # type: ignore[arg-type]
    assert found.estimate == pytest.approx(wanted, abs=1e-9)


@needs_references
@pytest.mark.parametrize("measurement", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_of_the_published_example(measurement: str) -> None:
    wanted = agreement("krippendorff_2011_example", f"alpha_{measurement}")
    found = krippendorff_alpha(
        numbers("krippendorff_2011_example"),
        level_of_measurement=measurement,  # type: ignore[arg-type]
    )
    assert found.estimate == pytest.approx(wanted, abs=1e-9)


@needs_references
def test_fleiss_kappa_of_the_psychiatric_diagnoses() -> None:
    table = [list(r.values()) for r in rows("irr_diagnoses")]
    codes = {name: i for i, name in enumerate(sorted({v for r in table for v in r}))}
    found = fleiss_kappa([[codes[v] for v in r] for r in table])
    assert found == pytest.approx(agreement("irr_diagnoses", "fleiss_kappa"), abs=1e-9)


def test_alpha_intervals_cover_at_fifteen_people() -> None:
    rng = np.random.default_rng(3)
    covered = cronbach = 0
    for _ in range(300):
        x = rng.normal(size=(15, 1)) + rng.normal(size=(15, 4))
        cronbach += cronbach_alpha(x).holds(0.8)
        covered += krippendorff_alpha(x).holds(0.5)
    assert cronbach / 300 > 0.92
    assert covered / 300 > 0.89


def test_a_bootstrap_interval_holds_the_jackknifes_estimate() -> None:
    x = _scores()
    quick = weighted_kappa(x[:, 0], x[:, 1])
    slow = weighted_kappa(x[:, 0], x[:, 1], rng=np.random.default_rng(4))
    assert quick.lower == pytest.approx(slow.lower, abs=0.1)
    assert quick.upper == pytest.approx(slow.upper, abs=0.1)


def test_perfect_agreement_is_one_with_a_wide_interval() -> None:
    found = krippendorff_alpha([[1, 1], [2, 2], [3, 3], [1, 1]])
    assert found.estimate == 1
    assert found.lower == -np.inf


def test_limits_of_agreement_hold_19_of_20_differences() -> None:
    rng = np.random.default_rng(5)
    a = rng.normal(size=4000)
    found = bland_altman(a + 0.5, a + rng.normal(0, 0.3, 4000))
    assert found.bias.estimate == pytest.approx(0.5, abs=0.02)
    assert found.upper.estimate - found.lower.estimate == pytest.approx(2 * 1.96 * 0.3, abs=0.03)
    assert found.bias.lower < 0.5 < found.bias.upper


def test_exact_intervals_are_the_tabled_ones() -> None:
    assert share_interval(0, 10)[1:3] == pytest.approx((0.0, 0.30850), abs=1e-5)
    assert share_interval(3, 10)[1:3] == pytest.approx((0.06674, 0.65245), abs=1e-5)


def test_the_bootstrap_covers_a_mean() -> None:
    rng = np.random.default_rng(6)
    hits = sum(
        bootstrap_interval(lambda v: float(v.mean()), rng.normal(size=40), rng, n_resamples=200).holds(0.0)
        for _ in range(200)
    )
    assert 0.88 < hits / 200 < 0.985


def test_bad_ratings_are_named() -> None:
    with pytest.raises(MeasureError, match="by both"):
        weighted_kappa([1, np.nan], [np.nan, 1])
    with pytest.raises(MeasureError, match="rated twice"):
        krippendorff_alpha([[1, np.nan], [np.nan, 2]])
    with pytest.raises(MeasureError, match="2 people by 2 raters"):
        intraclass_correlations([[1, 2, 3]])
    with pytest.raises(MeasureError, match="finite"):
        cronbach_alpha([[1, np.nan], [0, 1]])
    with pytest.raises(MeasureError, match="'cubic'"):
        weighted_kappa([1, 2], [1, 2], weights="cubic")  # type: ignore[arg-type]
