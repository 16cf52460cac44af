"""Hidden checks: what `viva lab submit` runs besides the public ones."""

import numpy as np
import reference as ref
from viva_kit import Fail, Partial, arr, check, close, items, num


@check("pr-ties")
def _(sub, rng):
    for n in (30, 60):
        y, s = ref.draw(rng, n, decimals=1)
        for order in (np.argsort(y), np.argsort(-y)):
            got = items(sub.pr_curve(y[order], s[order]), 3, "pr_curve")
            for name, have, want in zip(
                ("thresholds", "precision", "recall"), got, ref.pr_curve(y, s), strict=True
            ):
                close(have, want, f"{name} with tied scores")


@check("average-precision")
def _(sub, rng):
    for decimals in (None, 1, 2):
        y, s = ref.draw(rng, 40, decimals)
        close(sub.average_precision(y, s), ref.average_precision(y, s), "average precision")


@check("cost")
def _(sub, rng):
    naive = found = best = 0.0
    worst = 0.0
    for _ in range(20):
        y, s = ref.draw(rng, 150)
        c = {"cost_fp": 1.0, "cost_fn": float(rng.choice([0.2, 1, 5, 25]))}
        least = min(ref.cost(y, s, t, **c) for t in ref.candidates(s))
        got = ref.cost(y, s, num(sub.choose_threshold(y, s, **c), "the threshold"), **c)
        worst = max(worst, got / least - 1 if least > 0 else float(got > 0))
        naive += ref.cost(y, s, 0.5, **c) / max(least, 1e-9)
        found += got / max(least, 1e-9)
        best += 1.0
    if worst <= 0.02:
        return
    share = float(np.clip((naive - found) / (naive - best), 0, 1))
    message = f"costs up to {100 * worst:.0f} % more than the best threshold"
    raise Partial(0.9 * share, message)


@check("capacity")
def _(sub, rng):
    for decimals in (None, 1):
        y, s = ref.draw(rng, 120, decimals)
        capacity = int(rng.integers(8, 20))
        c = {"cost_fp": 1.0, "cost_fn": 30.0}
        got = num(sub.choose_threshold(y, s, **c, capacity=capacity), "the threshold")
        flagged = int((s >= got).sum())
        if flagged > capacity:
            raise Fail(f"{flagged} cases flagged, where {capacity} can be handled")
        allowed = [t for t in ref.candidates(s) if (s >= t).sum() <= capacity]
        least = min(ref.cost(y, s, t, **c) for t in allowed)
        if not ref.cost(y, s, got, **c) <= 1.02 * least + 1e-12:
            raise Fail("the capacity is kept, but a cheaper threshold keeps it too")


@check("prior-shift")
def _(sub, rng):
    for share in (0.01, 0.6):
        y, s = ref.draw(rng, 400)
        c = {"cost_fp": 1.0, "cost_fn": 8.0}
        got = num(sub.choose_threshold(y, s, **c, prevalence=share), "the threshold")
        least = min(ref.cost(y, s, t, **c, prevalence=share) for t in ref.candidates(s))
        if not ref.cost(y, s, got, **c, prevalence=share) <= 1.02 * least + 1e-12:
            raise Fail(f"not the cheapest threshold where {100 * share:g} % are positive")


@check("interval")
def _(sub, rng):
    # Flagged cases are positive with a chance of 0.6, whatever their score.
    covered, runs = 0, 150
    for k in range(runs):
        s = rng.random(120)
        y = (rng.random(120) < 0.6).astype(int)
        low, high = arr(items(sub.precision_interval(y, s, 0.4, k), 2, "the interval"), (2,))
        if not low <= high:
            raise Fail("the interval's low end lies above its high end")
        covered += low <= 0.6 <= high
    if not 0.86 * runs <= covered <= 0.995 * runs:
        raise Fail(f"a 95 % interval that covers the truth in {100 * covered / runs:.0f} % of runs")
