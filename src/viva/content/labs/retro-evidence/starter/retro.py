"""What the log of runs can show, and what it can't."""

import csv
import tomllib
from pathlib import Path

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


def pairs(runs: list[dict], change: str) -> list[tuple[str, str]]:
    """(id without, id with) for every two runs that differ in `change` alone."""
    raise NotImplementedError


def effect(runs: list[dict], change: str) -> tuple[float | None, float | None, float | None]:
    """The mean gain of `change` over its pairs, and a 95 % interval; None for what can't be said."""
    raise NotImplementedError


def metric_shift(runs: list[dict], old: str, new: str) -> float | None:
    """What the new metric adds by its definition alone; None when no run was scored by both."""
    raise NotImplementedError


def real_gain(runs: list[dict], first: str, last: str) -> float | None:
    """The gain from one run to another without what the metric's definition added; or None."""
    raise NotImplementedError
