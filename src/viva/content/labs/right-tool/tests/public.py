"""Public checks: what `viva lab check` runs."""

from viva_kit import check, require, text

_KEYWORDS = {
    "billing": ["invoice", "VAT", "late fee"],
    "delivery": ["parcel", "courier"],
    "orders": ["order"],
}
_ROUTED = [
    ("The INVOICE shows no VAT.", "billing"),
    ("The parcel with my order and the courier who brought it", "delivery"),
    ("My order is on the invoice.", "billing"),
    ("A late, unfair fee for the order", "orders"),
    ("There is a late fee!", "billing"),
    ("Reordering parcels at the border", "human"),
    ("", "human"),
]


@check("rules")
def _(sub, rng):
    for said, team in _ROUTED:
        got = text(sub.route(said, _KEYWORDS), "route")
        require(got == team, f"route({said!r}, {_KEYWORDS}) is {got!r}, not {team!r}")
