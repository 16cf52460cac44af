"""Hidden checks: what `viva lab submit` runs besides the public ones."""

import numpy as np
import people
from viva_kit import Fail, arr, check, close, fields, items, num, same


@check("empty-denominators")
def _(sub, rng):
    y = np.array([0, 0, 0, 1, 1, 1, 0, 1])
    flagged = np.array([0, 1, 0, 1, 0, 1, 0, 0])
    group = np.array(["none"] * 3 + ["all"] * 3 + ["quiet"] * 2)
    got = fields(sub.rates(y, flagged, group), ["none", "all", "quiet"], "rates")
    absent = [("none", "tpr"), ("all", "fpr"), ("quiet", "ppv")]
    for name, key in absent:
        if fields(got[name], ["n", "tpr", "fpr", "ppv"], name)[key] is not None:
            raise Fail(f"{key} of a group without its denominator is not None")
    close(got["none"]["fpr"], 1 / 3, "fpr of a group without positives")
    close(got["quiet"]["tpr"], 0.0, "tpr of a group of which nobody is flagged")


def audit(sub, rng, sizes, tprs, base=0.4):
    ya, fa = people.draw(rng, sizes[0], base, tprs[0])
    yb, fb = people.draw(rng, sizes[1], base, tprs[1])
    group = np.array(["a"] * sizes[0] + ["b"] * sizes[1])
    answer = sub.tpr_gap(np.append(ya, yb), np.append(fa, fb), group, "a", "b")
    gap, low, high = arr(items(answer, 3, "tpr_gap"), (3,), "tpr_gap")
    close(gap, fa[ya == 1].mean() - fb[yb == 1].mean(), "the gap")
    if not low <= gap <= high:
        raise Fail("the gap lies outside its own interval")
    return low, high


@check("coverage")
def _(sub, rng):
    covered, runs = 0, 160
    for k in range(runs):
        sizes, tprs = [((40, 300), (0.8, 0.8)), ((200, 60), (0.7, 0.5))][k % 2]
        low, high = audit(sub, rng, sizes, tprs)
        covered += low <= tprs[0] - tprs[1] <= high
    if not 0.88 * runs <= covered <= 0.999 * runs:
        raise Fail(f"a 95 % interval that covers the truth in {100 * covered / runs:.0f} % of audits")


@check("finds-gaps")
def _(sub, rng):
    for tprs, sign in [((0.85, 0.6), 1), ((0.55, 0.8), -1)]:
        low, high = audit(sub, rng, (1500, 1500), tprs)
        if low <= 0 <= high:
            raise Fail("a gap of 0.25 between groups of six hundred positives is not found")
        if np.sign(low) != sign:
            raise Fail("the gap has the wrong sign")


@check("worst-slice")
def _(sub, rng):
    n = 6000
    sex, age = rng.choice(["f", "m"], size=n), rng.choice(["young", "mid", "old"], size=n)
    town = rng.choice(["n", "s"], size=n)
    bad = (sex == "f") & (age == "old") & (town == "s")
    # The rest of those who are f, or old, fare better than others: no attribute alone shows it.
    tpr = np.select([bad, age == "old", sex == "f"], [0.3, 0.95, 0.85], 0.6)
    y, _ = people.draw(rng, n, 0.4, 0.7)
    flagged = np.where(y == 1, rng.random(n) < tpr, rng.random(n) < 0.2).astype(int)
    names = {"sex": sex, "age": age, "town": town}
    age[:6], y[:6], flagged[:6] = "unknown", [1, 1, 1, 0, 0, 0], 0
    got = fields(sub.worst_slice(y, flagged, names, 30), list(names), "worst_slice")
    same({name: got[name] for name in names}, {"sex": "f", "age": "old", "town": "s"}, "the worst slice")


@check("equalise")
def _(sub, rng):
    y, score, group = people.scored(rng, 20_000)
    threshold = float(rng.uniform(0.35, 0.5))
    got = fields(sub.equalise(y, score, group, threshold), ["a", "b", "c"], "equalise")
    cut = {name: num(got[name], f"the threshold of {name}") for name in "abc"}
    y, score, group = people.scored(rng, 40_000)
    overall = float((score[y == 1] >= threshold).mean())
    tpr = {g: float((score[(y == 1) & (group == g)] >= cut[g]).mean()) for g in "abc"}
    if max(tpr.values()) - min(tpr.values()) > 0.05:
        raise Fail(
            f"true-positive rates from {min(tpr.values()):.2f} to {max(tpr.values()):.2f} on new people"
        )
    if max(abs(rate - overall) for rate in tpr.values()) > 0.05:
        raise Fail("the rates are equal, but far from the overall rate at the threshold")


@check("impossible")
def _(sub, rng):
    a, b, fpr = rng.uniform(0.2, 0.6), rng.uniform(0.02, 0.15), rng.uniform(0.05, 0.3)
    a, b, fpr, tpr = float(a), float(b), float(fpr), float(rng.uniform(0.5, 0.9))
    want = [base * tpr / (base * tpr + (1 - base) * fpr) for base in (a, b)]
    close(sub.precision_at(a, tpr, fpr), want[0], "precision_at")
    close(sub.precision_gap(a, b, tpr, fpr), want[0] - want[1], "precision_gap")
