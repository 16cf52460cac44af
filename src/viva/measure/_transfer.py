"""From recall to transfer: how much is lost when a known idea comes in an unfamiliar shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from viva.exceptions import MeasureError
from viva.measure._arrays import as_finite, as_groups
from viva.measure._intervals import Interval, mean_interval

DropVerdict: TypeAlias = Literal["drops", "holds", "cannot tell"]
_FEWEST = 3


@dataclass(frozen=True)
class TransferDrop:
    """``drop``: mean over ideas of recall less transfer, in shares of full credit, with Student's
    interval over ideas. "holds": the whole interval is below ``tolerance``."""

    drop: Interval
    recall: float
    transfer: float
    n_ideas: int
    verdict: DropVerdict


def transfer_drop(
    scores: ArrayLike,
    ideas: ArrayLike,
    is_transfer: ArrayLike,
    *,
    tolerance: float = 0.15,
    level: float = 0.95,
) -> TransferDrop:
    """One row a response: ``scores`` (N,) in 0..1, the idea it is on, and whether it was a variant.

    Ideas asked in one way only are left out; several responses on an idea are averaged. Raises
    MeasureError when no idea was asked both ways. With fewer than 3 ideas: "cannot tell".
    """
    x = as_finite(scores, "scores", ndim=1)
    if np.any((x < 0) | (x > 1)):
        raise MeasureError("scores: found values outside 0..1, wanted shares of full credit")
    labels = as_groups(ideas, x.size, "ideas")
    variant = as_groups(is_transfer, x.size, "is_transfer").astype(np.bool_)
    both = [
        (float(x[mine & ~variant].mean()), float(x[mine & variant].mean()))
        for label in np.unique(labels)
        if (mine := labels == label)[variant].any() and mine[~variant].any()
    ]
    if not both:
        raise MeasureError("ideas: found none asked both as recall and as transfer, wanted one")
    pairs = np.array(both)
    drop = mean_interval(pairs[:, 0] - pairs[:, 1], level=level)
    return TransferDrop(
        drop,
        float(pairs[:, 0].mean()),
        float(pairs[:, 1].mean()),
        len(pairs),
        _verdict(drop, len(pairs), tolerance),
    )


def _verdict(drop: Interval, n: int, tolerance: float) -> DropVerdict:
    if n >= _FEWEST and drop.lower > 0:
        return "drops"
    if n >= _FEWEST and drop.upper < tolerance:
        return "holds"
    return "cannot tell"
