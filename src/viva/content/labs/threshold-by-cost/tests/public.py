"""Public checks: what `viva lab check` runs."""

import reference as ref
from viva_kit import check, close, items


@check("pr-curve")
def _(sub, rng):
    y, s = ref.draw(rng, 12)
    got = items(sub.pr_curve(y, s), 3, "pr_curve")
    for name, have, want in zip(("thresholds", "precision", "recall"), got, ref.pr_curve(y, s), strict=True):
        close(have, want, f"{name} for y={y.tolist()}, s={s.round(3).tolist()}")


@check("f-beta")
def _(sub, rng):
    p, r = rng.uniform(0.1, 0.9, 2)
    for beta in (0.5, 1.0, 2.0):
        want = (1 + beta**2) * p * r / (beta**2 * p + r)
        close(sub.f_beta(float(p), float(r), beta), want, f"f_beta({p:.3f}, {r:.3f}, {beta})")
    close(sub.f_beta(0.0, 0.0, 1.0), 0.0, "f_beta(0, 0, 1)")
