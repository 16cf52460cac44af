"""Measures and generated data: seen by the checker alone."""

import numpy as np


def auc(y, scores):
    """The chance that a one scores above a zero, ties counted half."""
    ones, zeros = scores[y == 1][:, None], scores[y == 0]
    return float((ones > zeros).mean() + 0.5 * (ones == zeros).mean())


def coin(rng, n):
    """Labels by the toss of a coin, as many ones as zeros."""
    return rng.permutation(np.arange(n) % 2).astype(float)


def wide(rng, signal):
    """More columns than rows, each row on its own."""
    X, y = rng.normal(size=(120, 900)), coin(rng, 120)
    X[:, rng.integers(0, 900, 3)] += signal * (2 * y - 1)[:, None]
    return X, np.zeros(120, dtype=int), y, np.arange(120)


def shops(rng, signal):
    """Many small shops, which differ in their rates if `signal`."""
    shop = rng.integers(0, 60, 180)
    y = coin(rng, 180)
    if signal:
        shop = np.where(y == 1, rng.integers(0, 40, 180), rng.integers(20, 60, 180))
    return rng.normal(size=(180, 12)), shop, y, np.arange(180)


def families(rng, signal):
    """Rows of a group are nearly alike, label included. For a model of all 30 columns."""
    groups = rng.permutation(np.repeat(np.arange(40), 6))
    label, centre = coin(rng, 40), rng.normal(size=(40, 30))
    centre[:, :3] += signal * (2 * label - 1)[:, None]
    return centre[groups] + 0.05 * rng.normal(size=(240, 30)), np.zeros(240, int), label[groups], groups


def roomy(rng):
    """Few columns, big shops, rows on their own: next to nothing could leak."""
    shop, X = rng.integers(0, 4, 300), rng.normal(size=(300, 12))
    drive = X[:, 3] - X[:, 7] + np.array([-1.5, 0.0, 0.0, 1.5])[shop] + 1.2 * rng.normal(size=300)
    return X, shop, (drive > 0).astype(float), np.arange(300)


def pipeline(X, shop, y, groups, rng, k=5, m=10):
    """Scores without a leak: folds of whole groups, everything learnt from the other folds."""
    side, scores = rng.permutation(np.arange(groups.max() + 1) % k)[groups], np.zeros(len(y))
    for fold in range(k):
        train, rate = side != fold, y[side != fold].mean()
        drawn = np.array([[(shop[train] == s).sum(), y[train][shop[train] == s].sum()] for s in shop])
        encoded = (drawn[:, 1] + 5 * rate) / (drawn[:, 0] + 5)
        A = X[train] - X[train].mean(0)
        strength = np.abs(A.T @ (y[train] - rate)) / np.sqrt((A**2).sum(0))
        Z = np.column_stack([X[:, np.argsort(strength)[-m:]], encoded])
        Z = (Z - Z[train].mean(0)) / (Z[train].std(0) + 1e-9)
        w = np.linalg.solve(Z[train].T @ Z[train] + 10 * np.eye(m + 1), Z[train].T @ (y[train] - rate))
        scores[~train] = Z[~train] @ w
    return scores


def fold_scores(X, y, test):
    """Scores of one fold's rows by what the others teach, by all columns, the shop being the same for all."""
    train = np.setdiff1d(np.arange(len(y)), test)
    Z = (X - X[train].mean(0)) / X[train].std(0)
    A, t = Z[train], y[train] - y[train].mean()
    return Z[test] @ np.linalg.solve(A.T @ A + 10 * np.eye(X.shape[1]), A.T @ t)
