import numpy as np
from model import accuracy


def pairs(tests, n):
    everything = np.arange(n)
    return [(np.setdiff1d(everything, test), np.sort(test)) for test in tests]


def refuse(n, k, what):
    if k < 2 or k > n:
        raise ValueError(f"{k} folds of {n} {what}")


def kfold(n, k, seed):
    refuse(n, k, "rows")
    return pairs(np.array_split(np.random.default_rng(seed).permutation(n), k), n)


def stratified(y, k, seed):
    refuse(len(y), k, "rows")
    rows = np.argsort(y, kind="stable")
    return pairs(np.array_split(rows, k), len(y))


def grouped(groups, k):
    labels, sizes = np.unique(groups, return_counts=True)
    refuse(len(labels), k, "groups")
    fold_of, load = {}, np.zeros(k)
    for at in np.argsort(-sizes, kind="stable"):
        smallest = int(load.argmin())
        fold_of[labels[at]] = smallest
        load[smallest] += sizes[at]
    folds = np.array([fold_of[label] for label in groups])
    return pairs([np.flatnonzero(folds == fold) for fold in range(k)], len(groups))


def time_series(n, k, gap):
    refuse(n, k, "rows")
    m = n // (k + 1)
    starts = [n - (k - fold) * m for fold in range(k)]
    return [(np.arange(max(0, start - gap)), np.arange(start, start + m)) for start in starts]


def score(X, y, split, setting):
    return np.mean([accuracy(X[a], y[a], X[b], y[b], setting) for a, b in split])


def nested_cv(X, y, settings, k_outer, k_inner, seed):
    found = []
    for train, test in kfold(len(y), k_outer, seed):
        inner = kfold(len(train), k_inner, seed + 1)
        best = max(settings, key=lambda s: score(X[train], y[train], inner, s))
        found.append(accuracy(X[train], y[train], X[test], y[test], best))
    return float(np.mean(found))
