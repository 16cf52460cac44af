"""What each item does: facility, discrimination, fit, and whether that can be said at all.

Sources: Orlando and Thissen (2000), Applied Psychological Measurement 24:50, and Kang and Chen
(2008) for S-X2; Wright and Masters (1982) for infit and outfit; Lord and Wingersky (1984).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2

from viva.exceptions import MeasureError
from viva.measure._ability import abilities
from viva.measure._agreement import cronbach_alpha
from viva.measure._arrays import Bools, Floats, Ints
from viva.measure._estimation import Fit, fit
from viva.measure._intervals import Interval, correlation_interval, mean_interval
from viva.measure._items import Items, Model
from viva.measure._maximization import Priors
from viva.measure._posterior import GRID, check_level, start

Discriminates: TypeAlias = Literal["discriminates", "does not discriminate", "too few responses to say"]
_FEWEST = 15  # responses below which no verdict is given
_WEAK = 0.2  # an item-rest correlation whose whole interval is below this is weak
_LEAST_EXPECTED = 1.0  # S-X2 cells with fewer expected people are merged


class ItemFit(NamedTuple):
    """``s_x2`` with its degrees of freedom and p-value, None where data are too few or gapped;
    infit and outfit mean squares, 1 when the model holds."""

    s_x2: float | None
    df: int
    p_value: float | None
    infit: float
    outfit: float


@dataclass(frozen=True)
class ItemSummary:
    """One row of the report.

    ``facility``: mean score over the highest, 0..1. ``item_rest``: corrected item-total correlation.
    ``discrimination``, ``difficulty`` (mean of steps): model estimates under weak priors, with
    their intervals. ``information``: at ability 0, per response.
    """

    n: int
    facility: Interval
    item_rest: Interval
    discrimination: Interval
    difficulty: Interval
    information: float
    fit: ItemFit
    verdict: Discriminates


@dataclass(frozen=True, eq=False)
class ItemReport:
    """``alpha``: Cronbach's, of people without gaps, None when they are too few;
    ``reliability``: of the EAPs, 0..1."""

    items: tuple[ItemSummary, ...]
    alpha: Interval | None
    reliability: float
    n_people: int
    fitted: Fit


def analyze(
    responses: ArrayLike,
    *,
    model: Model | None = None,
    priors: Priors | None = None,
    max_scores: ArrayLike | None = None,
    level: float = 0.95,
) -> ItemReport:
    """The report on ``responses`` (N, J): scores 0..K, fractions allowed, NaN where missing.

    ``model``: "2pl" when no score exceeds 1, else "gpcm". ``priors``: the weak defaults, so that few
    responses give wide answers rather than none.
    """
    x = np.asarray(responses, dtype=np.float64)
    if x.ndim != 2 or x.shape[1] < 2:
        raise MeasureError(f"responses: found shape {x.shape}, wanted people by at least 2 items")
    check_level(level)
    chosen: Model = model or ("2pl" if np.nanmax(x, initial=0.0) <= 1 else "gpcm")
    fitted = fit(x, model=chosen, priors=priors or Priors(), max_scores=max_scores)
    fits = item_fit(fitted.items, x)
    rows = [_summary(x, j, fitted, fits[j], level) for j in range(x.shape[1])]
    found = abilities(fitted.items, x)
    variance = float(np.var(found.estimate))
    error = float(np.mean(found.standard_error**2))
    return ItemReport(tuple(rows), _alpha(x, level), variance / (variance + error), len(x), fitted)


def _alpha(x: Floats, level: float) -> Interval | None:
    whole = x[np.isfinite(x).all(axis=1)]
    if len(whole) < 3 or np.ptp(whole.sum(axis=1)) == 0:
        return None
    return cronbach_alpha(whole, level=level)


def _summary(x: Floats, j: int, fitted: Fit, fit_j: ItemFit, level: float) -> ItemSummary:
    seen = np.isfinite(x[:, j])
    n = int(seen.sum())
    top = float(fitted.items.max_scores[j])
    facility = mean_interval(x[seen, j] / top, level=level) if n else Interval(float("nan"), 0.0, 1.0, level)
    facility = facility._replace(lower=max(facility.lower, 0.0), upper=min(facility.upper, 1.0))
    correlation = item_rest_correlation(x, j, level=level)
    return ItemSummary(
        n,
        facility,
        correlation,
        *_parameters(fitted, j, level),
        float(fitted.items.information([0.0])[0, j]),
        fit_j,
        discrimination_verdict(correlation, n),
    )


def _parameters(fitted: Fit, j: int, level: float) -> tuple[Interval, Interval]:
    a, b = float(fitted.items.discrimination[j]), float(fitted.items.locations[j])
    if fitted.errors is None:
        raise AssertionError("analyze asks for standard errors")
    ends = fitted.errors.intervals(level=level)
    slope = Interval(a, float(ends.discrimination_lower[j]), float(ends.discrimination_upper[j]), level)
    low, high = ends.difficulty_lower[j], ends.difficulty_upper[j]
    return slope, Interval(b, float(np.nanmean(low)), float(np.nanmean(high)), level)


def item_rest_correlation(responses: ArrayLike, item: int, *, level: float = 0.95) -> Interval:
    """Correlation of an item with the mean of the other items answered, Fisher's interval.

    NaN in (-1, 1) where nothing varies.
    """
    x = np.asarray(responses, dtype=np.float64)
    others = np.delete(x, item, axis=1)
    have = np.isfinite(x[:, item]) & np.isfinite(others).any(axis=1)
    mine, rest = x[have, item], others[have]
    # each item's own mean out first, so that who was asked what does not matter
    there = np.isfinite(others)
    means = np.where(there, others, 0.0).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    centred = rest - means
    rest = np.nan_to_num(centred).sum(axis=1) / np.maximum(np.isfinite(rest).sum(axis=1), 1)
    if len(mine) < 3 or np.ptp(mine) == 0 or np.ptp(rest) < 1e-12:
        return Interval(float("nan"), -1.0, 1.0, level)
    return correlation_interval(float(np.corrcoef(mine, rest)[0, 1]), len(mine), level=level)


def discrimination_verdict(correlation: Interval, n: int) -> Discriminates:
    """Speaks only when the whole interval is on one side: above 0, or below 0.2."""
    if n < _FEWEST or not np.isfinite(correlation.estimate):
        return "too few responses to say"
    if correlation.lower > 0:
        return "discriminates"
    return "does not discriminate" if correlation.upper < _WEAK else "too few responses to say"


def item_fit(items: Items, responses: ArrayLike) -> list[ItemFit]:
    """Fit of every item to ``responses`` (N, J).

    S-X2 uses people without gaps and whole scores; infit and outfit use everybody, at their WLE.
    """
    x = items.check_responses(responses, ndim=2)
    mean_squares = _mean_squares(items, x)
    whole = x[np.isfinite(x).all(axis=1)]
    whole = whole[(whole == np.round(whole)).all(axis=1)].astype(np.intp)
    p = np.moveaxis(items.probabilities(GRID), 0, 2)  # (J, K + 1, Q)
    prior = start().weights
    out = []
    for j in range(items.n_items):
        value, df = _s_x2(items, p, whole, j, prior)
        p_value = float(chi2.sf(value, df)) if df > 0 else None
        stat = value if df > 0 else None
        out.append(ItemFit(stat, max(df, 0), p_value, mean_squares[0][j], mean_squares[1][j]))
    return out


def _mean_squares(items: Items, x: Floats) -> tuple[list[float], list[float]]:
    seen = np.isfinite(x)
    some = seen.any(axis=1)
    x, seen = x[some], seen[some]
    if not len(x):
        return [float("nan")] * items.n_items, [float("nan")] * items.n_items
    theta = abilities(items, x, method="wle").estimate
    p = items.probabilities(theta)
    k = np.arange(p.shape[2], dtype=np.float64)
    mean = p @ k
    variance = np.maximum(p @ k**2 - mean**2, 1e-6)
    square = np.where(seen, (np.nan_to_num(x) - mean) ** 2, 0.0)
    n = np.maximum(seen.sum(axis=0), 1)
    empty = ~seen.any(axis=0)
    infit = square.sum(axis=0) / np.maximum((variance * seen).sum(axis=0), 1e-12)
    outfit = (square / variance).sum(axis=0) / n
    infit[empty] = outfit[empty] = np.nan
    return infit.tolist(), outfit.tolist()


def total_score_likelihoods(p: Floats) -> Floats:
    """(S + 1, Q) chance of each total score, item by item (Lord and Wingersky); p: (J, K+1, Q)."""
    out = np.ones((1, p.shape[2]))
    for item in p:
        grown = np.zeros((out.shape[0] + item.shape[0] - 1, p.shape[2]))
        for k, row in enumerate(item):
            grown[k : k + out.shape[0]] += out * row
        out = grown
    return out


def _s_x2(items: Items, p: Floats, x: Ints, j: int, prior: Floats) -> tuple[float, int]:
    n_parameters = 1 + int(items.max_scores[j])
    highest = int(items.max_scores.sum())
    if len(x) < 20:
        return 0.0, 0
    rest = total_score_likelihoods(np.delete(p, j, axis=0))
    totals = x.sum(axis=1)
    statistic, cells = 0.0, 0
    pending = np.zeros((2, p.shape[1]))
    for s in range(1, highest):
        joint = np.array(
            [
                float((row * rest[s - k]) @ prior) if 0 <= s - k < len(rest) else 0.0
                for k, row in enumerate(p[j])
            ]
        )
        mine = x[totals == s, j]
        if not len(mine) or joint.sum() <= 0:
            continue
        observed = np.bincount(mine, minlength=p.shape[1]).astype(np.float64)
        pending += np.array([observed, joint / joint.sum() * len(mine)])
        done = _cells(pending, p.shape[1] == 2)
        if done is None:
            continue
        statistic += float(((done[0] - done[1]) ** 2 / done[1]).sum())
        cells += done.shape[1] - 1
        pending = np.zeros((2, p.shape[1]))
    return statistic, cells - n_parameters


def _cells(row: Floats, is_binary: bool) -> Floats | None:
    """Observed and expected counts with small neighbours merged; None: merge with the next row."""
    possible: Bools = row[1] > 0
    row = row[:, possible]
    if is_binary:
        return row if row.shape[1] == 2 and row[1].min() >= _LEAST_EXPECTED else None
    merged: list[Floats] = []
    waiting = np.zeros(2)
    for k in range(row.shape[1]):
        waiting = waiting + row[:, k]
        if waiting[1] >= _LEAST_EXPECTED:
            merged.append(waiting)
            waiting = np.zeros(2)
    if merged:
        merged[-1] = merged[-1] + waiting
    return np.array(merged).T if len(merged) > 1 else None
