"""Generated people: seen by the checker alone."""

import numpy as np


def draw(rng, n, base, tpr, fpr=0.2):
    """Outcomes and flags of `n` people of one group, at least one of each outcome."""
    y = (rng.random(n) < base).astype(int)
    y[:2] = 0, 1
    flagged = np.where(y == 1, rng.random(n) < tpr, rng.random(n) < fpr).astype(int)
    return y, flagged


def scored(rng, n):
    """Outcomes, scores and groups, where one group's positives score lower."""
    group = rng.choice(["a", "b", "c"], size=n, p=[0.4, 0.3, 0.3])
    y = (rng.random(n) < np.select([group == "a", group == "b"], [0.55, 0.2], 0.35)).astype(int)
    shift = np.select([group == "a", group == "b"], [0.4, -0.6], 0.0)
    return y, 1 / (1 + np.exp(-(1.5 * y - 0.7 + shift + rng.normal(size=n)))), group
