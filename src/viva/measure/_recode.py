"""Scores as the models want them: 0, 1, 2, … without a score that nobody was given."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from viva.exceptions import MeasureError
from viva.measure._arrays import Floats, as_floats


class Recoded(NamedTuple):
    """``scores``: as given but 0..K; ``values``: for each item (or the one scale) the scores given,
    in order, so that ``values[j][k]`` was called k."""

    scores: Floats
    values: tuple[Floats, ...]


def recode(scores: ArrayLike, *, common: bool = False) -> Recoded:
    """Each column's distinct scores in order as 0, 1, 2, …; NaN (not given) stays.

    ``scores``: (N, J) responses, or (N,) ratings on one scale; ``common``: one scale for all
    columns. It is how mirt and ltm read data whose scores begin at 1 or leave one out: an ordered
    model knows nothing of a category that nobody was in. Raises MeasureError for a column with
    fewer than two different scores, which no model can learn from.
    """
    x = np.atleast_1d(as_floats(scores, "scores"))
    if x.ndim > 2:
        raise MeasureError(f"scores: found shape {x.shape}, wanted (people, items) or (ratings,)")
    if np.isinf(x).any():
        raise MeasureError("scores: found an infinite score, wanted numbers, or NaN for not given")
    columns = [x.ravel()] if common or x.ndim == 1 else list(x.T)
    values = tuple(np.unique(c[np.isfinite(c)]) for c in columns)
    for j, found in enumerate(values):
        if found.size < 2:
            which = "" if len(values) == 1 else f" in column {j}"
            raise MeasureError(
                f"scores: found {found.tolist()}{which}, wanted at least two different scores; drop it"
            )
    coded = [
        np.where(np.isnan(c), np.nan, np.searchsorted(v, c)) for c, v in zip(columns, values, strict=True)
    ]
    out = coded[0].reshape(x.shape) if len(coded) == 1 else np.column_stack(coded)
    return Recoded(out, values)
