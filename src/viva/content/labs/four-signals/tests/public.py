"""Public checks: what `viva lab check` runs."""

import numpy as np
import reference as ref
from viva_kit import check, indices, require


@check("nearest")
def _(sub, rng):
    X = np.array([[0.0], [1.0], [2.0], [3.5], [9.0]])
    y = np.array([0, 1, 1, 0, 2])
    for query, k, want in [(0.2, 1, 0), (1.4, 3, 1), (0.1, 2, 0), (1.1, 4, 1), (3.2, 4, 0), (8.0, 1, 2)]:
        got = indices(sub.knn(X, y, np.array([[query]]), k), 3, "knn")
        require(got.tolist() == [want], f"knn of {query} with k={k}: wanted class {want}, got {got.tolist()}")
    X, y, queries = ref.blobs(rng, 120, 5), rng.integers(0, 4, 120), ref.blobs(rng, 30, 5)
    for k in (1, 4, 9):
        got = indices(sub.knn(X, y, queries, k), 4, "knn")
        require(got.shape == (30,), f"knn of 30 queries: got shape {got.shape}")
        wrong = int((got != ref.knn(X, y, queries, k)).sum())
        require(wrong == 0, f"knn with k={k}: {wrong} of 30 random queries differ")
