"""Hidden checks: what `viva lab submit` runs besides the public ones."""

from itertools import pairwise
from statistics import NormalDist

import numpy as np
import service
from viva_kit import Fail, Partial, arr, check, items, num, require, shares, text

ROLLOUTS = 400


def slowest(rng, plan, replicas):
    """The worse p99 of the busiest minute and the quietest hour."""
    if replicas == 0:
        return 1e6
    rates = (service.BUSIEST * service.MINUTE_FACTOR, service.QUIETEST)
    return max(service.p99(rng, plan, rate, replicas) for rate in rates)


def judge(p99, when):
    """Full points within what is asked, part of them up to twice that."""
    over = p99 / service.ASKED_P99_MS
    if over <= 1:
        return
    message = f"{when} the 99th percentile is {over:.2f} times what is asked"
    if over >= 2:
        raise Fail(message)
    raise Partial(2 - over, message)


@check("p99")
def _(sub, rng):
    plan = service.serving(sub.design())
    judge(slowest(rng, plan, plan["zones"] * plan["replicas_per_zone"]), "with all zones")


@check("zone-lost")
def _(sub, rng):
    plan = service.serving(sub.design())
    judge(slowest(rng, plan, (plan["zones"] - 1) * plan["replicas_per_zone"]), "with one zone lost")


@check("cost")
def _(sub, rng):
    over = service.monthly(service.serving(sub.design())) / service.BUDGET
    if over <= 1:
        return
    message = f"the bill is {over:.2f} times the budget"
    if over >= 1.5:
        raise Fail(message)
    raise Partial(3 - 2 * over, message)


def looks(every, stages):
    """(share, hours since the last look) for each look while both models decide."""
    found = []
    for share, hours in stages:
        if 0 < share < 1:
            n = max(1, round(hours / every))
            found += [(share, hours / n)] * n
    return found


def stop_mask(answer):
    """One bool a rollout, good and bad ones together."""
    found = np.asarray(arr(answer, (2 * ROLLOUTS,), "stops"))
    if not np.all((found == 0) | (found == 1)):
        raise Fail("stops: expected an array of bools")
    return found == 1


@check("rollout")
def _(sub, rng):
    every, stages = service.rollout(sub.design())
    plan = looks(every, stages)
    require(len(plan) > 0, "no stage has both models decide: there is nothing to compare")
    require(len(plan) <= service.MAX_LOOKS, f"{len(plan)} looks; at most {service.MAX_LOOKS} are asked")
    rates = np.repeat([service.WRONG_NOW, service.WRONG_BAD], ROLLOUTS)
    control, canary = np.zeros(2 * ROLLOUTS), np.zeros(2 * ROLLOUTS)
    n_control = n_canary = 0
    running, in_time = np.ones(2 * ROLLOUTS, bool), np.zeros(2 * ROLLOUTS, bool)
    for look, (share, hours) in enumerate(plan, 1):
        n = max(1, round(service.CHECKED_PER_HOUR * hours * share))
        m = max(1, round(service.CHECKED_PER_HOUR * hours * (1 - share)))
        n_canary, n_control = n_canary + n, n_control + m
        canary = canary + rng.binomial(n, rates)
        control = control + rng.binomial(m, service.WRONG_NOW, 2 * ROLLOUTS)
        now = stop_mask(sub.stops(n_control, control, n_canary, canary, look, len(plan)))
        in_time |= running & now & (share <= 0.25)
        running &= ~now
    stopped, passed = in_time[ROLLOUTS:].mean(), running[:ROLLOUTS].mean()
    message = (
        f"the bad model is stopped in time in {100 * stopped:.0f} % of rollouts, "
        f"the good one goes through in {100 * passed:.0f} %"
    )
    lost = [rate < 0.9 for rate in (stopped, passed)]
    if all(lost) or min(stopped, passed) < 0.5:
        raise Fail(message)
    if any(lost):
        raise Partial(0.25, message)


def hours_between(share, per_hour, now, bad, alpha, power):
    """The hours by the pooled and the unpooled formula."""
    za, zb = NormalDist().inv_cdf(1 - alpha), NormalDist().inv_cdf(power)
    ratio = (1 - share) / share
    mean = (ratio * now + bad) / (ratio + 1)
    own = bad * (1 - bad) + now * (1 - now) / ratio
    pooled = mean * (1 - mean) * (1 + 1 / ratio)
    sizes = [(za + zb) ** 2 * own, (za * pooled**0.5 + zb * own**0.5) ** 2]
    return [size / (bad - now) ** 2 / (share * per_hour) for size in sizes]


@check("canary-hours")
def _(sub, rng):
    for _ in range(8):
        now = float(rng.uniform(0.005, 0.03))
        bad = now * float(rng.uniform(1.3, 2.5))
        share, per_hour = float(rng.uniform(0.01, 0.3)), float(rng.uniform(300, 5000))
        alpha, power = float(rng.choice([0.01, 0.05])), float(rng.choice([0.8, 0.9, 0.95]))
        got = num(sub.canary_hours(share, per_hour, now, bad, alpha, power), "canary_hours")
        bounds = hours_between(share, per_hour, now, bad, alpha, power)
        if not got >= 0.9 * min(bounds):
            raise Fail("too short: such a canary can't see what it is there to see")
        if not got <= 1.1 * max(bounds):
            raise Fail("longer than it takes: a bad model decides meanwhile")


def both_sides(rng, n):
    """Features by the training code and by the service, and those that disagree."""
    train = {
        name: rng.lognormal(3, 1, n) for name in ("amount", "age_days", "count_24h", "distance", "limit")
    }
    train["income"] = np.where(rng.random(n) < 0.05, np.nan, rng.lognormal(8, 0.4, n))
    train["score_2"] = np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n))
    train["weekday"] = rng.integers(0, 7, n).astype(float)
    serve = {name: column.copy() for name, column in train.items()}
    serve["amount"] *= 1 + rng.normal(0, 1e-7, n)
    serve["limit"][: n // 2000] += 1
    serve["distance"] = serve["distance"][rng.permutation(n)]
    serve["weekday"] = (serve["weekday"] + 1) % 7
    serve["income"] = np.nan_to_num(serve["income"], nan=float(np.nanmean(serve["income"])))
    serve["count_24h"][rng.choice(n, n // 100, replace=False)] *= 1.5
    train["only_here"], serve["only_there"] = train["amount"].copy(), train["amount"].copy()
    return train, serve, ["count_24h", "distance", "income", "only_here", "only_there", "weekday"]


@check("skew")
def _(sub, rng):
    for n in (4000, 6000):
        train, serve, want = both_sides(rng, n)
        got = [text(name, "a feature") for name in items(sub.skewed(train, serve), None, "skewed")]
        missed, false = set(want) - set(got), set(got) - set(want)
        if missed or false or got != sorted(got):
            raise Fail(f"{len(missed)} of {len(want)} skewed features missed, {len(false)} named wrongly")


@check("consistent")
def _(sub, rng):
    design = sub.design()
    plan, (_, stages) = service.serving(design), service.rollout(design)
    watched = service.monitors(design)
    service.promised(design)
    service.rollback(design)

    def served():
        require(
            plan["cache_seconds"] <= service.VALID_SECONDS,
            "the cache keeps scores longer than they are valid",
        )
        promise = service.promised(design)
        require(promise <= service.ASKED_P99_MS, "less is promised than was asked")
        alarms = [at for signal, at, action in watched if signal == "p99_ms" and action != "ticket"]
        require(any(0 < at <= promise for at in alarms), "nobody is called before the promise is broken")

    def staged():
        given = [share for share, _ in stages]
        require(given[0] == 0.0 and stages[0][1] >= 24, "no shadow of a whole day before anything is decided")
        require(given[-1] == 1.0 and all(a < b for a, b in pairwise(given)), "shares that don't rise to 1.0")
        require(sum(hours for _, hours in stages) <= 240, "a rollout of more than ten days")

    def taken_back():
        minutes, automatic, kept = service.rollback(design)
        require(
            automatic and kept and minutes <= 15, "going back takes a person, a build or over a quarter hour"
        )
        signals = {signal for signal, _, action in watched if action == "rollback"}
        require(bool(signals & {"wrong_share", "error_share"}), "no alarm takes the model back")

    def looked_at():
        signals = {signal for signal, _, _ in watched}
        require(
            bool(signals & {"score_mean", "missing_share"}),
            "nothing watches what goes into or comes out of the model",
        )
        levels = [at for signal, at, _ in watched if signal == "wrong_share"]
        require(
            all(service.WRONG_NOW < at <= service.WRONG_BAD for at in levels),
            "an alarm on wrong scores that always or never rings",
        )

    shares([("serving", served), ("stages", staged), ("rollback", taken_back), ("monitors", looked_at)])
