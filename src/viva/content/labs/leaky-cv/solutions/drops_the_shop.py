import numpy as np


def make_folds(n, groups, k, seed):
    names = np.random.default_rng(seed).permutation(np.unique(groups))
    return [np.flatnonzero(np.isin(groups, part)) for part in np.array_split(names, k)]


def best_columns(X, y, m):
    Xc, yc = X - X.mean(0), y - y.mean()
    strength = np.abs(Xc.T @ yc) / (np.sqrt((Xc**2).sum(0)) + 1e-12)
    return np.argsort(strength)[-m:]


def shop_rates(shop, y):
    rate = y.mean()
    return {int(s): float((y[shop == s].sum() + 5 * rate) / ((shop == s).sum() + 5)) for s in np.unique(shop)}


def ridge(X, y):
    return np.linalg.solve(X.T @ X + 10 * np.eye(X.shape[1]), X.T @ (y - y.mean()))


def oof_scores(X, shop, y, groups, k=5, m=10, seed=0):
    scores = np.zeros(len(y))
    for test in make_folds(len(y), groups, k, seed):
        train = np.setdiff1d(np.arange(len(y)), test)
        columns = best_columns(X[train], y[train], m)
        Z = X[:, columns]
        Z = (Z - Z[train].mean(0)) / (Z[train].std(0) + 1e-9)
        scores[test] = Z[test] @ ridge(Z[train], y[train])
    return scores
