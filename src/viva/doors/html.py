"""Pages made from templates; text is escaped, and a page needs nothing but itself."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from viva.app import Report, Stretch

if TYPE_CHECKING:
    from viva.app.items import Analysis
    from viva.hiring import Kit

SIGN = {"met": "✓", "partly": "◐", "missing": "·", "contradicted": "✗", "wrong": "!"}
"""What stands beside a colour, so that nobody needs the colour."""
_STRENGTH = ("wrong", "contradicted", "met", "partly")


@cache
def environment() -> Environment:
    """The templates."""
    env = Environment(
        loader=PackageLoader("viva.doors", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals["sign"] = SIGN
    env.filters["mark_kind"] = mark_kind
    env.filters["mark_names"] = mark_names
    return env


def mark_kind(stretch: Stretch) -> str:
    """The strongest thing a stretch shows: ``wrong`` before ``contradicted``, ``met``, ``partly``."""
    kinds = {mark.split(":")[0] for mark in stretch.marks}
    return next((kind for kind in _STRENGTH if kind in kinds), "")


def mark_names(stretch: Stretch) -> str:
    """All a stretch shows, for a tooltip and a screen reader."""
    return "; ".join(mark.replace(":", " ").replace("-", " ") for mark in stretch.marks)


def report_page(report: Report) -> str:
    """A session's report as one self-contained HTML page."""
    return environment().get_template("report.html").render(report=report)


def items_page(analysis: Analysis) -> str:
    """An item report as one self-contained HTML page."""
    from viva.app.items import THETA

    return environment().get_template("items.html").render(report=analysis, theta=THETA)


def kit_page(kit: Kit) -> str:
    """An interviewer's kit as one self-contained HTML page that prints well."""
    return environment().get_template("kit.html").render(kit=kit)
