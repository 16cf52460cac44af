"""Public checks: what `viva lab check` runs."""

import numpy as np
import reference as ref
from viva_kit import check, close, grad_check, items


@check("affine")
def _(sub, rng):
    x, W, b = rng.normal(size=(4, 3)), rng.normal(size=(3, 5)), rng.normal(size=5)
    close(sub.affine(x, W, b), ref.affine(x, W, b), "affine")
    dy = rng.normal(size=(4, 5))
    dx, dW, db = items(sub.affine_backward(dy, x, W), 3, "affine_backward")
    grad_check(lambda z: float((ref.affine(z, W, b) * dy).sum()), x, dx, "dx", rng=rng)
    grad_check(lambda z: float((ref.affine(x, z, b) * dy).sum()), W, dW, "dW", rng=rng)
    grad_check(lambda z: float((ref.affine(x, W, z) * dy).sum()), b, db, "db", rng=rng)


@check("relu")
def _(sub, rng):
    x, dy = rng.normal(size=(4, 6)), rng.normal(size=(4, 6))
    x = np.where(np.abs(x) < 0.01, 0.5, x)  # away from the corner, where differences mislead
    close(sub.relu(x), ref.relu(x), "relu")
    dx = sub.relu_backward(dy, x)
    grad_check(lambda z: float((ref.relu(z) * dy).sum()), x, dx, "dx", rng=rng, n=24)
