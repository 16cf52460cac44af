"""Right answers and generated ratings: seen by the checker alone."""

import itertools

import numpy as np


def cost(i, j, weights):
    return {"none": float(i != j), "linear": abs(i - j), "quadratic": (i - j) ** 2}[weights]


def kappa(a, b, weights):
    """Pair by pair: the mean cost of the pairs given, against that of all pairs there could be."""
    given = np.mean([cost(i, j, weights) for i, j in zip(a, b, strict=True)])
    chance = np.mean([cost(i, j, weights) for i in a for j in b])
    return 1 - given / chance


def alpha(ratings, level):
    """From the table of coincidences."""
    columns = [[v for v in column if not np.isnan(v)] for column in ratings.T]
    columns = [column for column in columns if len(column) > 1]
    values = sorted({v for column in columns for v in column})
    table = np.zeros((len(values), len(values)))
    for column in columns:
        for v, w in itertools.permutations(column, 2):
            table[values.index(v), values.index(w)] += 1 / (len(column) - 1)
    apart = np.subtract.outer(values, values)
    apart = (apart != 0).astype(float) if level == "nominal" else apart**2
    sums, n = table.sum(0), table.sum()
    return 1 - (n - 1) * (table * apart).sum() / (np.outer(sums, sums) * apart).sum()


def two_raters(rng, n, k, agree=0.5):
    """Ratings where the second copies the first, strays by one, or is free."""
    a = rng.choice(k, size=n, p=rng.dirichlet(np.full(k, 2.0)))
    near = np.clip(a + rng.integers(-1, 2, n), 0, k - 1)
    free = rng.integers(0, k, n)
    how = rng.random(n)
    return a, np.where(how < agree, a, np.where(how < agree + 0.3, near, free))


def compare(rng, n, lead, pull):
    """Verdicts in both orders of a judge that favours A by `lead` and the first place by `pull`."""

    def say(first):
        lean = np.where(first == "A", pull, -pull)
        draw = lead + lean + rng.logistic(size=n)
        return ["tie" if abs(d) < 0.3 else "A" if d > 0 else "B" for d in draw]

    return say("A"), say("B")


def clustered(rng, n_prompts):
    """Wins whose rate differs from prompt to prompt, and the mean rate, which is 0.6."""
    sizes = rng.integers(2, 12, n_prompts)
    rate = np.repeat(rng.beta(0.9, 0.6, n_prompts), sizes)
    prompt = np.repeat(rng.permutation(n_prompts) * 3 + 7, sizes)
    order = rng.permutation(len(prompt))
    return (rng.random(len(prompt)) < rate).astype(float)[order], prompt[order]
