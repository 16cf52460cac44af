"""Public checks: what `viva lab check` runs."""

import reference as ref
from viva_kit import check, close


@check("trajectory")
def _(sub, rng):
    for d in (2, 5):
        H, b, x0 = ref.hessian(rng, d), rng.normal(size=d), rng.normal(size=d)
        close(sub.descend(H, b, x0, 0.2, 15), ref.iterates(H, b, x0, 0.2, 15), "the iterates")
