"""Public checks: what `viva lab check` runs."""

import bill
import world
from viva_kit import Fail, check, fields, items, num, text

CHOICES = ("prompt", "rag", "tune", "tune+rag", "none")
REASONS = (
    "changes-often",
    "sources",
    "erase",
    "fits-in-prompt",
    "few-examples",
    "form-not-facts",
    "facts-and-form",
    "latency",
    "volume",
    "exact-rule",
)


@check("form")
def _(sub, rng):
    listed = items(fields(sub.cases(), ["case"], "cases.toml")["case"], 12, "[[case]]")
    for n, row in enumerate(listed, 1):
        case = fields(row, ["id", "choose", "because"], f"case {n}")
        if case["id"] != f"k{n}":
            raise Fail(f"case {n} has the id {case['id']!r}, wanted 'k{n}'")
        for name, known in [("choose", CHOICES), ("because", REASONS)]:
            if text(case[name], f"{name} of k{n}") not in known:
                raise Fail(f"k{n}: {name} is {case[name]!r}; wanted: one of {', '.join(known)}")


@check("untuned-cost")
def _(sub, rng):
    requests = int(rng.integers(100, 900)) * 1000
    s, p = world.SCENARIO | {"requests": requests}, world.PRICES
    for option in ("prompt/api", "rag/api"):
        want = bill.monthly_cost(option, s, p)
        got = num(sub.monthly_cost(option, s, p), option)
        if not abs(got - want) <= 0.02 * want:
            asked = f"monthly_cost({option!r}, SCENARIO | {{'requests': {requests}}}, PRICES)"
            raise Fail(f"{asked} is {got:,.2f}, wanted {want:,.2f}")
