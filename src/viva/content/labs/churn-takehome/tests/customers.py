"""The customers and why they leave: seen by the checker alone."""

import numpy as np

COLUMNS = (
    "tenure",
    "spend",
    "tickets",
    "late",
    "plan",
    "yearly",
    "discount_months",
    "usage_trend",
    "age",
    "region",
    "retention_call",
    "invoices",
)
AFTERWARDS = ("retention_call", "invoices")


def draw(rng, n, *, drift=0.0, known_after=True):
    """Columns, who leaves, and the true chance. `drift` moves the features, never the reasons."""
    plan = (rng.random(n) < 0.35).astype(float)
    yearly = (rng.random(n) < 0.35 + 0.2 * plan).astype(float)
    c = {
        "tenure": np.round(rng.gamma(2, 12 - 3 * drift, n)),
        "spend": np.round(rng.normal(32 + 14 * plan + 6 * drift, 9, n), 2),
        "tickets": rng.poisson(0.8 + 0.5 * drift, n).astype(float),
        "late": rng.poisson(0.5, n).astype(float),
        "plan": plan,
        "yearly": yearly,
        "discount_months": rng.integers(0, 13, n) * (rng.random(n) < 0.6).astype(float),
        "usage_trend": np.round(rng.normal(-0.02 - 0.1 * drift, 0.3, n), 3),
        "age": np.round(rng.normal(46, 14, n)).clip(18, 95),
        "region": rng.integers(0, 7 + (drift > 0), n).astype(float),
    }
    z = -1.9 - 0.04 * c["tenure"] + 0.03 * (c["spend"] - 36) + 0.65 * np.minimum(c["tickets"], 4)
    z = z + 0.35 * c["late"] - 1.3 * yearly + 0.5 * plan + 1.1 * (c["discount_months"] == 1)
    z = z + 1.2 * (c["usage_trend"] < -0.25)
    p = 1 / (1 + np.exp(-z))
    y = (rng.random(n) < p).astype(float)
    c["age"][rng.random(n) < 0.1] = np.nan
    called = rng.random(n) < np.where(y == 1, 0.75, 0.03)
    sent = np.where(y == 1, rng.integers(0, 3, n), 3 - (rng.random(n) < 0.04))
    c["retention_call"] = called.astype(float) if known_after else np.zeros(n)
    c["invoices"] = sent.astype(float) if known_after else np.zeros(n)
    return c, y, p


def log_loss(y, p):
    """Mean log loss, in nats."""
    p = np.clip(p, 1e-9, 1 - 1e-9)
    return float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean())
