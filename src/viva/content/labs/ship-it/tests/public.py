"""Public checks: what `viva lab check` runs."""

import math

import service
from viva_kit import Fail, check, num, whole


@check("form")
def _(sub, rng):
    design = sub.design()
    for read in (service.serving, service.promised, service.rollback, service.rollout, service.monitors):
        read(design)


@check("capacity")
def _(sub, rng):
    for _ in range(4):
        fixed, item, batch = float(rng.uniform(4, 20)), float(rng.uniform(0.5, 3)), int(rng.integers(1, 33))
        zones, busy, peak = (
            int(rng.integers(2, 5)),
            float(rng.uniform(0.5, 0.9)),
            float(rng.uniform(300, 5000)),
        )
        one = 1000 * batch / (fixed + item * batch)
        got = num(sub.capacity(batch, fixed, item), "capacity")
        if not abs(got - one) <= 1e-6 * one:
            raise Fail(f"capacity({batch}, {fixed:.3f}, {item:.3f}) is {got:.3f}, wanted {one:.3f}")
        want = math.ceil(peak / (busy * one) / (zones - 1))
        found = whole(sub.replicas_per_zone(peak, batch, fixed, item, zones, busy), "replicas_per_zone")
        if found != want:
            asked = f"{peak:.1f}, {batch}, {fixed:.3f}, {item:.3f}, {zones}, {busy:.3f}"
            raise Fail(f"replicas_per_zone({asked}) is {found}, wanted {want}")
