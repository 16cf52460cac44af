"""Draws the handbook anew: seen by the checker alone."""

import datetime as dt
import re

from handbook import ROWS, SLOT

_FIRST = "Ada Boris Carla Dimitri Elif Farah Gustav Hanna Ivo Jana Kofi Lena Oskar Petra".split()
_LAST = "Aske Brenner Cole Duarte Eriksen Grieg Hartung Ito Jansen Kovac Lunde Moreau Novak Okafor".split()


def _other(rng, raw, used):
    while True:
        if raw[0].isdigit():
            n = int(raw)
            value = str(int(rng.integers(max(2, n // 2), 2 * n + 9)))
        else:
            value = f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"
        if value not in used:
            return value


def handbook(rng):
    """Passages with other numbers, names, ids, days and order; each also holds its `slots`."""
    ids = rng.permutation(900)[: len(ROWS)] + 100
    used, found = {}, []
    for row, id in zip(ROWS, ids, strict=True):
        mine = used.setdefault(row["policy"], set(re.findall(r"\b\d+\b", SLOT.sub("", row["raw"]))))
        slots = []
        for raw in SLOT.findall(row["raw"]):
            slots.append(_other(rng, raw, mine))
            mine.add(slots[-1])
        filled = iter(slots)
        text = SLOT.sub(lambda m, it=filled: next(it), row["raw"])
        day = dt.date.fromisoformat(row["valid_from"]) + dt.timedelta(days=int(rng.integers(-60, 60)))
        base = {"id": f"d{id}", "policy": row["policy"], "valid_from": day.isoformat(), "text": text}
        found.append(base | {"slots": slots})
    return [found[i] for i in rng.permutation(len(found))]


def given(passages):
    """What the candidate sees of each passage."""
    return [{key: p[key] for key in ("id", "policy", "valid_from", "text")} for p in passages]


def versions(passages, policy):
    """The versions of a policy, the oldest first."""
    return sorted((p for p in passages if p["policy"] == policy), key=lambda p: p["valid_from"])


def day_in(rng, passages, policy, n):
    """A day on which version `n` of a policy is in force."""
    mine = versions(passages, policy)
    first = dt.date.fromisoformat(mine[n]["valid_from"])
    last = dt.date.fromisoformat(mine[n + 1]["valid_from"]) if n + 1 < len(mine) else dt.date(2028, 1, 1)
    return (first + dt.timedelta(days=int(rng.integers(0, (last - first).days)))).isoformat()
