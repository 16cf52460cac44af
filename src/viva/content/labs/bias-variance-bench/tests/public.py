"""Public checks: what `viva lab check` runs."""

import numpy as np
import reference as ref
from viva_kit import check, close, fields


@check("decompose")
def _(sub, rng):
    for runs, n in [(5, 3), (50, 20)]:
        f = ref.truth(rng, np.linspace(0, 1, n))
        predictions = f + rng.normal(size=n) + 0.7 * rng.normal(size=(runs, n))
        got = fields(sub.decompose(predictions, f, 0.5), ["bias2", "variance", "noise", "total"])
        error = ((predictions - f) ** 2).mean()
        close(got["bias2"], ((predictions.mean(0) - f) ** 2).mean(), "bias2")
        close(got["variance"], predictions.var(0).mean(), "variance")
        close(got["noise"], 0.25, "noise at sd = 0.5")
        close(got["total"], error + 0.25, "total")
