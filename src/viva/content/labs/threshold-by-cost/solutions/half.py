import numpy as np


def pr_curve(y, s):
    order = np.argsort(-s, kind="stable")
    y, s = np.asarray(y)[order], np.asarray(s)[order]
    last = np.append(s[1:] != s[:-1], True)
    tp = np.cumsum(y)[last]
    n = np.arange(1, len(y) + 1)[last]
    return s[last], tp / n, tp / y.sum()


def f_beta(precision, recall, beta):
    bottom = beta**2 * precision + recall
    return 0.0 if bottom == 0 else (1 + beta**2) * precision * recall / bottom


def average_precision(y, s):
    _, precision, recall = pr_curve(y, s)
    return float(np.sum(np.diff(recall, prepend=0.0) * precision))


def choose_threshold(y, s, cost_fp, cost_fn, capacity=None, prevalence=None):
    return 0.5


def precision_interval(y, s, threshold, seed):
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, len(y), size=(400, len(y)))
    flagged = s[rows] >= threshold
    hits = (flagged & (y[rows] == 1)).sum(1)
    precision = hits / np.maximum(flagged.sum(1), 1)
    low, high = np.quantile(precision, [0.025, 0.975])
    return float(low), float(high)
