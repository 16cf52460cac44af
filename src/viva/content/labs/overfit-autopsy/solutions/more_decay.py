import numpy as np
from given import accuracy, begin, gradients, loss, variants

RATE, DECAY, BATCH = 0.1, 1e-2, 40


def make_sets(X: np.ndarray, y: np.ndarray, seed: int) -> dict:
    X, y = variants(X, y)
    order = np.random.default_rng(seed).permutation(len(y))
    fifth = len(y) // 5
    test, val, train = order[:fifth], order[fifth : 2 * fifth], order[2 * fifth :]
    return {
        "train": (X[train], y[train]),
        "val": (X[val], y[val]),
        "test": (X[test], y[test]),
        "test_rows": test,
    }


class Patience:
    def __init__(self, patience: int) -> None:
        self.patience = patience
        self.last = np.inf
        self.worse = 0

    def update(self, value: float) -> bool:
        self.worse += value >= self.last
        self.last = value
        return self.worse > self.patience


def step(params: dict, grads: dict, rate: float, decay: float) -> dict:
    return {name: value - rate * (grads[name] + decay * value) for name, value in params.items()}


def fit(train: tuple, val: tuple, seed: int, epochs: int = 60, patience: int = 6) -> dict:
    X, y = train
    rng, params, stop = np.random.default_rng(seed), begin(seed), Patience(patience)
    history = []
    for _ in range(epochs):
        order = rng.permutation(len(y))
        for rows in np.array_split(order, max(1, len(y) // BATCH)):
            params = step(params, gradients(params, X[rows], y[rows]), RATE, DECAY)
        history.append(loss(params, *val))
        if stop.update(history[-1]):
            break
    return {"params": params, "best_epoch": len(history) - 1, "val_loss": history}


def run(X: np.ndarray, y: np.ndarray, seed: int) -> dict:
    sets = make_sets(X, y, seed)
    found = fit(sets["train"], sets["test"], seed)
    return {
        "accuracy": accuracy(found["params"], *sets["test"]),
        "best_epoch": found["best_epoch"],
        "params": found["params"],
        "test_rows": sets["test_rows"],
    }


def control(X: np.ndarray, y: np.ndarray, seed: int, repeats: int = 3) -> float:
    rng = np.random.default_rng(seed)
    scores = []
    for i in range(repeats):
        order = rng.permutation(len(y))
        scores.append(run(X[order], y[order], seed + i)["accuracy"])
    return float(np.mean(scores))
