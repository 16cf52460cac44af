"""Pages from templates: text is escaped, and every page gets the same few helpers."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse

from viva import __version__
from viva.app.accounts import Account, Right
from viva.doors.html import SIGN, mark_kind, mark_names
from viva.doors.web._markdown import markdown, markdown_line
from viva.doors.web._static import static

PLACES = (
    ("/", "Home"), ("/practice", "Practice"), ("/interview", "Interview"), ("/study", "Study"),
    ("/bank", "Questions"), ("/labs", "Labs"), ("/progress", "Progress"),
)  # fmt: skip
"""The links at the top, in order."""


@cache
def environment() -> Environment:
    """The templates, read once."""
    env = Environment(
        loader=PackageLoader("viva.doors.web", "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.globals |= {"sign": SIGN, "static": static().url, "version": __version__}
    env.filters |= {
        "mark_kind": mark_kind, "mark_names": mark_names, "markdown": markdown, "line": markdown_line,
        "words": in_words, "day": day,
    }  # fmt: skip
    return env


def places_for(account: Account | None) -> tuple[tuple[str, str], ...]:
    """The links at the top for whoever looks; in single-user mode (None) those for one's own use."""
    if account is None:
        return PLACES
    more = (("/candidates", "Candidates", Right.READ_REPORTS), ("/people", "People", Right.MANAGE))
    return (*PLACES, *((path, name) for path, name, right in more if account.may(right)))


def page(request: Request, name: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A template with these values as the answer to a request."""
    account: Account | None = getattr(request.state, "account", None)
    is_server = hasattr(request.app.state, "lobby")
    shared = {
        "here": request.url.path, "csrf": getattr(request.state, "csrf", ""), "account": account,
        "is_server": is_server, "machine": "this server" if is_server else "this machine",
        "places": () if is_server and account is None else places_for(account),
    }  # fmt: skip
    return HTMLResponse(environment().get_template(name).render(**shared, **values), status_code=status)


def in_words(id: str) -> str:
    """An id as a person reads it."""
    return id.replace("-", " ")


def day(at: dt.datetime) -> str:
    """A day and a time, UTC."""
    return f"{at:%Y-%m-%d %H:%M}"
