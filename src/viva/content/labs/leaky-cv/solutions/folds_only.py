import numpy as np


def make_folds(n: int, groups: np.ndarray, k: int, seed: int) -> list[np.ndarray]:
    names = np.random.default_rng(seed).permutation(np.unique(groups))
    return [np.flatnonzero(np.isin(groups, part)) for part in np.array_split(names, k)]


def best_columns(X: np.ndarray, y: np.ndarray, m: int) -> np.ndarray:
    Xc, yc = X - X.mean(0), y - y.mean()
    strength = np.abs(Xc.T @ yc) / (np.sqrt((Xc**2).sum(0)) + 1e-12)
    return np.argsort(strength)[-m:]


def shop_rates(shop: np.ndarray, y: np.ndarray) -> dict[int, float]:
    rate = y.mean()
    return {int(s): float((y[shop == s].sum() + 5 * rate) / ((shop == s).sum() + 5)) for s in np.unique(shop)}


def ridge(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.linalg.solve(X.T @ X + 10 * np.eye(X.shape[1]), X.T @ (y - y.mean()))


def oof_scores(
    X: np.ndarray, shop: np.ndarray, y: np.ndarray, groups: np.ndarray, k: int = 5, m: int = 10, seed: int = 0
) -> np.ndarray:
    rates = shop_rates(shop, y)
    X = np.column_stack([X[:, best_columns(X, y, m)], [rates[int(s)] for s in shop]])
    X = (X - X.mean(0)) / (X.std(0) + 1e-9)
    scores = np.zeros(len(y))
    for test in make_folds(len(y), groups, k, seed):
        train = np.setdiff1d(np.arange(len(y)), test)
        scores[test] = X[test] @ ridge(X[train], y[train])
    return scores
