"""The shipped log as it was, generated ones, and what pairs in them: seen by the checker alone."""

import csv
from pathlib import Path

import numpy as np

T975 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179)


def shipped():
    """The rows of runs.csv, a copy of the candidate's."""
    with open(Path(__file__).parent / "runs.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        make(
            row["id"],
            row["changes"].split("+") if row["changes"] else [],
            int(row["seed"]) if row["seed"] else None,
            float(row["score"]),
            data=row["data"] or None,
            metric=row["metric"],
            commit=row["commit"] or None,
            week=int(row["week"]),
        )
        for row in rows
    ]


def make(id, changes, seed, score, *, data="d1", metric="photo", commit="c0", week=1):
    """One row of a log."""
    return {
        "id": id,
        "week": week,
        "changes": list(changes),
        "seed": seed,
        "data": data,
        "metric": metric,
        "commit": commit,
        "score": float(score),
    }


def shuffled(rng, runs):
    """The rows in another order, and the changes of each too."""
    mixed = [
        run | {"changes": [run["changes"][i] for i in rng.permutation(len(run["changes"]))]} for run in runs
    ]
    return [mixed[i] for i in rng.permutation(len(mixed))]


def pairs(runs, change):
    """(id without, id with) of every two runs that differ in `change` alone."""
    found = []
    for a in runs:
        for b in runs:
            known = None not in (a["seed"], a["data"])
            alike = all(a[name] == b[name] for name in ("seed", "data", "metric"))
            more = change not in a["changes"] and set(b["changes"]) == {*a["changes"], change}
            if known and alike and more:
                found.append((a["id"], b["id"]))
    return found


def rescored(runs, old, new):
    """(id by the old metric, id by the new one) of every run scored by both."""
    return [
        (a["id"], b["id"])
        for a in runs
        for b in runs
        if (a["metric"], b["metric"]) == (old, new)
        and None not in (a["seed"], a["data"])
        and (a["seed"], a["data"], set(a["changes"])) == (b["seed"], b["data"], set(b["changes"]))
    ]


def effect(runs, change):
    """Mean gain over the pairs, with Student's interval."""
    score = {run["id"]: run["score"] for run in runs}
    gains = np.array([score[b] - score[a] for a, b in pairs(runs, change)])
    half = T975[len(gains) - 2] * gains.std(ddof=1) / np.sqrt(len(gains))
    return [gains.mean(), gains.mean() - half, gains.mean() + half]
