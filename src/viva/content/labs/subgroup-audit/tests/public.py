"""Public checks: what `viva lab check` runs."""

import numpy as np
import people
from viva_kit import check, close, fields


@check("rates")
def _(sub, rng):
    (ya, fa), (yb, fb) = people.draw(rng, 40, 0.5, 0.8), people.draw(rng, 30, 0.3, 0.5)
    fa[:2] = fb[:2] = 1
    group = np.array(["a"] * 40 + ["b"] * 30)
    got = fields(sub.rates(np.append(ya, yb), np.append(fa, fb), group), ["a", "b"], "rates")
    for name, y, f in [("a", ya, fa), ("b", yb, fb)]:
        mine = fields(got[name], ["n", "tpr", "fpr", "ppv"], f"the rates of {name}")
        want = {"n": len(y), "tpr": f[y == 1].mean(), "fpr": f[y == 0].mean(), "ppv": y[f == 1].mean()}
        for key, value in want.items():
            close(mine[key], value, f"{key} of {name}")
