from __future__ import annotations

import numpy as np
import pytest

from viva.exceptions import MeasureError
from viva.measure import (
    Items,
    impact_ratios,
    intersections,
    logistic_dif,
    mantel_haenszel_dif,
    rate_ratio_interval,
    scored_impact_ratios,
    simulate_responses,
)

_RNG = np.random.default_rng(31)
SLOPES, PLACES = _RNG.lognormal(0, 0.2, 12), _RNG.normal(size=12)


def _people(
    n: int, *, shift: float = 0.0, n_steps: int = 1, seed: int = 1, gap: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """n a group; item 0 is harder by ``shift`` for the focal group, who are lower by ``gap``."""
    rng = np.random.default_rng(seed)
    moved = PLACES.copy()
    moved[0] += shift
    reference = Items.rubric(SLOPES, PLACES, n_steps=n_steps)
    focal = Items.rubric(SLOPES, moved, n_steps=n_steps)
    x = np.vstack(
        [
            simulate_responses(reference, rng.normal(size=n), rng),
            simulate_responses(focal, rng.normal(-gap, 1, n), rng),
        ]
    )
    return x, np.arange(2 * n) >= n


@pytest.mark.parametrize("n_steps", [1, 3])
def test_an_item_harder_for_one_group_is_found(n_steps: int) -> None:
    x, focal = _people(600, shift=1.0, n_steps=n_steps, gap=0.5)
    found = mantel_haenszel_dif(x, focal)
    assert found[0].verdict == "favours reference"
    assert found[0].size == "C"
    assert sum(each.size == "A" for each in found[1:]) >= 10
    logistic = logistic_dif(x, focal)
    assert logistic[0].uniform_p < 0.001
    assert logistic[0].r2_gain == max(each.r2_gain for each in logistic)


def test_the_common_odds_ratio_equals_the_textbook_formula() -> None:
    x, focal = _people(200, shift=0.6)
    score, top, bottom = x.sum(axis=1), 0.0, 0.0
    for s in np.unique(score):
        mine = score == s
        n = mine.sum()
        a = x[mine & ~focal, 0].sum()
        b = (1 - x[mine & ~focal, 0]).sum()
        c = x[mine & focal, 0].sum()
        d = (1 - x[mine & focal, 0]).sum()
        top += a * d / n
        bottom += b * c / n
    found = mantel_haenszel_dif(x, focal)[0]
    assert found.effect.estimate == pytest.approx(-2.35 * np.log(top / bottom))


def test_a_non_uniform_effect_is_seen_by_the_logistic_method() -> None:
    rng = np.random.default_rng(2)
    steep, flat = SLOPES.copy(), SLOPES.copy()
    steep[0], flat[0] = 2.5, 0.3
    places = PLACES.copy()
    places[0] = 0.0
    x = np.vstack(
        [simulate_responses(Items.right_wrong(a, places), rng.normal(size=1000), rng) for a in (steep, flat)]
    )
    found = logistic_dif(x, np.arange(2000) >= 1000)
    assert found[0].non_uniform_p < 0.001
    assert sum(each.non_uniform_p < 0.01 for each in found[1:]) <= 1


def test_identical_groups_show_no_dif() -> None:
    x, _ = _people(300)
    both = np.vstack([x, x])
    found = mantel_haenszel_dif(both, np.arange(len(both)) >= len(x))
    assert [each.effect.estimate for each in found] == pytest.approx([0.0] * 12, abs=1e-12)
    assert [each.p_value for each in found] == pytest.approx([1.0] * 12)
    assert {each.verdict for each in found} == {"no DIF seen"}


def test_small_groups_are_told_that_nothing_can_be_told() -> None:
    x, focal = _people(9)
    assert {each.verdict for each in mantel_haenszel_dif(x, focal)} == {"cannot tell"}
    assert {each.size for each in logistic_dif(x, focal)} == {None}


@pytest.mark.parametrize("n", [5, 20, 50])
def test_dif_flags_are_rarely_false(n: int) -> None:
    false = ordinal = logistic = total = 0
    for seed in range({5: 60, 20: 25, 50: 12}[n]):
        x, focal = _people(n, seed=seed)
        false += sum(each.size != "A" for each in mantel_haenszel_dif(x, focal))
        logistic += sum(each.size in ("B", "C") for each in logistic_dif(x, focal))
        x, focal = _people(n, seed=seed, n_steps=3)
        ordinal += sum(each.size != "A" for each in mantel_haenszel_dif(x, focal))
        total += 12
    assert false / total <= 0.05
    assert ordinal / total <= 0.06
    assert logistic / total <= 0.07


def test_gaps_are_kept_when_strata_are_given() -> None:
    x, focal = _people(200, shift=1.5)
    x[::4, 3] = np.nan
    strata = np.digitize(np.nansum(x[:, 1:], axis=1), [2, 4, 6, 8])
    found = mantel_haenszel_dif(x, focal, matching=strata)
    assert sum(found[0].n) > 390
    assert found[0].verdict == "favours reference"


def test_dif_needs_two_groups_and_whole_scores() -> None:
    with pytest.raises(MeasureError, match="one group only"):
        mantel_haenszel_dif(np.eye(3), [True] * 3)
    with pytest.raises(MeasureError, match="whole scores"):
        mantel_haenszel_dif([[0.5, 1.0], [1.0, 0.0]], [True, False])


def test_impact_ratios_are_rates_over_the_highest_rate() -> None:
    selected = np.repeat([1, 0, 1, 0], [60, 40, 30, 70])
    found = {row.group: row for row in impact_ratios(selected, np.repeat(["a", "b"], 100))}
    assert found["a"].is_reference
    assert found["b"].rate.estimate == pytest.approx(0.3)
    assert found["b"].ratio.estimate == pytest.approx(0.5)
    assert found["b"].verdict == "below four-fifths"
    assert found["b"].rate.lower == pytest.approx(0.2124064, abs=1e-6)


def test_small_groups_are_marked_and_not_judged() -> None:
    selected = np.concatenate([np.ones(500), np.zeros(500), [0.0] * 6, [1.0] * 3])
    rows = impact_ratios(selected, np.repeat(["many", "few"], [1000, 9]))
    few = next(row for row in rows if row.group == "few")
    assert few.is_small
    assert few.words == "cannot tell at n = 9"


def test_without_a_named_reference_many_groups_are_compared_more_carefully() -> None:
    selected, groups = np.tile([1, 0], 40), np.repeat(["a", "b", "c", "d"], 20)
    chosen = impact_ratios(selected, groups)
    named = impact_ratios(selected, groups, reference="a")
    assert chosen[1].ratio.level == pytest.approx(1 - 0.05 / 3)
    assert named[1].ratio.level == 0.95
    assert chosen[1].ratio.upper > named[1].ratio.upper


def test_scored_outputs_count_those_above_the_median() -> None:
    scores = np.arange(100.0)
    found = scored_impact_ratios(scores, np.where(scores < 60, "low", "high"))
    rates = {row.group: row.rate.estimate for row in found}
    assert rates == {"high": 1.0, "low": pytest.approx(10 / 60)}


def test_intersections_join_labels() -> None:
    assert intersections(["f", "m"], ["x", "y"]).tolist() == ["f × x", "m × y"]


@pytest.mark.parametrize("n", [10, 20, 50, 100])
@pytest.mark.parametrize(("p", "q"), [(0.5, 0.5), (0.3, 0.5)])
def test_the_ratios_interval_covers(n: int, p: float, q: float) -> None:
    """Exactly, by summing over all pairs of counts."""
    from scipy.stats import binom

    covered = 0.0
    mine, base = binom.pmf(np.arange(n + 1), n, p), binom.pmf(np.arange(n + 1), n, q)
    likely = [(x, y) for x in range(n + 1) for y in range(n + 1) if mine[x] * base[y] > 2e-5]
    for x, y in likely:
        covered += mine[x] * base[y] * rate_ratio_interval(x, n, y, n).holds(p / q)
    missed = 1 - sum(mine[x] * base[y] for x, y in likely)
    assert 0.93 - missed <= covered <= 0.975


@pytest.mark.parametrize(
    ("counts", "wanted"),
    [((3, 5, 2, 5), (0.4080053, 6.1132509)), ((4, 9, 24, 40), (0.3027397, 1.3595524))],
)
def test_the_ratios_interval_equals_that_of_statsmodels(
    counts: tuple[int, int, int, int], wanted: tuple[float, float]
) -> None:
    """confint_proportions_2indep(compare="ratio", method="score", correction=True) of 0.14."""
    found = rate_ratio_interval(*counts)
    assert (found.lower, found.upper) == pytest.approx(wanted, rel=1e-5)


def test_a_group_in_which_all_were_selected_has_an_interval_with_a_width() -> None:
    for n, m in ((10, 12), (5, 5), (40, 7)):
        for y in range(1, m + 1):
            found = rate_ratio_interval(n, n, y, m)
            turned = rate_ratio_interval(y, m, n, n)
            assert found.lower < found.estimate < found.upper
            assert (1 / found.upper, 1 / found.lower) == pytest.approx((turned.lower, turned.upper), rel=1e-6)


def test_the_ratios_interval_at_its_ends() -> None:
    assert rate_ratio_interval(0, 10, 5, 10).lower == 0.0
    assert rate_ratio_interval(5, 10, 0, 10).upper == np.inf
    assert rate_ratio_interval(5, 10, 0, 10).lower > 0
    assert np.isnan(rate_ratio_interval(0, 10, 0, 10).estimate)
    whole = rate_ratio_interval(10, 10, 10, 10)
    assert whole.lower < 1 < whole.upper


def test_equal_groups_are_rarely_called_unequal() -> None:
    rng = np.random.default_rng(5)
    for n in (5, 20, 50, 100):
        flagged = 0
        for _ in range(100):
            rows = impact_ratios(rng.random(4 * n) < 0.5, np.arange(4 * n) % 4)
            flagged += sum(row.verdict == "below four-fifths" for row in rows)
        assert flagged / 400 <= 0.05


def test_bad_outcomes_are_named() -> None:
    with pytest.raises(MeasureError, match="0 and 1"):
        impact_ratios([0.5, 1], ["a", "b"])
    with pytest.raises(MeasureError, match="two groups"):
        impact_ratios([0, 1], ["a", "a"])
    with pytest.raises(MeasureError, match="'c'"):
        impact_ratios([0, 1], ["a", "b"], reference="c")
