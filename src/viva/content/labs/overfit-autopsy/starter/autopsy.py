import numpy as np
from given import accuracy, begin, gradients, loss, variants

RATE, DECAY, BATCH = 0.3, 1e-4, 40


def make_sets(X: np.ndarray, y: np.ndarray, seed: int) -> dict:
    """Rows to train on, to choose by, and to report on."""
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
    """Says when a loss has stopped getting better."""

    def __init__(self, patience: int) -> None:
        self.patience = patience
        self.last = np.inf
        self.worse = 0

    def update(self, value: float) -> bool:
        """Take the next epoch's loss; whether to stop."""
        self.worse += value >= self.last
        self.last = value
        return self.worse > self.patience


def step(params: dict, grads: dict, rate: float, decay: float) -> dict:
    """The parameters after a step down the gradient, with weight decay."""
    return {name: value - rate * (grads[name] + decay * value) for name, value in params.items()}


def fit(train: tuple, val: tuple, seed: int, epochs: int = 60, patience: int = 6) -> dict:
    """Train until `val` stops getting better."""
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
    """Split, train, report."""
    sets = make_sets(X, y, seed)
    found = fit(sets["train"], sets["test"], seed)
    return {
        "accuracy": accuracy(found["params"], *sets["test"]),
        "best_epoch": found["best_epoch"],
        "params": found["params"],
        "test_rows": sets["test_rows"],
    }


def control(X: np.ndarray, y: np.ndarray, seed: int, repeats: int = 3) -> float:
    """Mean accuracy of `run` on labels that say nothing: should be that of guessing."""
    rng = np.random.default_rng(seed)
    scores = []
    for i in range(repeats):
        order = rng.permutation(len(y))
        scores.append(run(X[order], y[order], seed + i)["accuracy"])
    return float(np.mean(scores))
