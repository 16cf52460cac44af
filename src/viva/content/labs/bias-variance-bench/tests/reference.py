"""The reference: seen by the checker alone."""

import numpy as np


def truth(rng, x):
    """A smooth function with one to two waves."""
    waves, phase = rng.uniform(1.0, 1.6), rng.uniform(0, 1)
    return np.sin(2 * np.pi * (waves * x + phase)) + rng.uniform(-1, 1) * x


def hat(x, degree):
    """The matrix of the least-squares polynomial: predictions are hat @ y."""
    q, _ = np.linalg.qr(np.polynomial.legendre.legvander(2 * x - 1, degree))
    return q @ q.T


def terms(S, f, sd):
    return float(((S @ f - f) ** 2).mean()), float(sd**2 * (S**2).sum() / len(f))


def risk(x, f, sd, degree):
    return sum(terms(hat(x, degree), f, sd))
