"""Intervals for shares and means that keep their promise in small samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.stats import beta, norm, t

from viva.exceptions import MeasureError
from viva.measure._arrays import Floats
from viva.measure._posterior import check_level


class Interval(NamedTuple):
    """An estimate with the ends of its interval, whose probability is ``level``."""

    estimate: float
    lower: float
    upper: float
    level: float = 0.95

    def holds(self, value: float) -> bool:
        return self.lower <= value <= self.upper


def share_interval(successes: int, n: int, *, level: float = 0.95) -> Interval:
    """A share with its exact (Clopper and Pearson 1934) interval: covers at least ``level``."""
    if not 0 <= successes <= n or n < 1:
        raise MeasureError(f"share: found {successes} of {n}, wanted 0..n of at least 1")
    tail = (1 - check_level(level)) / 2
    lower = 0.0 if successes == 0 else float(beta.ppf(tail, successes, n - successes + 1))
    upper = 1.0 if successes == n else float(beta.ppf(1 - tail, successes + 1, n - successes))
    return Interval(successes / n, lower, upper, level)


def mean_interval(values: Floats, *, level: float = 0.95) -> Interval:
    """A mean with Student's interval; (-inf, inf) for a single value."""
    check_level(level)
    n, mean = values.size, float(values.mean())
    if n < 2:
        return Interval(mean, -np.inf, np.inf, level)
    reach = float(t.ppf((1 + level) / 2, n - 1)) * float(values.std(ddof=1)) / float(np.sqrt(n))
    return Interval(mean, mean - reach, mean + reach, level)


def correlation_interval(r: float, n: int, *, level: float = 0.95) -> Interval:
    """A correlation with Fisher's interval; (-1, 1) for fewer than 4 pairs."""
    if n < 4 or not np.isfinite(r):
        return Interval(r, -1.0, 1.0, level)
    z = np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12))
    reach = float(norm.ppf((1 + check_level(level)) / 2)) / np.sqrt(n - 3)
    return Interval(r, float(np.tanh(z - reach)), float(np.tanh(z + reach)), level)


def agreement_interval(
    statistic: Callable[[Floats], float], rows: Floats, *, level: float = 0.95
) -> Interval:
    """Jackknife over ``rows`` (N, R) of an agreement coefficient c, with Student's quantile.

    Taken on log((1 + (k - 1) c) / (1 - c)), k the mean number of ratings a row, which is Fisher's
    scale for an intraclass correlation. (-inf, 1) where it can't be had: under 3 rows, or
    agreement that is perfect, or as bad as can be, with some row left out.
    """
    check_level(level)
    estimate, n = statistic(rows), len(rows)
    k = float(np.isfinite(rows).sum(axis=1).mean())
    wide = Interval(estimate, -np.inf, 1.0, level)
    if n < 3:
        return wide
    found = np.array([estimate, *(statistic(np.delete(rows, i, axis=0)) for i in range(n))])
    if not np.all((found < 1) & (found > -1 / (k - 1))):
        return wide
    scaled = np.log((1 + (k - 1) * found) / (1 - found))
    pseudo = n * scaled[0] - (n - 1) * scaled[1:]
    reach = float(t.ppf((1 + level) / 2, n - 1)) * float(pseudo.std(ddof=1) / np.sqrt(n))
    ends = np.exp(float(pseudo.mean()) + np.array([-reach, reach]))
    lower, upper = (ends - 1) / (ends + k - 1)
    return Interval(estimate, float(lower), float(upper), level)


def bootstrap_interval(
    statistic: Callable[[Floats], float],
    rows: Floats,
    rng: np.random.Generator,
    *,
    level: float = 0.95,
    n_resamples: int = 1000,
) -> Interval:
    """Bias-corrected and accelerated bootstrap (Efron 1987) over the first axis of ``rows``.

    Resamples on which the statistic is not finite are left out; with fewer than 3 rows the
    interval is (-inf, inf).
    """
    check_level(level)
    estimate, n = statistic(rows), len(rows)
    if n < 3 or not np.isfinite(estimate):
        return Interval(estimate, -np.inf, np.inf, level)
    drawn = np.array([statistic(rows[rng.integers(0, n, n)]) for _ in range(n_resamples)])
    drawn = drawn[np.isfinite(drawn)]
    left_out = np.array([statistic(np.delete(rows, i, axis=0)) for i in range(n)])
    left_out = left_out[np.isfinite(left_out)]
    if drawn.size < n_resamples / 2:
        return Interval(estimate, -np.inf, np.inf, level)
    below = np.clip((np.mean(drawn < estimate) + np.mean(drawn <= estimate)) / 2, 1e-4, 1 - 1e-4)
    z0 = norm.ppf(below)
    away = left_out.mean() - left_out
    spread = float((away**2).sum())
    acceleration = 0.0 if spread == 0 else float((away**3).sum()) / (6 * spread**1.5)
    z = z0 + norm.ppf([(1 - level) / 2, (1 + level) / 2])
    ends = np.quantile(drawn, norm.cdf(z0 + z / (1 - acceleration * z)))
    return Interval(estimate, float(ends[0]), float(ends[1]), level)
