"""Hidden checks: what `viva lab submit` runs besides the public ones."""

import numpy as np
import reference as ref
from viva_kit import Fail, arr, check, close, grad_check, items, shares


@check("softmax-stable")
def _(sub, rng):
    x = 1e4 * rng.normal(size=(4, 6))
    close(sub.softmax(x), ref.softmax(x), "softmax of large scores")
    q, k, v = rng.normal(size=(2, 3)), rng.normal(size=(4, 3)), rng.normal(size=(4, 5))
    mask = np.ones((2, 4), bool)
    mask[0] = False
    close(sub.attention(q, k, v, mask), ref.attention(q, k, v, mask), "a row with no key allowed")


@check("attention-mask")
def _(sub, rng):
    t, d = 6, 4
    q, k, v = (rng.normal(size=(2, t, d)) for _ in range(3))
    mask = np.tril(np.ones((t, t), bool))
    want = ref.attention(q, k, v, mask)
    close(sub.attention(q, k, v, mask), want, "causal attention")
    k[:, -1], v[:, -1] = 99.0, -99.0
    changed = arr(sub.attention(q, k, v, mask), want.shape, "causal attention, changed at the end")
    if not np.allclose(changed[:, :-1], want[:, :-1]):
        raise Fail("a change at the last position changes outputs before it")


@check("attention-properties")
def _(sub, rng):
    q, k, v = rng.normal(size=(3, 4)), rng.normal(size=(6, 4)), rng.normal(size=(6, 2))
    want = ref.attention(q, k, v)
    order = rng.permutation(6)
    close(sub.attention(q, k[order], v[order]), want, "keys and values permuted together")
    level = np.full((6, 2), 3.5)
    close(sub.attention(q, k, level), np.full((3, 2), 3.5), "attention over one constant value")


@check("backward-numeric")
def _(sub, rng):
    q, k, v = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 5, 4)), rng.normal(size=(2, 5, 3))
    dout = rng.normal(size=(2, 3, 3))
    dq, dk, dv = items(sub.attention_backward(q, k, v, dout), 3, "attention_backward")

    def loss(q, k, v):
        return float((ref.attention(q, k, v) * dout).sum())

    shares(
        [
            ("", lambda: grad_check(lambda z: loss(z, k, v), q, dq, "dq", rng=rng)),
            ("", lambda: grad_check(lambda z: loss(q, z, v), k, dk, "dk", rng=rng)),
            ("", lambda: grad_check(lambda z: loss(q, k, z), v, dv, "dv", rng=rng)),
        ]
    )


@check("scale-once")
def _(sub, rng):
    q, k, v = 2 * rng.normal(size=(3, 16)), rng.normal(size=(9, 16)), rng.normal(size=(9, 2))
    close(sub.attention(q, k, v), ref.attention(q, k, v), "attention with d = 16, Tk = 9, dv = 2")


@check("speed")
def _(sub, rng):
    q, k, v = (rng.normal(size=(8, 4, 128, 32)) for _ in range(3))
    want = ref.attention(q, k, v)
    close(sub.attention(q, k, v), want, "attention of shape (8, 4, 128, 32)", rtol=1e-5, atol=1e-7)
