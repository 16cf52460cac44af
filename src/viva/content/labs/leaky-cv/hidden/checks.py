"""Hidden checks: what `viva lab submit` runs besides the public ones."""

import numpy as np
import reference as ref
from viva_kit import Fail, arr, check, indices, items


def measured(sub, rng, data, m=10):
    X, shop, y, groups = data
    answer = sub.oof_scores(X, shop, y, groups, 5, m, int(rng.integers(1 << 30)))
    return ref.auc(y, arr(answer, (len(y),), "oof_scores"))


def worth_nothing(sub, rng, draw, what, *, n, most, signal, least, m=10):
    """Mean AUC of `n` draws of noise at most `most`, of two with a planted signal at least `least`."""
    found = np.mean([measured(sub, rng, draw(rng, signal), m) for _ in range(2)])
    if found < least:
        raise Fail(f"{what}, with a strong signal planted: an AUC of only {found:.2f}")
    noise = np.mean([measured(sub, rng, draw(rng, 0), m) for _ in range(n)])
    if noise > most:
        raise Fail(f"{what}: an AUC of {noise:.2f} on coin flips")
    if noise < 0.3:
        raise Fail(f"{what}: an AUC of {noise:.2f} on coin flips, far below a half")


# What a sound pipeline gets (mean, spread of the mean): wide 0.48, 0.03; shops 0.51, 0.03; families
# 0.50, 0.05. What one leak gets: 0.84, 0.80, 0.96.
@check("wide-noise")
def _(sub, rng):
    what = "far more columns than rows"
    worth_nothing(sub, rng, ref.wide, what, n=4, most=0.65, signal=1.0, least=0.8)


@check("shop-noise")
def _(sub, rng):
    worth_nothing(sub, rng, ref.shops, "many small shops", n=4, most=0.65, signal=1.0, least=0.6)


@check("group-noise")
def _(sub, rng):
    what = "groups whose rows are nearly alike"
    worth_nothing(sub, rng, ref.families, what, n=8, most=0.74, signal=1.5, least=0.75, m=30)


@check("scaling")
def _(sub, rng):
    # The rows of one fold come in another unit. What the others teach about them must not change.
    n, seed = 100, int(rng.integers(1 << 30))
    X, shop, groups = rng.normal(size=(n, 10)), np.zeros(n, dtype=int), np.arange(n)
    y = (X[:, 0] + rng.normal(size=n) > 0).astype(float)
    fold = indices(items(sub.make_folds(n, groups, 5, seed), 5, "make_folds")[0], n, "fold 0")
    if not 10 <= len(fold) <= 30:
        raise Fail(f"a fold of {len(fold)} of {n} rows that are groups of their own; about 20 are wanted")
    for unit in (1.0, 1000.0):
        other = X.copy()
        other[fold] *= unit
        got = arr(sub.oof_scores(other, shop, y, groups, 5, 10, seed), (n,), "oof_scores")[fold]
        want = ref.fold_scores(other, y, fold)
        alike = np.corrcoef(got, want)[0, 1] if got.std() > 0 else 0.0
        if not alike > 0.999 or not 0.5 < got.std() / want.std() < 2:
            where = "in another unit" if unit > 1 else "in the same unit"
            raise Fail(f"a fold's rows, {where}, are not scored by what the other rows teach")


@check("signal-kept")
def _(sub, rng):
    gains = []
    for _ in range(2):
        data = ref.roomy(rng)
        gains.append(measured(sub, rng, data) - ref.auc(data[2], ref.pipeline(*data, rng)))
    gain = float(np.mean(gains))
    if abs(gain) > 0.04:
        where = "above" if gain > 0 else "below"
        raise Fail(f"a real signal, nothing to leak: AUC {abs(gain):.2f} {where} that of a sound pipeline")
