"""Public checks: what `viva lab check` runs."""

import numpy as np
import reference as ref
from viva_kit import check, close, num


@check("distances")
def _(sub, rng):
    close(num(sub.ks(np.array([1.0, 2, 3, 4]), np.array([3.0, 4, 5, 6])), "ks"), 0.5, "ks of 1..4 and 3..6")
    for move in (0.0, 0.7):
        old, new = rng.normal(size=400), rng.normal(size=150) + move
        close(num(sub.psi(old, new, 10), "psi"), ref.psi(old, new, 10), f"psi, the mean moved by {move:g}")
        close(num(sub.ks(old, new), "ks"), ref.ks(old, new), f"ks, the mean moved by {move:g}")
