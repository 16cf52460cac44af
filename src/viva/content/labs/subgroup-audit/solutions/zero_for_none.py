import itertools

import numpy as np


def share(values):
    return float(values.mean()) if len(values) else 0.0


def rates(y, flagged, group):
    found = {}
    for name in np.unique(group):
        mine = group == name
        t, f = y[mine], flagged[mine]
        found[str(name)] = {
            "n": int(mine.sum()),
            "tpr": share(f[t == 1]),
            "fpr": share(f[t == 0]),
            "ppv": share(t[f == 1]),
        }
    return found


def wilson(p, n, z=1.96):
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return middle - half, middle + half


def tpr_gap(y, flagged, group, a, b):
    hits = [flagged[(group == name) & (y == 1)] for name in (a, b)]
    (p, n), (q, m) = ((h.mean(), len(h)) for h in hits)
    (low_p, high_p), (low_q, high_q) = wilson(p, n), wilson(q, m)
    gap = p - q
    low = gap - np.sqrt((p - low_p) ** 2 + (high_q - q) ** 2)
    high = gap + np.sqrt((high_p - p) ** 2 + (q - low_q) ** 2)
    return float(gap), float(low), float(high)


def worst_slice(y, flagged, attributes, min_positives):
    names = list(attributes)
    best = None
    for values in itertools.product(*(np.unique(attributes[name]) for name in names)):
        mine = y == 1
        for name, value in zip(names, values, strict=True):
            mine = mine & (attributes[name] == value)
        if mine.sum() >= max(1, min_positives):
            rate = flagged[mine].mean()
            if best is None or rate < best[0]:
                best = rate, values
    return {name: str(value) for name, value in zip(names, best[1], strict=True)}


def equalise(y, score, group, threshold):
    target = (score[y == 1] >= threshold).mean()
    return {
        str(name): float(np.quantile(score[(y == 1) & (group == name)], 1 - target))
        for name in np.unique(group)
    }


def precision_at(base_rate, tpr, fpr):
    return base_rate * tpr / (base_rate * tpr + (1 - base_rate) * fpr)


def precision_gap(base_a, base_b, tpr, fpr):
    return precision_at(base_a, tpr, fpr) - precision_at(base_b, tpr, fpr)
