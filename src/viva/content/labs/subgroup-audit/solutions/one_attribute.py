import numpy as np


def share(values):
    return float(values.mean()) if len(values) else None


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
    worst = {}
    for name, values in attributes.items():
        rate = {}
        for value in np.unique(values):
            mine = (values == value) & (y == 1)
            if mine.sum() >= min_positives:
                rate[str(value)] = flagged[mine].mean()
        worst[name] = min(rate, key=rate.get)
    return worst


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
