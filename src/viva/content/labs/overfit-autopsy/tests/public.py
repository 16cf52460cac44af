"""Public checks: what `viva lab check` runs."""

from viva_kit import Fail, check

_RUNS = [
    (2, [3.0, 2.5, 2.6, 2.4, 2.5, 2.45, 2.0]),
    (2, [1.0, 1.1, 1.05]),
    (1, [2.0, 1.0, 1.0]),
    (3, [5.0, 4.0, 4.5, 4.4, 3.9, 4.0, 3.9, 3.95]),
    (4, [3.0, 3.1, 2.0, 2.1, 1.0, 1.1, 0.5, 0.6, 0.4, 0.6]),
]


def stops_at(patience, losses):
    """The number of the first epoch that ends `patience` epochs without a new best."""
    for epoch in range(len(losses)):
        best = min(range(epoch + 1), key=lambda i: losses[i])
        if epoch - best >= patience:
            return epoch
    return None


@check("patience")
def _(sub, rng):
    noisy = [float(v) for v in rng.uniform(1, 2, 20)]
    for patience, losses in [*_RUNS, (3, noisy)]:
        patient, want = sub.new("Patience", patience), stops_at(patience, losses)
        for epoch, value in enumerate(losses[: None if want is None else want + 1]):
            stop = patient.update(value)
            if stop not in (True, False) or bool(stop) != (epoch == want):
                when = "never" if want is None else f"at epoch {want}"
                raise Fail(
                    f"patience {patience}, losses {losses}: stop {when}, got {stop!r} at epoch {epoch}"
                )
