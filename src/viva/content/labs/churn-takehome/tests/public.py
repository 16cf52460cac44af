"""Public checks: what `viva lab check` runs."""

import customers
import numpy as np
from viva_kit import Fail, arr, check


@check("contract", seconds=10)
def _(sub, rng):
    train, y, _ = customers.draw(rng, 600)
    test, _, _ = customers.draw(rng, 200, drift=0.5, known_after=False)
    test["region"][:3], test["age"][:5] = 7, np.nan
    p = arr(sub.fit_predict(train | {"churn": y}, test), (200,), "fit_predict")
    if p.min() < 0 or p.max() > 1:
        raise Fail(f"chances lie between 0 and 1; these from {p.min():.3g} to {p.max():.3g}")
    if p.std() < 1e-4:
        raise Fail("every customer has the same chance")
