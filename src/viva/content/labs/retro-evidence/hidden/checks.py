"""Hidden checks: what `viva lab submit` runs besides the public ones."""

import key
import logs
import numpy as np
from given import CLAIMS, DECISIONS, INCIDENTS, entries, given_pairs, words
from viva_kit import Fail, Partial, check, close, fields, items, num, shares, text


def grant(share, message):
    """Full points, part of them, or none."""
    if share <= 0:
        raise Fail(message)
    if share < 1:
        raise Partial(share, message)


def runs_of(rng, seeds, changes, gain, *, start=0, **more):
    """Runs without and with the last of `changes`, one of each a seed."""
    found = []
    for n, seed in enumerate(seeds):
        score = rng.normal(0.6, 0.02)
        found.append(logs.make(f"s{start + 2 * n}", changes[:-1], seed, score, **more))
        after = score + rng.normal(gain, 0.005)
        found.append(logs.make(f"s{start + 2 * n + 1}", changes, seed, after, **more))
    return found


def triple(answer, what):
    """An effect: a number or None each."""
    return [None if value is None else num(value, what) for value in items(answer, 3, what)]


@check("effect")
def _(sub, rng):
    first = [int(seed) for seed in rng.choice(100, int(rng.integers(3, 7)), replace=False)]
    second = [int(seed) for seed in rng.choice(100, 3, replace=False)]
    runs = runs_of(rng, first, ["a", "b"], 0.03)
    runs += runs_of(rng, second, ["c", "b"], 0.01, start=20)
    # Odd runs that pair with nothing: their seed stands alone.
    runs += [logs.make("lone", ["a", "b"], 200, 0.9), logs.make("other", ["a"], 201, 0.2)]
    runs += runs_of(rng, [300], ["once"], 0.05, start=40)
    runs = logs.shuffled(rng, runs)

    def measured():
        close(triple(sub.effect(runs, "b"), "effect")[0], logs.effect(runs, "b")[0], "the mean gain")

    def interval():
        got = triple(sub.effect(runs, "b"), "effect")
        if None in got:
            raise Fail("an effect of several pairs has no interval")
        close(got, logs.effect(runs, "b"), "the effect and its interval")

    def one_pair():
        got = triple(sub.effect(runs, "once"), "effect")
        if got[0] is None or got[1:] != [None, None]:
            raise Fail("an effect of one pair is its gain, with no interval")

    def no_pair():
        if triple(sub.effect(runs, "a"), "effect") != [None] * 3:
            raise Fail("an effect without a pair is not three times None")

    shares([("mean", measured), ("interval", interval), ("one pair", one_pair), ("no pair", no_pair)])


def straddling(rng):
    """A log whose metric and data change midway, and the true shift of the metric."""
    shift = float(rng.uniform(0.05, 0.12))
    old = runs_of(rng, [1, 2, 3], ["x"], 0.02)
    lifted = [run["score"] + shift + rng.normal(0, 0.003) for run in old]
    both = [
        run | {"id": f"n{n}", "metric": "weld", "week": 4, "score": float(score)}
        for n, (run, score) in enumerate(zip(old, lifted, strict=True))
        if run["seed"] < 3
    ]
    late = [logs.make(f"l{n}", ["x", "y"], n, 0.7 + 0.01 * n, metric="weld", week=5) for n in (1, 2, 3)]
    moved = [logs.make(f"m{n}", ["x", "z"], n, 0.66, data="d2", week=3) for n in (1, 2, 3)]
    unknown = [
        logs.make("u0", ["x"], None, 0.60),
        logs.make("u1", ["x", "q"], None, 0.66),
        logs.make("u2", ["x"], 4, 0.60, data=None),
        logs.make("u3", ["x", "q"], 4, 0.66, data=None),
        logs.make("u4", ["x"], None, 0.95, metric="weld", week=4),
    ]
    return logs.shuffled(rng, old + both + late + moved + unknown)


@check("metric-change")
def _(sub, rng):
    runs = straddling(rng)
    score = {run["id"]: run["score"] for run in runs}
    shift = np.mean([score[b] - score[a] for a, b in logs.rescored(runs, "photo", "weld")])
    first = next(run["id"] for run in runs if run["seed"] == 3 and not run["changes"])

    def apart():
        for change in ("x", "y", "z", "q"):
            if given_pairs(sub, runs, change) != set(logs.pairs(runs, change)):
                raise Fail("runs are paired, or not, against what metric, data and seed allow")

    def shifts():
        close(sub.metric_shift(runs, "photo", "weld"), shift, "metric_shift")
        if sub.metric_shift(runs, "photo", "line") is not None:
            raise Fail("a metric by which nothing was scored has a shift")

    def gains():
        close(sub.real_gain(runs, first, "l3"), score["l3"] - score[first] - shift, "real_gain")
        close(sub.real_gain(runs, "l1", "l2"), score["l2"] - score["l1"], "real_gain by one metric")

    def no_gain():
        alone = [run for run in runs if not run["id"].startswith("n")]
        if sub.real_gain(alone, first, "l3") is not None:
            raise Fail("a gain is given though no run was scored by both metrics")
        if sub.real_gain(runs, first, "m2") is not None:
            raise Fail("a gain is given between runs that were scored on different data")

    shares([("pairs", apart), ("shift", shifts), ("gain", gains), ("no gain", no_gain)])


def judged(sub):
    """The candidate's claims, and the ids of those judged rightly."""
    claims = entries(sub.answers(), "claim", CLAIMS, ["verdict", "runs", "reason"])
    right = [id for id in CLAIMS if claims[id]["verdict"] == key.CLAIMS[id][0]]
    return claims, right


@check("claims")
def _(sub, rng):
    claims, right = judged(sub)
    blank = [id for id in CLAIMS if not text(claims[id]["verdict"], f"verdict of {id}")]
    over = [id for id in CLAIMS if claims[id]["verdict"] == "holds" and id not in right]
    wrong = len(CLAIMS) - len(right) - len(blank)
    share = (len(right) - wrong - len(over)) / len(CLAIMS)
    grant(
        share, f"{len(right)} of {len(CLAIMS)} claims judged rightly, {len(over)} said to hold without proof"
    )


def well_founded(claim, answer, runs):
    """Whether the reason is right, or the runs cited are whole pairs and nothing else."""
    verdict, what, named = answer
    if verdict == "cannot-tell":
        return claim["reason"] == what
    pairs = logs.pairs(runs, what) if what else logs.rescored(runs, "photo", "weld")
    cited = set(words(claim["runs"], "the runs of a claim"))
    whole = [pair for pair in pairs if cited >= set(pair)]
    return len(whole) >= 2 and cited <= {id for pair in whole for id in pair} | set(named)


@check("evidence")
def _(sub, rng):
    claims, right = judged(sub)
    runs = logs.shipped()
    founded = [id for id in right if well_founded(claims[id], key.CLAIMS[id], runs)]
    share = max(0.0, 2 * len(founded) / len(CLAIMS) - 1)
    grant(
        share,
        f"{len(founded)} of {len(CLAIMS)} claims are judged rightly and rest on the right runs or reason",
    )


@check("reproduce")
def _(sub, rng):
    named = fields(sub.answers(), ["reproduce_first"], "retro.toml")["reproduce_first"]
    if text(named, "reproduce_first") != key.first_to_reproduce(logs.shipped()):
        raise Fail("that run lacks a seed, data or commit, or another complete one scored higher")


@check("causes")
def _(sub, rng):
    given = entries(sub.answers(), "incident", INCIDENTS, ["cause", "guard"])
    right = 0
    for id, (cause, guards) in key.INCIDENTS.items():
        right += text(given[id]["cause"], "cause") == cause
        right += text(given[id]["guard"], "guard") in guards
    share = max(0.0, (right - 2) / 4)
    grant(share, f"{right} of 6 causes and guards")


@check("decisions")
def _(sub, rng):
    given = entries(sub.answers(), "decision", DECISIONS, ["quality", "outcome"])
    right = 0
    for id, (quality, outcome) in key.DECISIONS.items():
        row = given[id]
        right += (text(row["quality"], "quality"), text(row["outcome"], "outcome")) == (quality, outcome)
    share = max(0.0, (right - 3) / 3)
    grant(share, f"{right} of 6 decisions are judged rightly both by what was known and by what came of it")
