import numpy as np


def disagreement(k, weights):
    gap = np.abs(np.subtract.outer(np.arange(k), np.arange(k)))
    return {"none": (gap > 0).astype(float), "linear": gap, "quadratic": gap**2}[weights]


def kappa(a, b, k, weights):
    table = np.zeros((k, k))
    np.add.at(table, (a, b), 1)
    table /= table.sum()
    cost = disagreement(k, weights)
    chance = (cost * np.outer(table.sum(1), table.sum(0))).sum()
    if chance == 0:
        return 0.0
    return float(1 - (cost * table).sum() / chance)


def alpha(ratings, level):
    columns = [column[~np.isnan(column)] for column in ratings.T]
    columns = [column for column in columns if len(column) > 1]
    if not columns:
        return None

    def apart(values):
        gap = np.subtract.outer(values, values)
        return float((gap != 0).sum() if level == "nominal" else (gap**2).sum())

    pooled = np.concatenate(columns)
    n = len(pooled)
    chance = apart(pooled) / (n * (n - 1))
    if chance == 0:
        return None
    found = sum(apart(column) / (len(column) - 1) for column in columns) / n
    return float(1 - found / chance)


def order_bias(ab, ba):
    def first(said, own):
        return 0.5 if said == "tie" else float(said == own)

    liked = [first(said, "A") for said in ab] + [first(said, "B") for said in ba]
    kept = [one == other for one, other in zip(ab, ba, strict=True)]
    return {"bias": float(np.mean(liked) - 0.5), "consistent": float(np.mean(kept))}


def length_bias(score, quality, length):
    A = np.column_stack([np.ones(len(score)), quality, np.log2(length)])
    return float(np.linalg.lstsq(A, score, rcond=None)[0][2])


def win_interval(win, prompt, seed):
    _, number = np.unique(prompt, return_inverse=True)
    wins, sizes = np.bincount(number, weights=win), np.bincount(number)
    k, rate = len(sizes), win.mean()
    # The rate is a ratio of sums over prompts: what each prompt adds to its error is independent.
    spread = np.sqrt(k / (k - 1) * ((wins - rate * sizes) ** 2).sum()) / len(win)
    return float(rate - 2 * spread), float(rate + 2 * spread)


def within(interval, bound):
    return -bound <= interval[0] and interval[1] <= bound


def uses(facts):
    if facts["kappa"][0] < facts["people"] - 0.15 or not within(facts["length_bias"], 0.05):
        return []
    return ["rank", "single"] if within(facts["order_bias"], 0.05) else ["rank"]
