"""Public checks: what `viva lab check` runs."""

import reference as ref
from viva_kit import check, close


@check("conv-values")
def _(sub, rng):
    for c, o, size, k in [(1, 1, 5, 3), (3, 2, 7, 3), (2, 4, 6, 2)]:
        x, w = rng.normal(size=(c, size, size + 1)), rng.normal(size=(o, c, k, k))
        close(sub.conv2d(x, w), ref.conv2d(x, w), f"conv2d of {x.shape} with {w.shape}")
