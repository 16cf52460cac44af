"""Public checks: what `viva lab check` runs."""

from viva_kit import check, require


@check("plain-match")
def _(sub, rng):
    for output, gold, want in [("Paris", "paris", True), (" oslo\n", "Oslo", True), ("Rome", "Oslo", False)]:
        require(sub.is_correct(output, gold) is want, f"is_correct({output!r}, {gold!r}) is not {want}")
