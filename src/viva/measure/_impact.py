"""Selection rates and impact ratios, and when they can't tell.

Rates have exact intervals; the ratio of two rates has the score interval of Miettinen and Nurminen
(1985, Statistics in Medicine 4:213): Koopman's, with the variance of finite groups, so that it holds its
level in groups of five, where Wald's is far off and Koopman's own drops to 92%. The four-fifths rule is
applied to the interval, not to the ratio alone.

Tables follow New York City's Local Law 144 (6 RCNY 5-300): selection rates for categorical outputs,
scoring rates (share above the sample's median) for scored ones, impact ratios against the group
with the highest rate, groups under 2% of the data marked, categories and their intersections.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.stats import norm

from viva.exceptions import MeasureError
from viva.measure._arrays import AnyArray, as_finite, as_groups
from viva.measure._intervals import Interval, share_interval
from viva.measure._posterior import check_level

ImpactVerdict: TypeAlias = Literal["below four-fifths", "four-fifths met", "cannot tell"]
FOUR_FIFTHS = 0.8
_SMALL_SHARE = 0.02
_LARGEST = 1e6
_LEAST = 1e-15


@dataclass(frozen=True)
class GroupImpact:
    """One row: the group's ``rate`` and its ``ratio`` to the reference group's rate.

    The reference's own ratio is 1 in (1, 1); ``ratio.level`` is its interval's. ``is_small``:
    under 2% of all people, which Local Law 144 lets a table leave out.
    """

    group: str
    n: int
    n_selected: int
    rate: Interval
    ratio: Interval
    is_reference: bool
    is_small: bool
    verdict: ImpactVerdict

    @property
    def words(self) -> str:
        """The verdict as a sentence's end."""
        return f"cannot tell at n = {self.n}" if self.verdict == "cannot tell" else self.verdict


def impact_ratios(
    selected: ArrayLike,
    groups: ArrayLike,
    *,
    reference: str | None = None,
    level: float = 0.95,
) -> tuple[GroupImpact, ...]:
    """Selection rates by group, largest group first. ``selected``: (N,) True or 1 when selected.

    ``reference``: the group compared with, by default the one with the highest rate, as the law
    has it. That choice looks at the data, so with more than two groups the ratios' intervals are
    then widened to hold for all comparisons at once (Bonferroni); name a reference beforehand to
    have each at ``level``.
    """
    y = as_finite(selected, "selected", ndim=1)
    if np.any((y != 0) & (y != 1)):
        raise MeasureError("selected: found values other than 0 and 1, wanted one or the other")
    labels = as_groups(groups, y.size, "groups").astype(str)
    names, n = np.unique(labels, return_counts=True)
    if names.size < 2:
        raise MeasureError(f"groups: found {names.tolist()!r}, wanted at least two groups")
    chosen = np.array([int(y[labels == name].sum()) for name in names])
    base = _reference(names, chosen / n, reference)
    check_level(level)
    each = level if reference is not None else 1 - (1 - level) / (names.size - 1)
    order = np.argsort(-n, kind="stable")
    return tuple(_row(names, n, chosen, int(g), base, level, each) for g in order)


def scored_impact_ratios(
    scores: ArrayLike, groups: ArrayLike, *, reference: str | None = None, level: float = 0.95
) -> tuple[GroupImpact, ...]:
    """As ``impact_ratios`` for scores: "selected" is scoring above the sample's median."""
    x = as_finite(scores, "scores", ndim=1)
    if x.size == 0:
        raise MeasureError("scores: found nobody, wanted at least two groups")
    return impact_ratios(x > np.median(x), groups, reference=reference, level=level)


def intersections(*labels: ArrayLike, joiner: str = " × ") -> AnyArray:
    """Labels of the intersections of several (N,) groupings."""
    if not labels:
        raise MeasureError("intersections: found no groupings, wanted at least one")
    columns = [np.asarray(part).astype(str) for part in labels]
    return np.array([joiner.join(row) for row in zip(*columns, strict=True)])


def _reference(names: AnyArray, rates: AnyArray, reference: str | None) -> int:
    if reference is None:
        return int(np.argmax(rates))
    found = np.flatnonzero(names == reference)
    if not found.size:
        raise MeasureError(f"reference: found {reference!r}, wanted one of {names.tolist()!r}")
    return int(found[0])


def _row(
    names: AnyArray,
    n: AnyArray,
    chosen: AnyArray,
    g: int,
    base: int,
    level: float,
    ratio_level: float,
) -> GroupImpact:
    mine, other = (int(chosen[g]), int(n[g])), (int(chosen[base]), int(n[base]))
    ratio = (
        Interval(1.0, 1.0, 1.0, ratio_level)
        if g == base
        else rate_ratio_interval(*mine, *other, level=ratio_level)
    )
    return GroupImpact(
        str(names[g]),
        int(n[g]),
        int(chosen[g]),
        share_interval(int(chosen[g]), int(n[g]), level=level),
        ratio,
        g == base,
        bool(n[g] < _SMALL_SHARE * n.sum()),
        _verdict(ratio),
    )


def _verdict(ratio: Interval) -> ImpactVerdict:
    if ratio.upper < FOUR_FIFTHS:
        return "below four-fifths"
    return "four-fifths met" if ratio.lower >= FOUR_FIFTHS else "cannot tell"


def rate_ratio_interval(
    successes: int, n: int, base_successes: int, base_n: int, *, level: float = 0.95
) -> Interval:
    """(successes / n) / (base_successes / base_n) with Miettinen and Nurminen's interval.

    The estimate is NaN and the interval (0, inf) when both counts are 0.
    """
    for name, x, size in (("group", successes, n), ("reference", base_successes, base_n)):
        if not 0 <= x <= size or size < 1:
            raise MeasureError(f"{name}: found {x} of {size}, wanted 0..n of at least 1")
    if successes == 0 and base_successes == 0:
        return Interval(float("nan"), 0.0, float("inf"), level)
    p, q = successes / n, base_successes / base_n
    estimate = p / q if q > 0 else float("inf")
    z = float(norm.ppf((1 + check_level(level)) / 2))

    def excess(log_ratio: float) -> float:
        return _score(float(np.exp(log_ratio)), successes, n, base_successes, base_n) - z**2

    middle = float(np.log(estimate)) if 0 < estimate < np.inf else None
    reach = float(np.log(_LARGEST))
    lower, upper = 0.0, float("inf")
    if successes > 0:
        lower = _root(excess, -reach, middle if middle is not None else reach)
    if base_successes > 0:
        upper = _root(excess, middle if middle is not None else -reach, reach)
    return Interval(estimate, lower, upper, level)


def _root(excess: Callable[[float], float], low: float, high: float) -> float:
    if excess(low) * excess(high) > 0:  # flat to the end: both rates at 0 or 1
        return float(np.exp(low if abs(low) < abs(high) else high))
    return float(np.exp(brentq(excess, low, high, xtol=1e-10)))


def _score(ratio: float, x: int, n: int, y: int, m: int) -> float:
    """Chi-squared of the data at the rates that fit best under this ratio, for finite groups."""
    b = ratio * (n + y) + x + m
    root = max(b * b - 4 * ratio * (n + m) * (x + y), 0.0)
    p = (b - float(np.sqrt(root))) / (2 * (n + m))
    return (_part(x, n, p) + _part(y, m, p / ratio)) * (n + m - 1) / (n + m)


def _part(x: int, n: int, p: float) -> float:
    """(x - np)^2 / (np (1 - p)), whose limit at p = 0 or 1 is no 0 / 0 when x is there too."""
    p = min(max(p, _LEAST), 1 - _LEAST)
    if x == 0:
        return n * p / (1 - p)
    return n * (1 - p) / p if x == n else (x - n * p) ** 2 / (n * p * (1 - p))
