"""How the API's documents describe errors: every one is a problem document (RFC 9457)."""

from __future__ import annotations

from typing import Any

from viva.bank import Frozen


class Problem(Frozen):
    """A problem document (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an endpoint that can answer with these statuses."""
    example = {"type": "about:blank", "title": "That can't happen now", "status": 409, "detail": "…"}
    content = {"application/problem+json": {"schema": Problem.model_json_schema(), "example": example}}
    return {status: {"description": _WHEN[status], "content": content} for status in statuses}


_WHEN = {
    400: "The body isn't JSON",
    401: "No token or login, or one that doesn't hold",
    403: "The account's role hasn't this right, or the request comes from another site",
    404: "No such thing",
    409: "The session's state doesn't allow it, or someone else was quicker",
    413: "The body is too large",
    422: "A value can't be read or doesn't fit",
    503: "The sandbox or the store isn't there",
}
