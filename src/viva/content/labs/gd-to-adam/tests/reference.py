"""The reference: seen by the checker alone."""

import numpy as np


def hessian(rng, d, low=0.5, high=4.0):
    """A random symmetric matrix with eigenvalues from `low` to `high`."""
    q, _ = np.linalg.qr(rng.normal(size=(d, d)))
    eigenvalues = np.linspace(low, high, d)
    return q @ np.diag(eigenvalues) @ q.T


def iterates(H, b, x0, lr, steps):
    """Closed form: the distance to the minimum shrinks by (I - lr H) a step."""
    best = np.linalg.solve(H, b)
    shrink = np.eye(len(b)) - lr * H
    return np.array([best + np.linalg.matrix_power(shrink, t) @ (x0 - best) for t in range(steps + 1)])


def momentum(x, gradients, lr, beta):
    trace, v = [], np.zeros_like(x)
    for g in gradients:
        v = beta * v + g
        x = x - lr * v
        trace.append(x)
    return trace


def adam(x, gradients, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    trace, m, v = [], np.zeros_like(x), np.zeros_like(x)
    for t, g in enumerate(gradients, 1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        x = x - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
        trace.append(x)
    return trace
