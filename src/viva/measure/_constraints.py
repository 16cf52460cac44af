"""What a form must satisfy: linear limits on its items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from viva.measure._arrays import Floats, as_finite


@dataclass(frozen=True, eq=False)
class Constraint:
    """``lower`` <= sum of ``weights`` (J,) over a form's items <= ``upper``.

    ``name`` is what an explanation of a conflict will call it.
    """

    name: str
    weights: Floats
    lower: float = -np.inf
    upper: float = np.inf


def count(name: str, members: ArrayLike, *, lower: float = -np.inf, upper: float = np.inf) -> Constraint:
    """How many of ``members`` ((J,) mask) a form may have."""
    return Constraint(name, np.asarray(members, dtype=np.float64), lower, upper)


def total(name: str, values: ArrayLike, *, lower: float = -np.inf, upper: float = np.inf) -> Constraint:
    """The sum of ``values`` (J,), minutes for instance."""
    return Constraint(name, as_finite(values, name, ndim=1), lower, upper)


def enemies(name: str, n_items: int, *indices: int) -> Constraint:
    """At most one of the items at ``indices``."""
    weights = np.zeros(n_items)
    weights[list(indices)] = 1.0
    return Constraint(name, weights, upper=1.0)
