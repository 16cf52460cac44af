"""Public checks: what `viva lab check` runs."""

import reference as ref
from viva_kit import check, close


@check("softmax-values")
def _(sub, rng):
    for shape in [(5,), (3, 4), (2, 3, 7)]:
        x = 3 * rng.normal(size=shape)
        close(sub.softmax(x), ref.softmax(x), f"softmax of shape {shape}")


@check("attention-values")
def _(sub, rng):
    for lead in [(), (3,), (2, 4)]:
        tq, tk, d, dv = (2, 6, 3, 5) if not lead else rng.permutation([2, 3, 5, 7])
        q, k, v = (rng.normal(size=(*lead, n, m)) for n, m in ((tq, d), (tk, d), (tk, dv)))
        close(sub.attention(q, k, v), ref.attention(q, k, v), f"attention with leading axes {lead}")
