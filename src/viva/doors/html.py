"""Pages made from templates; text is escaped, and a page needs nothing but itself."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape

from viva.app import Report, Stretch

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from viva.app.history import Moment
    from viva.app.items import Analysis
    from viva.app.progress import Progress
    from viva.hiring import Kit

SIGN = {"met": "✓", "partly": "◐", "missing": "·", "contradicted": "✗", "wrong": "!"}
"""What stands beside a colour, so that nobody needs the colour."""
MARKS = {"pass": "✓", "partial": "◐", "fail": "✗", "error": "!", "not run": "·"}
"""What stands beside a lab's check."""
_STRENGTH = ("wrong", "contradicted", "met", "partly")


@cache
def environment() -> Environment:
    """The templates."""
    env = Environment(
        # charts are drawn as in the browser
        loader=ChoiceLoader([PackageLoader("viva.doors", f) for f in ("templates", "web/templates")]),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals |= {"sign": SIGN, "marks": MARKS}
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


def progress_page(progress: Progress, over_time: Mapping[str, Sequence[Moment]], *, at: dt.datetime) -> str:
    """Where a person stands as one self-contained HTML page.

    ``over_time``: a name ("overall" or a topic) → the moments to draw; fewer than two draw nothing.
    """
    from viva.app.progress import LEVEL
    from viva.doors.web._charts import standing_chart, time_chart

    curves = [(name, curve) for name, moments in over_time.items() if (curve := time_chart(moments))]
    every = [*progress.topics, progress.overall]
    template = environment().get_template("progress.html")
    return template.render(
        progress=progress, every=every, by_topic=standing_chart(every),
        over_time=curves, level=f"{100 * LEVEL:.0f}", at=at,
    )  # fmt: skip
