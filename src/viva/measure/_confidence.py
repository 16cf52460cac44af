"""Knowing what you know: stated confidence against what was right.

Sources: Murphy (1973), Journal of Applied Meteorology 12:595, for the decomposition; the two
within-bin terms (Stephenson and others 2008, Weather and Forecasting 23:752) make it exact when
forecasts in one bin differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from viva.exceptions import MeasureError
from viva.measure._arrays import Floats, as_finite, as_groups
from viva.measure._intervals import Interval, mean_interval, share_interval

ConfidenceVerdict: TypeAlias = Literal["overconfident", "underconfident", "no difference seen", "cannot tell"]
_FEWEST = 10  # below this, no verdict


class ReliabilityBin(NamedTuple):
    """One bar of the curve: mean confidence, and the share right with its exact interval."""

    confidence: float
    outcome: Interval
    n: int


@dataclass(frozen=True)
class Calibration:
    """``brier`` = reliability - resolution + uncertainty + within; lower is better, 0..1.

    ``reliability``: how far confidence is from the share right, squared; ``resolution``: how far
    apart the bins' shares are; ``uncertainty``: what guessing the overall share would score.
    ``gap``: mean confidence less share right, above 0 when overconfident.
    """

    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    within: float
    curve: tuple[ReliabilityBin, ...]
    gap: Interval
    verdict: ConfidenceVerdict
    n: int


def calibration(
    confidence: ArrayLike, outcome: ArrayLike, *, n_bins: int = 10, level: float = 0.95
) -> Calibration:
    """Confidence (N,) in 0..1 against outcomes (N,), 1 right, 0 wrong, fractions allowed.

    The verdict wants 10 answers and an interval of the gap that excludes 0. Fractional outcomes
    count towards a bin's interval as the nearest whole number of successes.
    """
    c, y = _checked(confidence, outcome)
    if n_bins < 1:
        raise MeasureError(f"n_bins: found {n_bins}, wanted 1 or more")
    bins = np.minimum((c * n_bins).astype(np.intp), n_bins - 1)
    base = float(y.mean())
    reliability = resolution = within = 0.0
    curve: list[ReliabilityBin] = []
    for b in np.unique(bins):
        mine = bins == b
        cb, yb, n = c[mine], y[mine], int(mine.sum())
        mean_c, mean_y = float(cb.mean()), float(yb.mean())
        reliability += n * (mean_c - mean_y) ** 2 / c.size
        resolution += n * (mean_y - base) ** 2 / c.size
        spread = float(((cb - mean_c) ** 2).sum())
        together = float(((yb - mean_y) * (cb - mean_c)).sum())
        within += (spread - 2 * together) / c.size
        share = share_interval(round(float(yb.sum())), n, level=level)
        curve.append(ReliabilityBin(mean_c, share._replace(estimate=mean_y), n))
    uncertainty = float(((y - base) ** 2).mean())
    gap = mean_interval(c - y, level=level)
    brier = float(((c - y) ** 2).mean())
    return Calibration(
        brier,
        reliability,
        resolution,
        uncertainty,
        within,
        tuple(curve),
        gap,
        _verdict(gap, c.size),
        c.size,
    )


def confidence_by_topic(
    confidence: ArrayLike, outcome: ArrayLike, topics: ArrayLike, *, level: float = 0.95
) -> dict[str, tuple[Interval, ConfidenceVerdict]]:
    """The gap (confidence less outcome) and a verdict for each topic label."""
    c, y = _checked(confidence, outcome)
    labels = as_groups(topics, c.size, "topics")
    out: dict[str, tuple[Interval, ConfidenceVerdict]] = {}
    for label in np.unique(labels):
        mine = labels == label
        gap = mean_interval((c - y)[mine], level=level)
        out[str(label)] = (gap, _verdict(gap, int(mine.sum())))
    return out


def _verdict(gap: Interval, n: int) -> ConfidenceVerdict:
    if n < _FEWEST:
        return "cannot tell"
    if gap.lower > 0:
        return "overconfident"
    if gap.upper < 0:
        return "underconfident"
    return "no difference seen"


def _checked(confidence: ArrayLike, outcome: ArrayLike) -> tuple[Floats, Floats]:
    c, y = as_finite(confidence, "confidence", ndim=1), as_finite(outcome, "outcome", ndim=1)
    if c.shape != y.shape or c.size == 0:
        raise MeasureError(
            f"outcome: found {y.size} for {c.size} confidences, wanted as many and at least one"
        )
    for name, values in (("confidence", c), ("outcome", y)):
        if np.any((values < 0) | (values > 1)):
            raise MeasureError(f"{name}: found values outside 0..1, wanted shares")
    return c, y
