"""Public checks: what `viva lab check` runs."""

from splits import split_of
from viva_kit import Fail, check


@check("partition")
def _(sub, rng):
    for n, k in [(10, 5), (11, 3), (23, 7), (int(rng.integers(30, 60)), 4), (6, 6)]:
        sizes = [len(test) for _, test in split_of(sub.kfold(n, k, int(rng.integers(100))), n, k)]
        if max(sizes) - min(sizes) > 1:
            raise Fail(f"kfold({n}, {k}): test sizes {sizes} differ by more than one")
