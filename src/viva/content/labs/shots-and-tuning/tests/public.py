"""Public checks: what `viva lab check` runs."""

import reference as ref
from viva_kit import Fail, check, indices


def share(got, wanted, what):
    """The share of right classes, of an answer that must have one for each row."""
    got = indices(got, ref.C, what)
    if got.shape != wanted.shape:
        raise Fail(f"{what}: expected {len(wanted)} classes, got {len(got)}")
    return float((got == wanted).mean())


@check("zero-shot")
def _(sub, rng):
    Q, wanted = ref.vectors(rng, 300)
    mine, reference = share(sub.zero_shot(ref.D, Q), wanted, "zero_shot"), (ref.zero_shot(Q) == wanted).mean()
    if mine < reference - 0.03:
        raise Fail(f"accuracy {mine:.2f} on 300 tickets, the reference has {reference:.2f}")
    longer = share(sub.zero_shot(ref.D * rng.uniform(0.2, 5, (ref.C, 1)), Q), wanted, "zero_shot")
    if longer < reference - 0.03:
        raise Fail(f"accuracy falls to {longer:.2f} when descriptions have vectors of other lengths")
