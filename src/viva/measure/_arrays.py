"""Arrays at the door: what comes in becomes float64, and NaN means "no response"."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from viva.exceptions import MeasureError

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.intp]
Bools: TypeAlias = NDArray[np.bool_]
AnyArray: TypeAlias = NDArray[Any]


def as_floats(values: ArrayLike, name: str, *, ndim: int | None = None) -> Floats:
    """``values`` as float64. Raises MeasureError when not numbers or of another ``ndim``."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise MeasureError(
            f"{name}: found values that are not numbers ({error}); give an array of numbers, "
            "with NaN where there is none"
        ) from error
    if ndim is not None and array.ndim != ndim:
        raise MeasureError(f"{name}: found {array.ndim} dimensions (shape {array.shape}), wanted {ndim}")
    return array


def as_finite(values: ArrayLike, name: str, *, ndim: int | None = None) -> Floats:
    """``as_floats`` that also refuses NaN and infinities."""
    array = as_floats(values, name, ndim=ndim)
    if not np.all(np.isfinite(array)):
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise MeasureError(
            f"{name}: found {array[where]!r} at {where}, wanted finite numbers; drop or fix it"
        )
    return array


def as_mask(values: ArrayLike | None, n: int, name: str) -> Bools:
    """A boolean mask of length ``n``; None is all true."""
    if values is None:
        return np.ones(n, dtype=np.bool_)
    mask = np.asarray(values, dtype=np.bool_)
    if mask.shape != (n,):
        raise MeasureError(f"{name}: found shape {mask.shape}, wanted ({n},), one entry an item")
    return mask


def as_groups(values: ArrayLike, n: int, name: str) -> AnyArray:
    """Labels of length ``n``, kept in whatever type they come."""
    labels = np.asarray(values)
    if labels.shape != (n,):
        raise MeasureError(f"{name}: found shape {labels.shape}, wanted ({n},), one label a row")
    return labels


def frozen(array: Floats) -> Floats:
    """A copy of ``array`` that cannot be written to."""
    copy = np.array(array, dtype=np.float64)
    copy.flags.writeable = False
    return copy
