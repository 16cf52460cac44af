"""Public checks: what `viva lab check` runs."""

from examples import EXAMPLES
from viva_kit import Fail, check, items, require

_ANSWERS = [
    (
        "The hall seats 400. It opened in 1998! Was it rebuilt? Yes.",
        ["The hall seats 400", "It opened in 1998", "Was it rebuilt", "Yes"],
    ),
    (
        "Dr. Hale measured 3.5 metres; the report says 4.1.  She was asked why.",
        ["Dr. Hale measured 3.5 metres", "the report says 4.1", "She was asked why"],
    ),
    ("It costs approx. 40 crowns vs. 35 last year", ["It costs approx. 40 crowns vs. 35 last year"]),
    ("  ", []),
]


@check("split")
def _(sub, rng):
    for answer, want in _ANSWERS:
        got = items(sub.split_claims(answer), None, "split_claims")
        require(got == want, f"split_claims({answer!r}) is {got!r}, not {want!r}")


@check("examples")
def _(sub, rng):
    missed = [e for e in EXAMPLES if sub.judge(e["claim"], e["source"]) != e["label"]]
    if len(missed) > 9:
        shown = "; ".join(f"{e['claim']!r} is {e['label']}" for e in missed[:3])
        raise Fail(f"{len(missed)} of {len(EXAMPLES)} examples are labelled otherwise (at most 9): {shown}")
