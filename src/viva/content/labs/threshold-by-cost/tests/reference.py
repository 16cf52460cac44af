"""The reference: seen by the checker alone."""

import numpy as np


def counts(y, s):
    """Thresholds, and true and false positives at each."""
    thresholds = np.unique(s)[::-1]
    flagged = s[None, :] >= thresholds[:, None]
    return thresholds, (flagged & (y == 1)).sum(1), (flagged & (y == 0)).sum(1)


def pr_curve(y, s):
    thresholds, tp, fp = counts(y, s)
    return thresholds, tp / (tp + fp), tp / (y == 1).sum()


def average_precision(y, s):
    _, precision, recall = pr_curve(y, s)
    return float((np.diff(recall, prepend=0.0) * precision).sum())


def cost(y, s, threshold, cost_fp, cost_fn, prevalence=None):
    """Cost a case when `threshold` is used where `prevalence` of cases are positive."""
    share = (y == 1).mean() if prevalence is None else prevalence
    fpr = (s[y == 0] >= threshold).mean()
    fnr = (s[y == 1] < threshold).mean()
    return float(share * fnr * cost_fn + (1 - share) * fpr * cost_fp)


def candidates(s):
    return [*np.unique(s), s.max() + 1.0]


def draw(rng, n, decimals=None, prevalence=0.2):
    """Outcomes, and scores that lie well off the probabilities: 0.5 is nothing special."""
    y = (rng.random(n) < prevalence).astype(int)
    y[:2] = 0, 1
    s = 1 / (1 + np.exp(-(rng.normal(size=n) + 1.6 * y - rng.uniform(-1.0, 1.5))))
    return y, s if decimals is None else s.round(decimals)
