"""The service as README.md describes it, simulated: seen by the checker alone."""

import heapq

import numpy as np
from viva_kit import Fail, fields, items, num, text, whole

BUSIEST, QUIETEST = 3_600_000 / 3600, 220_000 / 3600
MINUTE_FACTOR = 1.5
FIXED_MS, ITEM_MS, JITTER = 9.0, 1.6, 0.15
HITS = {0: 0.0, 60: 0.08, 300: 0.14, 3600: 0.30}
VALID_SECONDS = 300
REPLICA, CACHE, BUDGET = 700, 150, 7_000
ASKED_P99_MS = 100.0
CHECKED_PER_HOUR = 1_500
WRONG_NOW, WRONG_BAD = 0.01, 0.02
SIGNALS = ("p99_ms", "error_share", "wrong_share", "score_mean", "missing_share", "cpu_share", "cache_hits")
ACTIONS = ("ticket", "page", "rollback")
MAX_LOOKS, MAX_STAGES = 120, 20


def within(value, low, high, what):
    """A number in a range, bounds included."""
    got = num(value, what)
    if not low <= got <= high:
        raise Fail(f"{what} is {got:g}; wanted: {low:g} to {high:g}")
    return got


def serving(design):
    """The fields of [serving], each checked."""
    names = ["zones", "replicas_per_zone", "batch", "wait_ms", "cache_seconds"]
    table = fields(fields(design, ["serving"], "design.toml")["serving"], names, "[serving]")
    found = {}
    for name, high in [("zones", 3), ("replicas_per_zone", 60), ("batch", 64)]:
        found[name] = int(within(whole(table[name], name), 1, high, name))
    found["wait_ms"] = within(table["wait_ms"], 0, 1000, "wait_ms")
    found["cache_seconds"] = whole(table["cache_seconds"], "cache_seconds")
    if found["cache_seconds"] not in HITS:
        raise Fail(f"cache_seconds is {found['cache_seconds']}; wanted: one of {list(HITS)}")
    return found


def rollout(design):
    """How often to look, and the stages as (share, hours)."""
    table = fields(
        fields(design, ["rollout"], "design.toml")["rollout"], ["look_every_hours", "stage"], "[rollout]"
    )
    every = within(table["look_every_hours"], 0.25, 48, "look_every_hours")
    stages = []
    for row in items(table["stage"], None, "[[rollout.stage]]")[:MAX_STAGES]:
        stage = fields(row, ["share", "hours"], "a stage")
        share = within(stage["share"], 0, 1, "the share of a stage")
        stages.append((share, within(stage["hours"], 0.25, 1000, "the hours of a stage")))
    if len(stages) < 2:
        raise Fail(f"a rollout of {len(stages)} stages; wanted: 2 or more")
    return every, stages


def monitors(design):
    """The monitors as (signal, alarm at, action)."""
    found = []
    for row in items(fields(design, ["monitor"], "design.toml")["monitor"], None, "[[monitor]]"):
        monitor = fields(row, ["signal", "alarm_at", "action"], "a monitor")
        for name, known in [("signal", SIGNALS), ("action", ACTIONS)]:
            if text(monitor[name], name) not in known:
                raise Fail(f"a monitor's {name} is {monitor[name]!r}; wanted: one of {', '.join(known)}")
        found.append((monitor["signal"], num(monitor["alarm_at"], "alarm_at"), monitor["action"]))
    if not found:
        raise Fail("there is no [[monitor]]")
    return found


def rollback(design):
    """Minutes, automatic and previous_kept."""
    names = ["minutes", "automatic", "previous_kept"]
    table = fields(fields(design, ["rollback"], "design.toml")["rollback"], names, "[rollback]")
    minutes = within(table["minutes"], 0.01, 10_000, "minutes of [rollback]")
    return minutes, table["automatic"] is True, table["previous_kept"] is True


def promised(design):
    """The p99 that [slo] promises."""
    table = fields(fields(design, ["slo"], "design.toml")["slo"], ["p99_ms"], "[slo]")
    return within(table["p99_ms"], 1, 10_000, "p99_ms of [slo]")


def p99(rng, plan, rate, replicas):
    """The 99th percentile of latency in ms at `rate` payments a second, before the cache."""
    rate = rate * (1 - HITS[plan["cache_seconds"]])
    # Long enough for a queue that grows to show, and for a steady 99th percentile.
    n = int(max(8_000, 12 * rate))
    arrivals = np.cumsum(rng.exponential(1000 / rate, n))
    jitter = np.exp(rng.normal(0, JITTER, n))
    times, batch, wait = arrivals.tolist(), plan["batch"], plan["wait_ms"]
    free = [0.0] * replicas
    ends, counts, i = [], [], 0
    while i < n:
        ready = times[i] + wait
        if i + batch <= n:
            ready = min(ready, times[i + batch - 1])
        start = max(free[0], ready)
        k = 1
        while k < batch and i + k < n and times[i + k] <= start:
            k += 1
        end = start + (FIXED_MS + k * ITEM_MS) * jitter[i]
        heapq.heapreplace(free, end)
        ends.append(end)
        counts.append(k)
        i += k
    return float(np.quantile(np.repeat(ends, counts) - arrivals, 0.99))


def monthly(plan):
    """The bill of a month."""
    return plan["zones"] * plan["replicas_per_zone"] * REPLICA + (CACHE if plan["cache_seconds"] else 0)
