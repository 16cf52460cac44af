"""Scenarios and prices drawn for a run: seen by the checker alone."""

import bill
import numpy as np

NUMBERS = (
    "requests",
    "peak",
    "answer_tokens",
    "knowledge_tokens",
    "retrieved_tokens",
    "changes_per_month",
    "examples",
    "max_age_days",
    "latency_ms",
)
# The starter's own.
SCENARIO = {
    "requests": 400_000,
    "peak": 4.0,
    "question_tokens": 60,
    "answer_tokens": 120,
    "shots_tokens": 700,
    "knowledge_tokens": 90_000,
    "retrieved_tokens": 1_200,
    "changes_per_month": 4.0,
    "changed_share": 0.02,
    "examples": 1_500,
    "example_tokens": 400,
    "egress": True,
    "erase": False,
    "max_age_days": 7.0,
    "latency_ms": 4_000.0,
    "floor": 0.80,
    "pilot": {"prompt": 0.84, "rag": 0.86, "tune": 0.71, "tune+rag": 0.88},
}
PRICES = {
    "in": 2.5,
    "cached": 0.25,
    "out": 10.0,
    "tuned_in": 0.4,
    "tuned_out": 1.6,
    "training": 3.0,
    "epochs": 3,
    "tuned_hosting": 150.0,
    "index": 60.0,
    "embed": 0.1,
    "evaluation": 80.0,
    "day": 600.0,
    "review_days": 1.5,
    "ops_days": 4.0,
    "gpu": 1_100.0,
    "gpu_tokens_per_second": 2_500.0,
    "window": 128_000,
    "least_examples": 500,
    "training_days": 5.0,
    "retrieve_ms": 80.0,
    "read_ms": 0.02,
    "start_ms": {"large": 300.0, "tuned": 150.0, "own": 60.0},
    "write_ms": {"large": 20.0, "tuned": 9.0, "own": 12.0},
}


def between(rng, low, high):
    """A number between two, evenly on a logarithmic scale."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def prices(rng):
    """Prices, speeds and limits around those of the starter."""
    drawn = {}
    for name, value in PRICES.items():
        if isinstance(value, dict):
            drawn[name] = {model: ms * between(rng, 0.8, 1.25) for model, ms in value.items()}
        else:
            drawn[name] = value * between(rng, 0.7, 1.4)
    return drawn | {"epochs": int(rng.integers(2, 5))}


def scenario(rng):
    """One scenario, of any kind."""
    return {
        "requests": between(rng, 5e3, 2e7),
        "peak": float(rng.uniform(2, 8)),
        "question_tokens": int(rng.integers(20, 200)),
        "answer_tokens": int(between(rng, 5, 400)),
        "shots_tokens": int(rng.integers(100, 1500)),
        "knowledge_tokens": int(between(rng, 3e3, 3e6)),
        "retrieved_tokens": int(rng.integers(500, 2500)),
        "changes_per_month": between(rng, 0.05, 20),
        "changed_share": float(rng.uniform(0.01, 0.2)),
        "examples": int(between(rng, 100, 20_000)),
        "example_tokens": int(rng.integers(100, 800)),
        "egress": bool(rng.random() < 0.75),
        "erase": bool(rng.random() < 0.3),
        "max_age_days": between(rng, 1, 60),
        "latency_ms": between(rng, 150, 10_000),
        "floor": 0.80,
        "pilot": {
            "prompt": float(rng.uniform(0.76, 0.88)),
            "rag": float(rng.uniform(0.76, 0.90)),
            "tune": float(rng.uniform(0.68, 0.88)),
            "tune+rag": float(rng.uniform(0.78, 0.92)),
        },
    }


def clear(rng, p, n):
    """`n` scenarios whose cheapest open option costs 5 % less than the next, no two alike in choice
    more often than n / 3 times."""
    found, seen = [], {}
    while len(found) < n:
        s = scenario(rng)
        costs = sorted((bill.monthly_cost(option, s, p), option) for option in bill.left(s, p))
        if len(costs) < 2 or costs[1][0] < 1.05 * costs[0][0]:
            continue
        if seen.get(costs[0][1], 0) < max(1, n / 3):
            seen[costs[0][1]] = seen.get(costs[0][1], 0) + 1
            found.append(s)
    return found


def closed(rng, p):
    """A scenario that rules out everything."""
    while True:
        s = scenario(rng) | {"egress": False, "latency_ms": 40.0}
        if not bill.left(s, p):
            return s
