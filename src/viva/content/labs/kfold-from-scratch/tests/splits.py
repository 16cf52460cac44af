"""What a split must be, whatever made it."""

import numpy as np
from viva_kit import Fail, indices, items


def split_of(answer, n, k, *, whole=True):
    """The pairs of a split of n rows, checked for shape, overlap and, if `whole`, for coverage."""
    pairs = []
    for pair in items(answer, k, "the split"):
        train, test = (indices(part, n, "a fold") for part in items(pair, 2, "a fold"))
        if len(test) == 0:
            raise Fail("a test fold is empty")
        if np.intersect1d(train, test).size or len(set(train)) < len(train):
            raise Fail("a row stands twice in a fold, or in train and test")
        if whole and len(train) + len(test) != n:
            raise Fail(f"train and test have {len(train)} + {len(test)} of {n} rows")
        pairs.append((train, test))
    tested = np.concatenate([test for _, test in pairs])
    if whole and sorted(tested) != list(range(n)):
        raise Fail(f"{len(set(tested))} of {n} rows are tested, {len(tested)} times in all")
    return pairs
