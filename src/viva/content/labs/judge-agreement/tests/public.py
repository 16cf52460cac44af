"""Public checks: what `viva lab check` runs."""

import numpy as np
import reference as ref
from viva_kit import check, close, num


@check("kappa")
def _(sub, rng):
    # Both say yes to half, and agree on three of four: half of that is chance.
    a, b = np.array([1, 1, 0, 0]), np.array([1, 1, 0, 1])
    close(num(sub.kappa(a, b, 2, "none"), "kappa"), 0.5, "kappa of [1, 1, 0, 0] and [1, 1, 0, 1]")
    for n, k in [(30, 2), (60, 4)]:
        a, b = ref.two_raters(rng, n, k)
        a[:2], b[:2] = [0, 1], [0, 0]
        got = num(sub.kappa(a, b, k, "none"), "kappa")
        close(got, ref.kappa(a, b, "none"), f"kappa of {a.tolist()} and {b.tolist()}")
