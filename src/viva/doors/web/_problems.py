"""Errors as answers: one table from exception to status, problem documents (RFC 9457) for programs and a
page for people."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from viva.exceptions import (
    IllegalMove,
    InputError,
    SandboxError,
    StoreError,
    UnknownQuestion,
    UnknownSession,
    UsageError,
    VivaError,
)

log = logging.getLogger("viva")
Status = int

STATUSES: tuple[tuple[type[VivaError], Status, str], ...] = (
    (UnknownQuestion, 404, "No such question"),
    (UnknownSession, 404, "No such session"),
    (IllegalMove, 409, "That can't happen now"),
    (InputError, 422, "That can't be read"),
    (UsageError, 422, "That doesn't fit"),
    (SandboxError, 503, "The sandbox isn't there"),
    (StoreError, 503, "The store isn't there"),
    (VivaError, 500, "Something of ours is wrong"),
)
"""The first row that fits an exception says its status and title."""
TITLES = {
    400: "That can't be read", 401: "Who is asking?", 403: "Not from here", 404: "Nothing here",
    405: "Not that way",
    409: "That can't happen now", 413: "Too much at once", 421: "Another host", 422: "That can't be read",
    429: "Too often",
    500: "Something of ours is wrong", 503: "Not now",
}  # fmt: skip


class Refused(Exception):
    """The door itself says no; the use-cases weren't asked."""

    def __init__(self, status: Status, detail: str) -> None:
        """Refuse with an HTTP status and a sentence for the person."""
        super().__init__(detail)
        self.status = status


class NotLoggedIn(Refused):
    """Nobody is logged in."""

    def __init__(self) -> None:
        """Refuse with 401."""
        super().__init__(401, "this needs a login, or for a program a token that holds")


def problem(status: Status, detail: str, *, title: str | None = None) -> dict[str, Any]:
    """A problem document."""
    named = title or TITLES.get(status, "Refused")
    return {"type": "about:blank", "title": named, "status": status, "detail": detail}


def add_handlers(app: FastAPI) -> None:
    """Make every error of every route a problem document or an error page."""
    for kind in (VivaError, Refused, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, _answer)


def _answer(request: Request, error: Exception) -> Response:
    found = _found(error)
    if found["status"] == 500:
        log.error("%s %s: %s", request.method, request.url.path, type(error).__name__, exc_info=error)
    return respond(request, found)


def _found(error: Exception) -> dict[str, Any]:
    match error:
        case VivaError():
            _, status, title = next(row for row in STATUSES if isinstance(error, row[0]))
            return problem(status, str(error), title=title)
        case Refused():
            return problem(error.status, str(error))
        case RequestValidationError():
            return problem(422, "; ".join(_line(e) for e in error.errors()[:5]))
        case HTTPException():
            return problem(error.status_code, _sentence(error))
        case _:
            return problem(500, "the server failed at this request; its log says how. Nothing kept is lost")


def _line(error: dict[str, Any]) -> str:
    field = ".".join(str(part) for part in error["loc"][1:]) or str(error["loc"][0])
    return f"{field}: {error['msg']}"


def _sentence(error: HTTPException) -> str:
    if error.status_code == 404:
        return "there is nothing at this address; the links at the top lead on"
    return str(error.detail)


def respond(request: Request, found: dict[str, Any]) -> Response:
    """The problem in the form that fits whoever asked; a page that needs a login leads there."""
    headers = {401: {"www-authenticate": "Bearer"}, 429: {"retry-after": "60"}, 503: {"retry-after": "5"}}
    more = headers.get(found["status"], {})
    if request.url.path.startswith("/api/") or "application/json" in request.headers.get("content-type", ""):
        return JSONResponse(
            found, status_code=found["status"], media_type="application/problem+json", headers=more
        )
    if found["status"] == 401 and request.method == "GET" and "hx-request" not in request.headers:
        return RedirectResponse(f"/login?next={quote(request.url.path)}", status_code=303)
    from viva.doors.web._render import page

    made = page(request, "error.html", status=found["status"], problem=found)
    made.headers.update(more)
    return made
