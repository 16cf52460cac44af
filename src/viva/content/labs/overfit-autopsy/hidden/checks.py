"""Hidden checks: what `viva lab submit` runs besides the public ones."""

import given
import numpy as np
from viva_kit import Fail, arr, check, close, fields, indices, items, num, require, whole

_SHAPES = {"W1": (64, 60), "b1": (60,), "W2": (60, 10), "b2": (10,)}


def parameters(answer):
    named = fields(answer, list(_SHAPES), "params")
    return {name: arr(named[name], shape, name) for name, shape in _SHAPES.items()}


def pair(answer, width, what):
    X, y = items(answer, 2, what)
    labels = arr(y, None, f"labels of {what}")
    require(labels.ndim == 1, f"labels of {what}: expected one axis, got shape {labels.shape}")
    return arr(X, (len(labels), width), what), labels


def sorted_rows(X, y):
    both = np.column_stack([X, y])
    return both[np.lexsort(both.T[::-1])]


@check("split-first")
def _(sub, rng):
    n = int(rng.integers(60, 75))
    X, y = rng.normal(size=(n, 5)), rng.integers(0, 10, n)
    seen = []
    for seed in (1, 1, 2):
        got = fields(sub.make_sets(X, y, seed), ["train", "val", "test", "test_rows"], "make_sets")
        rows = indices(got["test_rows"], n, "test_rows")
        seen.append(tuple(rows.tolist()))
        require(len(set(seen[-1])) == n // 5, f"test_rows: expected {n // 5} different rows of {n}")
        test, labels = pair(got["test"], 5, "test")
        close(test, X[rows], "the test rows, against the rows that test_rows names")
        close(labels, y[rows], "the labels of the test rows")
        val, labels = pair(got["val"], 5, "val")
        near = ((val[:, None] - X) ** 2).sum(2)
        own = near.argmin(1)
        if len(val) != n // 5 or near.min(1).max() > 1e-12 or len(set(own.tolist())) != n // 5:
            raise Fail(f"val is not {n // 5} different rows of the {n}, as they are")
        close(labels, y[own], "the labels of val")
        rest = np.setdiff1d(np.arange(n), np.append(rows, own))
        require(len(rest) == n - 2 * (n // 5), "a row stands in both val and test")
        want = given.variants(X[rest], y[rest])
        train, labels = pair(got["train"], 5, "train")
        close(sorted_rows(train, labels), sorted_rows(*want), "train, against the variants of the rows left")
    require(seen[0] == seen[1], "the same seed gives two splits")
    require(seen[0] != seen[2], "two seeds give the same test rows")


def report(sub, X, y, seed):
    got = fields(sub.run(X, y, seed), ["accuracy", "best_epoch", "params", "test_rows"], "run")
    params, rows = parameters(got["params"]), indices(got["test_rows"], len(y), "test_rows")
    require(len(set(rows.tolist())) == len(y) // 5, "test_rows are not a fifth of the rows")
    own = given.accuracy(params, X[rows], y[rows])
    close(got["accuracy"], own, "the accuracy, against that of params on the test rows")
    return params, rows, whole(got["best_epoch"], "best_epoch")


@check("validation-only")
def _(sub, rng):
    X, y = given.digits(300, rng)
    seed = int(rng.integers(1000))
    params, rows, best = report(sub, X, y, seed)
    fresh = given.accuracy(params, *given.digits(500, rng, flipped=0.0))
    if fresh < 0.4:
        raise Fail(f"{100 * fresh:.0f} % of fresh, rightly labelled digits: hardly trained")
    poisoned, wrong = X.copy(), y.copy()
    poisoned[rows], wrong[rows] = rng.normal(size=(len(rows), 64)), rng.integers(0, 10, len(rows))
    other, again, epoch = report(sub, poisoned, wrong, seed)
    require(sorted(again.tolist()) == sorted(rows.tolist()), "other test rows change which rows are tested")
    if epoch != best:
        raise Fail("the chosen epoch changes with the test rows")
    for name, value in params.items():
        close(other[name], value, f"{name}, with other test rows")


@check("best-weights")
def _(sub, rng):
    for patience in (3, 8):
        train, val = given.variants(*given.digits(200, rng, 0.1)), given.digits(80, rng, 0.1)
        answer = sub.fit(train, val, int(rng.integers(1000)), epochs=50, patience=patience)
        got = fields(answer, ["params", "best_epoch", "val_loss"], "fit")
        history = arr(got["val_loss"], None, "val_loss")
        require(history.ndim == 1 and 1 <= history.size <= 50, "val_loss: one value an epoch is wanted")
        own = given.loss(parameters(got["params"]), *val)
        close(own, history.min(), "the loss of params on val, against the lowest in val_loss")
        if whole(got["best_epoch"], "best_epoch") != history.argmin():
            raise Fail("best_epoch is not the epoch with the lowest loss on val")
        if own > 2.1:
            raise Fail(f"a loss of {own:.2f} on val: hardly trained (guessing has 2.30)")


@check("decay")
def _(sub, rng):
    params = {name: rng.normal(size=shape) for name, shape in _SHAPES.items()}
    grads = {name: rng.normal(size=shape) for name, shape in _SHAPES.items()}
    got = parameters(sub.step(params, grads, 0.1, 0.3))
    for name, value in params.items():
        pull = 0.3 * value if name.startswith("W") else 0.0
        close(got[name], value - 0.1 * (grads[name] + pull), f"{name} after a step")


@check("control")
def _(sub, rng):
    X, _ = given.digits(240, rng)
    ranks = (X @ rng.normal(size=64)).argsort().argsort()
    # The right answer's spread over seeds is 0.03 to 0.05: two runs of 48 test rows.
    for labels, what, low, high in [
        (ranks * 10 // 240, "ten classes", 0.0, 0.25),
        (ranks // 120, "two classes of equal size", 0.3, 0.7),
        ((ranks >= 48).astype(int), "two classes, one of 80 %", 0.6, 0.95),
    ]:
        found = num(sub.control(X, labels, int(rng.integers(1000)), 2), f"control, {what}")
        if not low <= found <= high:
            raise Fail(f"{what}: {found:.2f} on labels that say nothing")
