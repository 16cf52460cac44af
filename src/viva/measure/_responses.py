"""Responses for estimation: read once to check and count, then again at every pass.

A source is an (N, J) array, or a function that starts a fresh iteration over arrays (n, J), for
data that don't fit in memory. Passes hand out chunks whose size does not depend on N.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from viva.exceptions import MeasureError
from viva.measure._arrays import AnyArray, Bools, Floats, Ints

Chunks: TypeAlias = Callable[[], Iterable[AnyArray]]

_CHUNK_CELLS = 200_000  # a chunk's responses; small enough to stay near the processor
_CACHED_CELLS = 40_000_000  # arrays up to this many responses are kept ready between passes
_SINGLE_CELLS = 1_500_000  # from here on rounding in single precision is below the sampling error
_START_PEOPLE = 4_000


class Chunk(NamedTuple):
    """``x``: (n, J) scores with 0 where missing; ``seen``: (n, J) 1 or 0, None if all are there."""

    x: AnyArray
    seen: AnyArray | None


@dataclass(frozen=True, eq=False)
class Responses:
    """What a first pass found. ``counts``: (J, K + 1), fractions split between neighbours."""

    source: AnyArray | Chunks
    n_people: int
    n_seen: Ints
    counts: Floats
    n_steps: Ints
    is_complete: bool
    dtype: Any
    cache: list[Chunk]

    @property
    def there(self) -> Bools:
        """(J, K) which steps each item has."""
        return np.arange(self.counts.shape[1] - 1)[None, :] < self.n_steps[:, None]

    def chunks(self) -> Iterator[Chunk]:
        """A fresh pass over everybody."""
        if self.cache:
            yield from self.cache
            return
        for block in _blocks(self.source):
            yield _prepared(block, self.is_complete, self.dtype)

    def sample(self) -> AnyArray:
        """Every so-many-th person, about 4,000 of them, for starting values."""
        stride = max(1, self.n_people // _START_PEOPLE)
        return np.concatenate([np.asarray(block)[::stride] for block in _blocks(self.source)])


def read_responses(source: ArrayLike | Chunks, *, max_scores: ArrayLike | None = None) -> Responses:
    """Checks every response and counts categories.

    ``max_scores``: (J,) each item's highest score, the highest seen where None. Raises
    MeasureError naming row and column of the first score that can't be.
    """
    origin: AnyArray | Chunks = source if callable(source) else _matrix(source)
    wanted = None if max_scores is None else np.asarray(max_scores, dtype=np.intp)
    n_people, complete, counts, n_seen, tops = 0, True, np.zeros((0, 0)), None, None
    for block in _blocks(origin):
        x, seen = _checked(block, n_people, wanted)
        if n_seen is None or tops is None:
            n_seen, tops = np.zeros(x.shape[1], dtype=np.intp), np.zeros(x.shape[1])
        if x.shape[1] != n_seen.size:
            raise MeasureError(f"responses: found a chunk of {x.shape[1]} columns after one of {n_seen.size}")
        n_people += x.shape[0]
        complete = complete and bool(seen.all())
        n_seen += seen.sum(axis=0)
        tops = np.maximum(tops, x.max(axis=0, initial=0.0))
        counts = _added(counts, _category_counts(x, seen))
    if n_seen is None or tops is None or n_people == 0:
        raise MeasureError("responses: found nobody, wanted at least one person")
    steps = _steps(np.ceil(tops).astype(np.intp), wanted, n_seen.size)
    counts = _added(counts, np.zeros((n_seen.size, int(steps.max()) + 1)))
    cells = n_people * n_seen.size
    dtype = np.float32 if cells >= _SINGLE_CELLS else np.float64
    cache: list[Chunk] = []
    if not callable(origin) and cells <= _CACHED_CELLS:
        cache = [_prepared(block, complete, dtype) for block in _blocks(origin)]
    return Responses(origin, n_people, n_seen, counts, steps, complete, dtype, cache)


def _matrix(source: ArrayLike) -> AnyArray:
    x = np.asarray(source)
    if x.dtype.kind not in "biuf":
        raise MeasureError(
            f"responses: found values of type {x.dtype}, wanted numbers with NaN for not asked"
        )
    if x.ndim != 2 or x.shape[1] == 0:
        raise MeasureError(f"responses: found shape {x.shape}, wanted (people, items)")
    return x


def _blocks(source: AnyArray | Chunks) -> Iterator[AnyArray]:
    parts = source() if callable(source) else [source]
    for part in parts:
        whole = _matrix(part)
        size = max(1, _CHUNK_CELLS // whole.shape[1])
        for i in range(0, whole.shape[0], size):
            yield whole[i : i + size]


def _checked(block: AnyArray, first_row: int, wanted: Ints | None) -> tuple[Floats, Bools]:
    x = block.astype(np.float64)
    seen = ~np.isnan(x)
    x = np.where(seen, x, 0.0)
    bad = (x < 0) | ~np.isfinite(x)
    if wanted is not None:
        if wanted.shape != (x.shape[1],):
            raise MeasureError(f"max_scores: found shape {wanted.shape}, wanted ({x.shape[1]},), one an item")
        bad |= x > wanted
    if np.any(bad):
        row, column = (int(i) for i in np.argwhere(bad)[0])
        top = "K" if wanted is None else str(int(wanted[column]))
        raise MeasureError(
            f"responses: found {float(x[row, column])!r} at row {first_row + row}, column "
            f"{column}, wanted a score from 0 to {top}, or NaN for not asked"
        )
    return x, seen


def _category_counts(x: Floats, seen: Bools) -> Floats:
    n = int(np.ceil(x.max(initial=0.0))) + 1
    if n > 1000:
        raise MeasureError(f"responses: found a score of {x.max()!r}, wanted scores up to 999")
    counts = np.empty((x.shape[1], n))
    for k in range(n):
        counts[:, k] = (np.maximum(0.0, 1.0 - np.abs(x - k)) * seen).sum(axis=0)
    return counts


def _added(one: Floats, other: Floats) -> Floats:
    out = np.zeros((other.shape[0], max(one.shape[1], other.shape[1])))
    out[:, : one.shape[1]] += one if one.size else 0.0
    out[:, : other.shape[1]] += other
    return out


def _steps(tops: Ints, wanted: Ints | None, n_items: int) -> Ints:
    if wanted is None:
        return np.maximum(tops, 1)
    if wanted.shape != (n_items,) or np.any(wanted < 1):
        raise MeasureError(f"max_scores: found {wanted.tolist()!r}, wanted 1 or more for each item")
    return wanted


def _prepared(block: AnyArray, is_complete: bool, dtype: Any) -> Chunk:
    x = block.astype(dtype)
    if is_complete:
        return Chunk(x, None)
    seen = ~np.isnan(x)
    x[~seen] = 0
    return Chunk(x, seen.astype(dtype))
