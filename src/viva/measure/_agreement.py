"""Agreement between raters: kappa, alpha, intraclass correlations, limits of agreement.

Sources: Cohen (1968); Fleiss (1971); Krippendorff (2011), Computing Krippendorff's
Alpha-Reliability; Shrout and Fleiss (1979) and McGraw and Wong (1996) for the six intraclass
correlations and their F intervals; Bland and Altman (1999); Feldt (1965) for Cronbach's alpha.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import f as f_distribution
from scipy.stats import t

from viva.exceptions import MeasureError
from viva.measure._arrays import Floats, as_finite, as_floats
from viva.measure._intervals import Interval, agreement_interval, bootstrap_interval
from viva.measure._posterior import check_level

KappaWeights: TypeAlias = Literal["none", "linear", "quadratic"]
AlphaLevel: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio"]
IccForm: TypeAlias = Literal["ICC(1,1)", "ICC(A,1)", "ICC(C,1)", "ICC(1,k)", "ICC(A,k)", "ICC(C,k)"]

_DISTANCE = {"none": 0, "linear": 1, "quadratic": 2}


def weighted_kappa(
    first: ArrayLike,
    second: ArrayLike,
    *,
    weights: KappaWeights = "quadratic",
    rng: np.random.Generator | None = None,
    level: float = 0.95,
) -> Interval:
    """Cohen's kappa of two raters' scores (N,); NaN rows are left out.

    ``weights`` by distance between values, so scores should be evenly spaced. The interval is
    a jackknife (see ``agreement_interval``), or with ``rng`` a bootstrap.
    """
    if weights not in _DISTANCE:
        raise MeasureError(f"weights: found {weights!r}, wanted one of {', '.join(_DISTANCE)}")
    pairs = _pairs(first, second)

    def statistic(rows: Floats) -> float:
        return _kappa(rows, _DISTANCE[weights])

    return _with_interval(statistic, pairs, rng, level)


def _kappa(pairs: Floats, power: int) -> float:
    a, b = pairs[:, 0], pairs[:, 1]
    if power == 0:
        values = np.union1d(a, b)
        expected = 1 - sum(float(np.mean(a == v) * np.mean(b == v)) for v in values)
        observed = float(np.mean(a != b))
    else:
        observed = float(np.mean(np.abs(a - b) ** power))
        expected = float(np.mean(np.abs(a[:, None] - b[None, :]) ** power))
    return float("nan") if expected == 0 else 1 - observed / expected


def fleiss_kappa(ratings: ArrayLike) -> float:
    """Fleiss' kappa of category codes (N, R), the same number of raters everywhere."""
    x = as_finite(ratings, "ratings", ndim=2)
    if x.shape[0] < 1 or x.shape[1] < 2:
        raise MeasureError(f"ratings: found shape {x.shape}, wanted people by at least 2 raters")
    counts = np.stack([(x == v).sum(axis=1) for v in np.unique(x)], axis=1)
    n = x.shape[1]
    agreed = float(((counts**2).sum(axis=1) - n).mean()) / (n * (n - 1))
    chance = float(((counts.sum(axis=0) / counts.sum()) ** 2).sum())
    return float("nan") if chance == 1 else (agreed - chance) / (1 - chance)


def krippendorff_alpha(
    ratings: ArrayLike,
    *,
    level_of_measurement: AlphaLevel = "interval",
    rng: np.random.Generator | None = None,
    level: float = 0.95,
) -> Interval:
    """Krippendorff's alpha of ratings (N, R), NaN where a rater gave none.

    ``ratio`` wants values of 0 or more. The interval is a jackknife over people, or with
    ``rng`` a bootstrap, which falls short of its level below about 30 people. NaN when all
    ratings are the same.
    """
    if level_of_measurement not in get_args(AlphaLevel):
        raise MeasureError(
            f"level_of_measurement: found {level_of_measurement!r}, wanted one of "
            f"{', '.join(get_args(AlphaLevel))}"
        )
    x = as_floats(ratings, "ratings", ndim=2)
    x = x[np.isfinite(x).sum(axis=1) > 1]
    if x.shape[0] == 0:
        raise MeasureError("ratings: found nobody rated twice, wanted at least one")
    if level_of_measurement == "ratio" and np.nanmin(x) < 0:
        raise MeasureError(f"ratings: found {np.nanmin(x)!r}, wanted 0 or more for 'ratio'")

    def statistic(rows: Floats) -> float:
        return _alpha(rows, level_of_measurement)

    return _with_interval(statistic, x, rng, level)


def _interval_alpha(x: Floats) -> float:
    """The same from sums of squares, since all pairs differ by twice n times them."""
    seen = np.isfinite(x)
    n_each = seen.sum(axis=1)
    filled = np.where(seen, x, 0.0)
    mean = filled.sum(axis=1) / n_each
    squares = (np.where(seen, x - mean[:, None], 0.0) ** 2).sum(axis=1)
    values, n = x[seen], int(n_each.sum())
    whole = float(((values - values.mean()) ** 2).sum())
    if whole == 0:
        return float("nan")
    return 1 - float((n_each * squares / (n_each - 1)).sum()) / n / (whole / (n - 1))


def _alpha(x: Floats, measurement: str) -> float:
    if measurement == "interval":
        return _interval_alpha(x)
    values = np.unique(x[np.isfinite(x)])
    counts = (x[:, :, None] == values).sum(axis=1).astype(np.float64)  # (N, V)
    n_each = counts.sum(axis=1, keepdims=True)
    coincidence = (counts / (n_each - 1)).T @ counts - np.diag((counts / (n_each - 1)).sum(axis=0))
    totals = coincidence.sum(axis=1)
    n = float(totals.sum())
    distance = _distances(values, totals, measurement)
    expected = float(totals @ distance @ totals) / (n - 1)
    if expected == 0:
        return float("nan")
    return 1 - float((coincidence * distance).sum()) / expected


def _distances(values: Floats, totals: Floats, measurement: str) -> Floats:
    a, b = values[:, None], values[None, :]
    if measurement == "nominal":
        return np.asarray((a != b).astype(np.float64))
    if measurement == "interval":
        return np.asarray((a - b) ** 2)
    if measurement == "ratio":
        both = np.where(a + b == 0, 1.0, a + b)
        return np.asarray(((a - b) / both) ** 2)
    middle = np.cumsum(totals) - totals / 2
    return np.asarray((middle[:, None] - middle[None, :]) ** 2)


def intraclass_correlations(ratings: ArrayLike, *, level: float = 0.95) -> dict[IccForm, Interval]:
    """All six intraclass correlations of ratings (N, R), no gaps, with F intervals.

    (1,·): each person has own raters; (A,·): absolute agreement, raters a sample; (C,·):
    consistency, raters' severity left aside. (·,1): one rater; (·,k): the mean of R.
    """
    x = as_finite(ratings, "ratings", ndim=2)
    n, k = x.shape
    if n < 2 or k < 2:
        raise MeasureError(f"ratings: found shape {x.shape}, wanted at least 2 people by 2 raters")
    check_level(level)
    ms = _mean_squares(x)
    if ms.people == 0 and ms.within == 0:
        raise MeasureError("ratings: found one value everywhere, wanted ratings that differ")
    one, consistency = _one_way(ms, n, k, level), _consistency(ms, n, k, level)
    absolute = _absolute(ms, n, k, level)
    single: dict[IccForm, Interval] = {
        "ICC(1,1)": one,
        "ICC(A,1)": absolute,
        "ICC(C,1)": consistency,
    }
    return {
        **single,
        "ICC(1,k)": _of_mean(one, k),
        "ICC(A,k)": _of_mean(absolute, k),
        "ICC(C,k)": _of_mean(consistency, k),
    }


class _MeanSquares(NamedTuple):
    people: float
    raters: float
    error: float
    within: float


def _mean_squares(x: Floats) -> _MeanSquares:
    n, k = x.shape
    people = k * float(x.mean(axis=1).var(ddof=1))
    raters = n * float(x.mean(axis=0).var(ddof=1))
    within = float(x.var(axis=1, ddof=1).mean())
    rest = x - x.mean(axis=1, keepdims=True) - x.mean(axis=0, keepdims=True) + x.mean()
    return _MeanSquares(people, raters, float((rest**2).sum()) / ((n - 1) * (k - 1)), within)


def _ratio(f: float, k: int) -> float:
    return 1.0 if np.isinf(f) else (f - 1) / (f + k - 1)


def _by_f(f: float, df1: float, df2: float, k: int, level: float) -> Interval:
    tail = (1 + level) / 2
    lower = f / float(f_distribution.ppf(tail, df1, df2))
    upper = f * float(f_distribution.ppf(tail, df2, df1))
    return Interval(_ratio(f, k), _ratio(lower, k), _ratio(upper, k), level)


def _one_way(ms: _MeanSquares, n: int, k: int, level: float) -> Interval:
    f = np.inf if ms.within == 0 else ms.people / ms.within
    return _by_f(f, n - 1, n * (k - 1), k, level)


def _consistency(ms: _MeanSquares, n: int, k: int, level: float) -> Interval:
    f = np.inf if ms.error == 0 else ms.people / ms.error
    return _by_f(f, n - 1, (n - 1) * (k - 1), k, level)


def _absolute(ms: _MeanSquares, n: int, k: int, level: float) -> Interval:
    spread = ms.people + (k - 1) * ms.error + k / n * (ms.raters - ms.error)
    icc = (ms.people - ms.error) / spread
    if ms.error == 0 and ms.raters == 0:
        return Interval(icc, icc, icc, level)
    a = k * icc / (n * (1 - icc)) if icc < 1 else np.inf
    b = 1 + k * icc * (n - 1) / (n * (1 - icc))
    top = (a * ms.raters + b * ms.error) ** 2
    bottom = (a * ms.raters) ** 2 / (k - 1) + (b * ms.error) ** 2 / ((n - 1) * (k - 1))
    df = top / bottom
    low = float(f_distribution.ppf((1 + level) / 2, n - 1, df))
    high = float(f_distribution.ppf((1 + level) / 2, df, n - 1))
    base = k * ms.raters + (k * n - k - n) * ms.error
    lower = n * (ms.people - low * ms.error) / (low * base + n * ms.people)
    upper = n * (high * ms.people - ms.error) / (base + n * high * ms.people)
    return Interval(icc, lower, upper, level)


def _of_mean(one: Interval, k: int) -> Interval:
    """Spearman and Brown: from one rater to the mean of k."""
    ends = [k * v / (1 + (k - 1) * v) for v in (one.estimate, one.lower, one.upper)]
    return Interval(ends[0], ends[1], ends[2], one.level)


def cronbach_alpha(scores: ArrayLike, *, level: float = 0.95) -> Interval:
    """Cronbach's alpha of scores (N, J), no gaps, with Feldt's F interval.

    Equals ICC(C,k) with items as raters; the interval supposes scores near normal and holds for
    right/wrong items too unless they are few and extreme.
    """
    x = as_finite(scores, "scores", ndim=2)
    n, j = x.shape
    if n < 2 or j < 2:
        raise MeasureError(f"scores: found shape {x.shape}, wanted at least 2 people by 2 items")
    whole = float(x.sum(axis=1).var(ddof=1))
    if whole == 0:
        raise MeasureError("scores: found the same total for everyone, wanted totals that differ")
    alpha = j / (j - 1) * (1 - float(x.var(axis=0, ddof=1).sum()) / whole)
    tail = (1 + check_level(level)) / 2
    df1, df2 = n - 1, (n - 1) * (j - 1)
    lower = 1 - (1 - alpha) * float(f_distribution.ppf(tail, df1, df2))
    upper = 1 - (1 - alpha) / float(f_distribution.ppf(tail, df2, df1))
    return Interval(alpha, lower, upper, level)


class LimitsOfAgreement(NamedTuple):
    """Bland and Altman: the mean difference and the range of 95% of differences, each with its
    own interval, all in score points (first less second)."""

    bias: Interval
    lower: Interval
    upper: Interval
    n: int


def bland_altman(first: ArrayLike, second: ArrayLike, *, level: float = 0.95) -> LimitsOfAgreement:
    """Limits of agreement between two raters' scores (N,); NaN rows are left out."""
    pairs = _pairs(first, second)
    n = len(pairs)
    if n < 3:
        raise MeasureError(f"scores: found {n} pairs, wanted at least 3")
    difference = pairs[:, 0] - pairs[:, 1]
    mean, sd = float(difference.mean()), float(difference.std(ddof=1))
    reach = float(t.ppf((1 + check_level(level)) / 2, n - 1))
    of_mean = reach * sd / np.sqrt(n)
    of_limit = reach * sd * float(np.sqrt(1 / n + 1.96**2 / (2 * (n - 1))))
    low, high = mean - 1.96 * sd, mean + 1.96 * sd
    return LimitsOfAgreement(
        Interval(mean, mean - of_mean, mean + of_mean, level),
        Interval(low, low - of_limit, low + of_limit, level),
        Interval(high, high - of_limit, high + of_limit, level),
        n,
    )


def _pairs(first: ArrayLike, second: ArrayLike) -> Floats:
    a, b = as_floats(first, "first", ndim=1), as_floats(second, "second", ndim=1)
    if a.shape != b.shape:
        raise MeasureError(f"second: found {b.size} scores, wanted {a.size} as in first")
    pairs = np.column_stack([a, b])
    pairs = pairs[np.isfinite(pairs).all(axis=1)]
    if len(pairs) == 0:
        raise MeasureError("scores: found nobody scored by both, wanted at least one")
    return pairs


def _with_interval(
    statistic: Callable[[Floats], float], rows: Floats, rng: np.random.Generator | None, level: float
) -> Interval:
    if rng is None:
        return agreement_interval(statistic, rows, level=level)
    return bootstrap_interval(statistic, rows, rng, level=level)
