"""Public checks: what `viva lab check` runs."""

import numpy as np
from viva_kit import Fail, check, indices, items


@check("folds-groups")
def _(sub, rng):
    for n, k in [(60, 5), (83, 4), (12, 3)]:
        groups = rng.permutation(np.append(np.arange(k), rng.integers(0, max(n // 4, k), n - k)))
        seed = int(rng.integers(1000))
        found = items(sub.make_folds(n, groups, k, seed), k, "make_folds")
        folds = [indices(rows, n, f"fold {i}") for i, rows in enumerate(found)]
        if sorted(np.concatenate(folds).tolist()) != list(range(n)):
            raise Fail(f"make_folds({n}, groups, {k}, {seed}): not every row stands in exactly one fold")
        for i, rows in enumerate(folds):
            both = sorted(set(groups[rows].tolist()) & set(np.delete(groups, rows).tolist()))
            if both:
                raise Fail(f"make_folds({n}, groups, {k}, {seed}): groups {both} in fold {i} and in others")
            if len(rows) == 0:
                raise Fail(f"make_folds({n}, groups, {k}, {seed}): fold {i} is empty")
