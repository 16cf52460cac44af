"""Public checks: what `viva lab check` runs."""

import reference as ref
from viva_kit import check, close


@check("temperature")
def _(sub, rng):
    z = 2 * rng.normal(size=8)
    for temperature in (0.5, 1.0, 2.0):
        want = ref.distribution(z, temperature)
        close(sub.distribution(z, temperature=temperature), want, f"temperature {temperature}")
    seen = [int(z.argmax()), int(z.argmin())]
    want = ref.distribution(z, penalty=1.5, seen=seen)
    close(sub.distribution(z, penalty=1.5, seen=seen), want, f"penalty 1.5 on {seen} of {z.round(2)}")
