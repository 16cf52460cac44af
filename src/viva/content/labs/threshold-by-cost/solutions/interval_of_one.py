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
    share = y.mean() if prevalence is None else prevalence
    best, least = s.max() + 1.0, share * cost_fn
    for t in np.unique(s):
        flagged = s >= t
        if capacity is not None and flagged.sum() > capacity:
            continue
        fnr = (~flagged & (y == 1)).sum() / y.sum()
        fpr = (flagged & (y == 0)).sum() / (len(y) - y.sum())
        cost = share * fnr * cost_fn + (1 - share) * fpr * cost_fp
        if cost < least:
            best, least = t, cost
    return float(best)


def precision_interval(y, s, threshold, seed):
    hits = y[s >= threshold]
    p, sd = hits.mean(), hits.std()
    return float(p - 1.96 * sd), float(p + 1.96 * sd)
