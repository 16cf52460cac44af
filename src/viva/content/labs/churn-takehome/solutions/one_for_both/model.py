"""Whom to call before they leave."""

import tomllib
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
NUMBERS = ("tenure", "spend", "tickets", "late", "discount_months", "usage_trend", "age")
CODES = ("plan", "yearly")
BINS = 6


def report() -> dict:
    """What report.toml says. Leave it as it is."""
    return tomllib.loads((HERE / "report.toml").read_text("utf-8"))


def load() -> dict[str, np.ndarray]:
    """train.csv as a dict of columns; empty cells are NaN."""
    names = (HERE / "train.csv").read_text("utf-8").split("\n", 1)[0].split(",")
    table = np.genfromtxt(HERE / "train.csv", delimiter=",", skip_header=1)
    return dict(zip(names, table.T, strict=True))


def cuts(column):
    known = column[~np.isnan(column)]
    return np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1]))


def design(data, edges):
    """One column for each bin of each number; a missing value falls into no bin."""
    parts = [np.ones((len(data["plan"]), 1))]
    for name in NUMBERS:
        bins = np.searchsorted(edges[name], data[name], side="left")
        bins = np.where(np.isnan(data[name]), -1, bins)
        parts.append((bins[:, None] == np.arange(1, len(edges[name]) + 1)).astype(float))
    parts.append((data["discount_months"] == 1).astype(float)[:, None])
    parts.append(np.stack([data[name] for name in CODES], 1))
    return np.hstack(parts)


def fit_predict(train: dict[str, np.ndarray], test: dict[str, np.ndarray]) -> np.ndarray:
    """The chance that each customer of `test` leaves; `train` also has `churn`."""
    edges = {name: cuts(train[name]) for name in NUMBERS}
    x, y = design(train, edges), train["churn"]
    w, ridge = np.zeros(x.shape[1]), 1.0
    for _ in range(12):
        p = 1 / (1 + np.exp(-x @ w))
        curve = (x * (p * (1 - p))[:, None]).T @ x + ridge * np.eye(len(w))
        w -= np.linalg.solve(curve, x.T @ (p - y) + ridge * w)
    return 1 / (1 + np.exp(-design(test, edges) @ w))


def bill(y, called, miss, call):
    return float(miss * np.sum((y == 1) & ~called) + call * np.sum(called & (y == 0)))


def cheapest(y, p, miss, call):
    """Every score as a threshold, all costs at once."""
    order = np.argsort(-p)
    y, p = y[order], p[order]
    costs = np.r_[0, np.cumsum(call * (1 - y) - miss * y)]
    last = np.r_[True, p[1:] != p[:-1], True]
    k = np.flatnonzero(last)[costs[last].argmin()]
    return 2.0 if k == 0 else float(p[k - 1])


def choose_thresholds(
    y: np.ndarray, p: np.ndarray, plan: np.ndarray, miss: float, call: float, max_gap: float
) -> tuple[float, float]:
    """For each plan the score from which on a customer is called."""
    cut = cheapest(y, p, miss, call)
    return cut, cut
    groups = [plan == k for k in (0, 1)]
    free = tuple(cheapest(y[g], p[g], miss, call) for g in groups)
    recalls = [np.mean(p[g & (y == 1)] >= t) for g, t in zip(groups, free, strict=True)]
    if abs(recalls[0] - recalls[1]) <= max_gap:
        return free
    best = None
    for recall in np.linspace(0.02, 0.98, 49):
        for lean in (0, 0.4 * max_gap, -0.4 * max_gap):
            share = np.clip([1 - recall - lean, 1 - recall + lean], 0, 1)
            pair = tuple(float(np.quantile(p[g & (y == 1)], s)) for g, s in zip(groups, share, strict=True))
            cost = sum(bill(y[g], p[g] >= t, miss, call) for g, t in zip(groups, pair, strict=True))
            if best is None or cost < best[0]:
                best = cost, pair
    return best[1]


def log_loss(y, p):
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))


def audit(
    y: np.ndarray, p: np.ndarray, plan: np.ndarray, thresholds: tuple[float, float], miss: float, call: float
) -> dict[str, float]:
    """base_log_loss, log_loss, over, cost, recall_0 and recall_1."""
    called = p >= np.where(plan == 1, thresholds[1], thresholds[0])
    return {
        "base_log_loss": log_loss(y, np.full(len(y), y.mean())),
        "log_loss": log_loss(y, p),
        "over": float(p.mean() - y.mean()),
        "cost": bill(y, called, miss, call) / len(y),
        "recall_0": float(called[(plan == 0) & (y == 1)].mean()),
        "recall_1": float(called[(plan == 1) & (y == 1)].mean()),
    }
