"""What the log of runs can show, and what it can't."""

import csv
import tomllib
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
# The 97.5 % point of Student's t at 1, 2, 3 ... degrees of freedom.
T975 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179)


def answers() -> dict:
    """What retro.toml says. Leave it as it is."""
    return tomllib.loads((HERE / "retro.toml").read_text("utf-8"))


def load_runs() -> list[dict]:
    """The rows of runs.csv as dicts; None where a seed, data or commit wasn't written down."""
    with open(HERE / "runs.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["week"], row["score"] = int(row["week"]), float(row["score"])
        row["changes"] = row["changes"].split("+") if row["changes"] else []
        row["seed"] = int(row["seed"]) if row["seed"] else None
        row["data"], row["commit"] = row["data"] or None, row["commit"] or None
    return rows


def key(run, *, without=None, metric=True):
    """What two runs must share to be compared; None when it wasn't all written down."""
    if run["seed"] is None or run["data"] is None:
        return None
    changes = frozenset(run["changes"]) - {without}
    return changes, run["seed"], run["data"], run["metric"] if metric else None


def pairs(runs, change):
    """(id without, id with) for every two runs that differ in `change` alone."""
    return [
        (a["id"], b["id"])
        for a in runs
        for b in runs
        if change not in a["changes"]
        and change in b["changes"]
        and key(a) is not None
        and key(a) == key(b, without=change)
    ]


def effect(runs, change):
    """The mean gain of `change` over its pairs, and a 95 % interval; None for what can't be said."""
    score = {run["id"]: run["score"] for run in runs}
    gains = np.array([score[b] - score[a] for a, b in pairs(runs, change)])
    if not len(gains):
        return None, None, None
    mean = float(gains.mean())
    if len(gains) == 1:
        return mean, None, None
    half = T975[len(gains) - 2] * gains.std(ddof=1) / np.sqrt(len(gains))
    return mean, float(mean - half), float(mean + half)


def metric_shift(runs, old, new):
    """What the new metric adds by its definition alone; None when no run was scored by both."""
    gaps = [
        b["score"] - a["score"]
        for a in runs
        for b in runs
        if a["metric"] == old
        and b["metric"] == new
        and key(a) is not None
        and key(a, metric=False) == key(b, metric=False)
    ]
    return float(np.mean(gaps)) if gaps else None


def real_gain(runs, first, last):
    """The gain from the run `first` to `last` without what the metric's definition added; or None."""
    a, b = (next(run for run in runs if run["id"] == id) for id in (first, last))
    if a["data"] is None or a["data"] != b["data"]:
        return None
    gain = b["score"] - a["score"]
    return gain
