"""Right answers and generated streams: seen by the checker alone."""

import numpy as np

ROWS = 80


def psi(reference, current, bins):
    cuts = sorted({float(np.quantile(reference, i / bins)) for i in range(1, bins)})
    total = 0.0
    for low, high in zip([-np.inf, *cuts], [*cuts, np.inf], strict=True):
        shares = [
            (((values >= low) & (values < high)).sum() + 0.5) / (len(values) + 0.5 * (len(cuts) + 1))
            for values in (reference, current)
        ]
        total += (shares[1] - shares[0]) * np.log(shares[1] / shares[0])
    return total


def ks(a, b):
    return max(abs((a <= v).mean() - (b <= v).mean()) for v in np.append(a, b))


class Stream:
    """Weekly rows of features with their own mean, spread and season."""

    def __init__(self, rng, n_features, season=4, swing=0.0):
        self.rng, self.season, self.t = rng, season, 0
        self.mean = rng.normal(scale=20, size=n_features)
        self.spread = rng.uniform(0.5, 10, n_features)
        turn = rng.permuted(np.tile(np.linspace(-1, 1, season), (n_features, 1)), axis=1)
        self.swing = swing * turn.T

    def week(self, feature=None, by=0.0):
        """The next week's rows, with one feature's mean moved by so many standard deviations."""
        z = self.rng.normal(size=(ROWS, len(self.mean))) + self.swing[self.t % self.season]
        if feature is not None:
            z[:, feature] += by
        self.t += 1
        return self.mean + self.spread * z

    def history(self, weeks=48):
        return np.array([self.week() for _ in range(weeks)])


def table(rng, n=3000, weights=(0.6, -0.3, 1.0, 0.2)):
    """Inputs of different sizes, one in fifty missing, and a y linear in them."""
    middle = np.array([5.0, 30.0, 2.0, 100.0])
    X = middle * (1 + 0.2 * rng.normal(size=(n, 4))).clip(0.1)
    y = (X / middle) @ np.array(weights) + 0.1 * rng.normal(size=n)
    X[rng.random(X.shape) < 0.02] = np.nan
    return X, y
