import numpy as np
from given import accuracy, begin, gradients, loss, variants

RATE, DECAY, BATCH = 0.3, 1e-4, 40


def make_sets(X, y, seed):
    X, y = variants(X, y)
    order = np.random.default_rng(seed).permutation(len(y))
    fifth = len(y) // 5
    test, val, train = order[:fifth], order[fifth : 2 * fifth], order[2 * fifth :]
    return {
        "train": (X[train], y[train]),
        "val": (X[val], y[val]),
        "test": (X[test], y[test]),
        "test_rows": np.unique(test % (len(y) // 3)),
    }


class Patience:
    def __init__(self, patience):
        self.patience = patience
        self.best = np.inf
        self.waited = 0

    def update(self, value):
        if value < self.best:
            self.best, self.waited = value, 0
        else:
            self.waited += 1
        return self.waited >= self.patience


def step(params, grads, rate, decay):
    return {
        name: value - rate * (grads[name] + (decay * value if name.startswith("W") else 0))
        for name, value in params.items()
    }


def fit(train, val, seed, epochs=60, patience=6):
    X, y = train
    rng, params, stop = np.random.default_rng(seed), begin(seed), Patience(patience)
    best, history = params, []
    for _ in range(epochs):
        order = rng.permutation(len(y))
        for rows in np.array_split(order, max(1, len(y) // BATCH)):
            params = step(params, gradients(params, X[rows], y[rows]), RATE, DECAY)
        history.append(loss(params, *val))
        if history[-1] == min(history):
            best = params
        if stop.update(history[-1]):
            break
    return {"params": best, "best_epoch": int(np.argmin(history)), "val_loss": history}


def run(X, y, seed):
    sets = make_sets(X, y, seed)
    found = fit(sets["train"], sets["val"], seed)
    return {
        "accuracy": accuracy(found["params"], *sets["test"]),
        "best_epoch": found["best_epoch"],
        "params": found["params"],
        "test_rows": sets["test_rows"],
    }


def control(X, y, seed, repeats=3):
    rng = np.random.default_rng(seed)
    scores = [run(X, rng.permutation(y), seed + i)["accuracy"] for i in range(repeats)]
    return float(np.mean(scores))
