"""Right answers and generated data: seen by the checker alone."""

import itertools

import numpy as np


def distances(A, B):
    return ((A[:, None] - B) ** 2).sum(-1)


def knn(X, y, queries, k):
    out = []
    for row in np.argsort(distances(queries, X), axis=1)[:, :k]:
        votes = np.bincount(y[row])
        out.append(next(y[i] for i in row if votes[y[i]] == votes.max()))
    return np.array(out)


def objective(X, centres):
    return float(distances(X, centres).min(1).sum())


def kmeans(X, k, rng, runs=10):
    best = np.inf
    for _ in range(runs):
        centres = X[[rng.integers(len(X))]]
        while len(centres) < k:
            d = distances(X, centres).min(1)
            centres = np.vstack([centres, X[rng.choice(len(X), p=d / d.sum())]])
        for _ in range(60):
            near = distances(X, centres).argmin(1)
            moved = [X[near == j].mean(0) if np.any(near == j) else centres[j] for j in range(k)]
            if np.allclose(moved, centres):
                break
            centres = np.array(moved)
        best = min(best, objective(X, centres))
    return best


def agreement(clusters, classes):
    k = max(clusters.max(), classes.max()) + 1
    names = (np.array(p) for p in itertools.permutations(range(k)))
    return max(float((p[clusters] == classes).mean()) for p in names)


def blobs(rng, n, k):
    """Blobs apart, so that the best clustering is well ahead of the others; rows come blob by blob."""
    cells = rng.permutation(16)[:k]
    centres = 6.0 * np.c_[cells // 4, cells % 4] + rng.uniform(-1, 1, size=(k, 2))
    scale = rng.uniform(0.6, 1.2, size=k)
    which = np.sort(np.arange(n) % k)
    return centres[which] + scale[which, None] * rng.normal(size=(n, 2))


def bands(rng, n):
    """Two spiral bands: which one a point lies on, few of the nearest labels tell."""
    y = rng.integers(0, 2, n)
    t = rng.uniform(0.25, 1.0, n)
    angle = 2.2 * np.pi * t + np.pi * y
    X = (2.2 * t)[:, None] * np.c_[np.cos(angle), np.sin(angle)]
    return X + rng.normal(scale=0.08, size=(n, 2)), y


def ucb1_regret(means, rounds, rng):
    """Mean regret of UCB1 on bandits with `means` (n_bandits, n_arms)."""
    n_bandits, n_arms = means.shape
    rows = np.arange(n_bandits)
    tried, paid, regret = np.zeros(means.shape), np.zeros(means.shape), 0.0
    for t in range(rounds):
        if t < n_arms:
            arms = np.full(n_bandits, t)
        else:
            arms = (paid / tried + np.sqrt(2 * np.log(t + 1) / tried)).argmax(1)
        tried[rows, arms] += 1
        paid[rows, arms] += rng.random(n_bandits) < means[rows, arms]
        regret += (means.max(1) - means[rows, arms]).mean()
    return regret
