"""Hidden checks: what `viva lab submit` runs besides the public ones."""

import customers
import numpy as np
from viva_kit import Fail, Partial, arr, check, close, fields, items, num, require, shares, text

N_TRAIN, N_TEST = 3000, 4000


def predicted(sub, rng, *, drift):
    """Outcomes, true chances and the candidate's, of customers as of today."""
    train, y, _ = customers.draw(rng, N_TRAIN)
    test, outcome, truth = customers.draw(rng, N_TEST, drift=drift, known_after=False)
    p = arr(sub.fit_predict(train | {"churn": y}, test), (N_TEST,), "fit_predict")
    return outcome, truth, np.clip(p, 0, 1)


@check("beats-baseline", seconds=15)
def _(sub, rng):
    y, truth, p = predicted(sub, rng, drift=0.6)
    base = customers.log_loss(y, np.full(len(y), y.mean()))
    best, mine = customers.log_loss(y, truth), customers.log_loss(y, p)
    gain = (base - mine) / (base - best)
    message = f"log loss {mine:.3f}, and {base:.3f} for the same chance for all"
    if gain < 0.2:
        raise Fail(message)
    if gain < 0.7:
        raise Partial(gain, f"{message}: {100 * gain:.0f} % of what can be gained")


@check("no-leak", seconds=15)
def _(sub, rng):
    train, y, _ = customers.draw(rng, N_TRAIN)
    test, _, _ = customers.draw(rng, 1500)

    def unmoved(name):
        def run():
            blank = test | {name: np.zeros(1500)}
            a, b = (arr(sub.fit_predict(train | {"churn": y}, data), (1500,)) for data in (test, blank))
            require(a.std() > 1e-3, "every customer has nearly the same chance")
            if not np.abs(a - b).mean() <= 0.01:
                raise Fail("chances hang on a column that nobody can know on the day")

        return run

    shares([("", unmoved(name)) for name in customers.AFTERWARDS])


@check("calibrated", seconds=15)
def _(sub, rng):
    y, _, p = predicted(sub, rng, drift=0.6)
    require(p.std() > 0.03, "nearly the same chance for all is calibrated by accident only")
    tenth = np.array_split(np.argsort(p, kind="stable"), 10)
    error = sum(abs(y[rows].mean() - p[rows].mean()) * len(rows) for rows in tenth) / len(y)
    if not error <= 0.045:
        raise Fail(f"in tenths by chance, said and seen are {error:.3f} apart on average; at most 0.045")


def scored(rng, n):
    """Outcomes, scores that are no chances, and plans, of which one scores lower."""
    plan = (rng.random(n) < 0.4).astype(float)
    z = rng.normal(-2.6 + 2.2 * plan, 1.6)
    y = (rng.random(n) < 1 / (1 + np.exp(-z))).astype(float)
    return y, np.round(1 / (1 + np.exp(-(1.5 * z + 4))), 4), plan


def prices(rng):
    """What a missed leaver and a needless call cost."""
    return float(rng.uniform(10, 14)), float(rng.uniform(5, 7))


def pair(sub, *args):
    """The candidate's two thresholds."""
    found = items(sub.choose_thresholds(*args), 2, "choose_thresholds")
    return [num(value, "a threshold") for value in found]


def bill(y, p, plan, cut, miss, call):
    """What two thresholds cost."""
    called = p >= np.where(plan == 1, cut[1], cut[0])
    return float(miss * np.sum((y == 1) & ~called) + call * np.sum((y == 0) & called))


def least(y, p, plan, miss, call):
    """The least cost of any two thresholds."""
    total = 0.0
    for k in (0, 1):
        mine = plan == k
        order = np.argsort(-p[mine])
        left, score = y[mine][order], p[mine][order]
        # The bill after each further call; equal scores are called together.
        costs = miss * left.sum() + np.cumsum(call * (1 - left) - miss * left)
        ends = np.append(score[1:] != score[:-1], True)
        total += min(float(costs[ends].min()), miss * float(left.sum()))
    return total


@check("cost", seconds=5)
def _(sub, rng):
    closed = []
    for _ in range(2):
        miss, call = prices(rng)
        cut = pair(sub, *scored(rng, 12_000), miss, call, 1.0)
        y, p, plan = scored(rng, 12_000)
        best, half = least(y, p, plan, miss, call), bill(y, p, plan, (0.5, 0.5), miss, call)
        closed.append((half - bill(y, p, plan, cut, miss, call)) / (half - best))
    share = float(np.mean(closed))
    message = f"on new customers {100 * share:.0f} % of what lies between 0.5 and the least cost is saved"
    if share < 0.4:
        raise Fail(message)
    if share < 0.9:
        raise Partial(share, message)


def recalls(y, p, plan, cut):
    """The share of leavers called, by plan."""
    return [float((p[(plan == k) & (y == 1)] >= cut[k]).mean()) for k in (0, 1)]


@check("subgroup", seconds=5)
def _(sub, rng):
    miss, call = prices(rng)
    cut = pair(sub, *scored(rng, 20_000), miss, call, 0.05)
    y, p, plan = scored(rng, 20_000)
    found = recalls(y, p, plan, cut)
    if not abs(found[0] - found[1]) <= 0.10:
        raise Fail(f"on new customers the shares of leavers called are {abs(found[0] - found[1]):.2f} apart")
    over = bill(y, p, plan, cut, miss, call) / least(y, p, plan, miss, call)
    if not over <= 1.25:
        raise Fail(f"the shares are alike, but the bill is {over:.2f} times the least without that wish")


@check("audit")
def _(sub, rng):
    y, p, plan = scored(rng, 2000)
    p = np.clip(p, 0.001, 0.999)
    miss, call = prices(rng)
    cut = (float(rng.uniform(0.2, 0.5)), float(rng.uniform(0.5, 0.8)))
    called = recalls(y, p, plan, cut)
    want = {
        "base_log_loss": customers.log_loss(y, np.full(2000, y.mean())),
        "log_loss": customers.log_loss(y, p),
        "over": p.mean() - y.mean(),
        "cost": bill(y, p, plan, cut, miss, call) / 2000,
        "recall_0": called[0],
        "recall_1": called[1],
    }
    got = fields(sub.audit(y, p, plan, cut, miss, call), list(want), "audit")
    for name, value in want.items():
        close(got[name], value, name)


@check("report", seconds=15)
def _(sub, rng):
    wanted = ["left_out", "leavers", "base_log_loss", "log_loss"]
    told = fields(sub.report(), wanted, "report.toml")
    y, _, p = predicted(sub, rng, drift=0.0)

    def left_out():
        names = {text(name, "a column") for name in items(told["left_out"], None, "left_out")}
        require(
            names == set(customers.AFTERWARDS),
            "left_out is not the set of columns that can't be known on the day",
        )

    def near(name, value, within):
        def run():
            gap = abs(num(told[name], name) - value)
            require(bool(gap <= within), f"{gap:.3f} off what new customers of the same kind show")

        return run

    shares(
        [
            ("left_out", left_out),
            ("leavers", near("leavers", y.mean(), 0.03)),
            ("base_log_loss", near("base_log_loss", customers.log_loss(y, np.full(len(y), y.mean())), 0.05)),
            ("log_loss", near("log_loss", customers.log_loss(y, p), 0.05)),
        ]
    )
