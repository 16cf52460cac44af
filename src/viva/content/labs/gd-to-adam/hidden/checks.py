"""Hidden checks: what `viva lab submit` runs besides the public ones."""

import numpy as np
import reference as ref
from viva_kit import Fail, arr, check, close, indices, items, num


@check("mini-batches")
def _(sub, rng):
    for n, size in [(10, 3), (64, 16), (int(rng.integers(40, 60)), 7)]:
        seed = int(rng.integers(1000))
        parts = [indices(part, n, "a batch") for part in items(sub.batches(n, size, seed))]
        wanted = [size] * (n // size) + ([n % size] if n % size else [])
        if [len(part) for part in parts] != wanted:
            raise Fail(f"{n} rows by {size}: batches of {[len(p) for p in parts]}, not {wanted}")
        rows = np.concatenate(parts)
        if sorted(rows) != list(range(n)):
            raise Fail(f"{n} rows by {size}: a row is missing or stands twice in the epoch")
    again = np.concatenate([indices(p, n, "a batch") for p in items(sub.batches(n, size, seed + 1))])
    if np.array_equal(rows, np.arange(n)) or np.array_equal(rows, again):
        raise Fail("the rows are not shuffled anew for another seed")


@check("batch-mean")
def _(sub, rng):
    sizes = np.array([16, 16, 16, 3])
    means = rng.normal(size=4)
    close(sub.epoch_loss(means, sizes), means @ sizes / sizes.sum(), "the epoch's mean loss")


def trace(optimiser, name, x, gradients):
    found = []
    for g in gradients:
        x = arr(optimiser.step(name, x, g), x.shape, f"the parameter {name!r}")
        found.append(x)
    return np.array(found)


def follow(rng, n=12, d=4):
    return rng.normal(size=d), [rng.normal(size=d) for _ in range(n)]


@check("momentum")
def _(sub, rng):
    x, gradients = follow(rng)
    got = trace(sub.new("Momentum", 0.05, 0.9), "w", x, gradients)
    close(got, ref.momentum(x, gradients, 0.05, 0.9), "momentum", rtol=1e-8, atol=1e-10)


@check("adam")
def _(sub, rng):
    x, gradients = follow(rng)
    got = trace(sub.new("Adam", 0.05), "w", x, gradients)
    close(got, ref.adam(x, gradients, 0.05), "Adam", rtol=1e-8, atol=1e-10)
    got = trace(sub.new("Adam", 0.1, beta1=0.8, beta2=0.95, eps=1e-3), "w", x, gradients)
    want = ref.adam(x, gradients, 0.1, 0.8, 0.95, 1e-3)
    close(got, want, "Adam with other constants", rtol=1e-8, atol=1e-10)


@check("bias-correction")
def _(sub, rng):
    for size in (1e-3, 1.0, 1e4):
        x, g = rng.normal(size=5), size * rng.choice([-1.0, 1.0], 5) * rng.uniform(0.5, 2, 5)
        moved = x - trace(sub.new("Adam", 0.02), "w", x, [g])[0]
        close(moved, 0.02 * np.sign(g), f"the first step, gradients of {size:g}", rtol=1e-3)


@check("own-state")
def _(sub, rng):
    (x1, g1), (x2, g2) = follow(rng), follow(rng, d=3)
    for name, make, wanted in [
        ("Adam", lambda: sub.new("Adam", 0.05), lambda x, g: ref.adam(x, g, 0.05)),
        ("Momentum", lambda: sub.new("Momentum", 0.05, 0.9), lambda x, g: ref.momentum(x, g, 0.05, 0.9)),
    ]:
        one, other = make(), make()
        have1, have2, a, b, c = x1, x2, [], [], []
        mine = x1
        for step1, step2 in zip(g1, g2, strict=True):
            have1 = arr(one.step("w", have1, step1), x1.shape, name)
            have2 = arr(one.step("b", have2, step2), x2.shape, name)
            mine = arr(other.step("w", mine, step1), x1.shape, name)
            a.append(have1)
            b.append(have2)
            c.append(mine)
        tight = {"rtol": 1e-8, "atol": 1e-10}
        close(np.array(a), wanted(x1, g1), f"{name}, the first of two parameters", **tight)
        close(np.array(b), wanted(x2, g2), f"{name}, the second of two parameters", **tight)
        close(np.array(c), wanted(x1, g1), f"a second {name} beside the first", **tight)


@check("max-lr")
def _(sub, rng):
    for d in (2, 6):
        high = float(rng.uniform(2, 50))
        H = ref.hessian(rng, d, low=0.3, high=high)
        close(num(sub.max_lr(H), "max_lr"), 2 / high, "max_lr", rtol=1e-6)
    edge = num(sub.max_lr(H), "max_lr")
    x0 = rng.normal(size=d)
    start = np.linalg.norm(x0)
    below = arr(sub.descend(H, np.zeros(d), x0, 0.99 * edge, 600), (601, d), "descend")
    if not np.linalg.norm(below[-1]) < 0.1 * start:
        raise Fail("descent does not converge just below max_lr")


@check("clip")
def _(sub, rng):
    for bound in (0.5, 1e3):
        gradients = [rng.normal(size=s) for s in [(3, 4), (5,), (2, 2, 2)]]
        norm = np.sqrt(sum((g**2).sum() for g in gradients))
        factor = min(1.0, bound / norm)
        for k, got in enumerate(items(sub.clip(gradients, bound), 3, "clip")):
            close(got, factor * gradients[k], f"gradient {k + 1} of 3, bound {bound:g}")
    for k, got in enumerate(items(sub.clip([np.zeros(3), np.zeros(2)], 1.0), 2, "clip")):
        close(got, np.zeros((3, 2)[k]), "gradients that are all zero")
