"""Stands before every request: who may ask, from where, how much, and what the browser may do with it.

A page of another site can make a browser send requests to a server on this machine, and can point its own
name at this machine (DNS rebinding). So the host must be one we serve, a changing request must come from
our own pages, and a form must carry the token that only our pages know.
"""

from __future__ import annotations

import json
import secrets
from http.cookies import CookieError, SimpleCookie
from typing import Annotated

from fastapi import Form, Header, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from viva.doors.web._problems import Refused, Status, problem

COOKIE = "viva_csrf"
MAX_BODY = 2 * 1024 * 1024
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "connect-src 'self'; img-src 'self' data:; media-src 'self' blob:"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(self)",
}
STRICT = {"strict-transport-security": "max-age=31536000"}
"""Only behind TLS."""
_SAFE = ("GET", "HEAD", "OPTIONS")


class Guard:
    """ASGI middleware that refuses what isn't ours and adds the headers of `HEADERS`."""

    def __init__(self, app: ASGIApp, *, hosts: tuple[str, ...], secure: bool = False) -> None:
        """Serve requests whose host (without its port) is one of `hosts`; `secure`: browsers come by TLS."""
        self._app = app
        self._hosts = hosts
        self._secure = secure
        self._cookie = f"__Host-{COOKIE}" if secure else COOKIE
        self._headers = HEADERS | (STRICT if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the request, then let it through."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._refusal(scope, headers)
        if refused is not None:
            await _refuse(scope, send, refused)
            return
        token, is_new = _token(headers, self._cookie)
        scope.setdefault("state", {})["csrf"] = token
        await self._app(scope, _counted(receive), self._with_headers(send, token if is_new else None))

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[Status, str] | None:
        host = headers.get("host", "")
        if _name_of(host) not in self._hosts:
            return 421, f"found the host {host[:100]!r}; wanted: one of {', '.join(self._hosts)}"
        changes = scope["type"] == "websocket" or scope["method"] not in _SAFE
        if changes and not _is_ours(headers, host):
            return 403, "this request comes from another site; open the page here and try again"
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > MAX_BODY:
            return 413, f"found {int(length):,} bytes; wanted: at most {MAX_BODY:,}"
        return None

    def _with_headers(self, send: Send, new_token: str | None) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
                if new_token is not None:
                    secure = "; Secure" if self._secure else ""
                    cookie = f"{self._cookie}={new_token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000"
                    headers.append("set-cookie", cookie + secure)
            await send(message)

        return sending


def _name_of(host: str) -> str:
    """The host without its port: ``[::1]:8000`` → ``[::1]``."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() else host).lower()


def _is_ours(headers: Headers, host: str) -> bool:
    """Does the request come from a page of ours, or from a program that isn't a browser?"""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None:
        return origin.lower() in (f"http://{host}".lower(), f"https://{host}".lower())
    return site in (None, "same-origin", "none")


def _token(headers: Headers, name: str) -> tuple[str, bool]:
    """The browser's token, or a new one."""
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        morsel = None
    if morsel is not None and len(morsel.value) >= 20:
        return morsel.value, False
    return secrets.token_urlsafe(24), True


def _counted(receive: Receive) -> Receive:
    """`receive` that stops at MAX_BODY, for a body that doesn't say its length."""
    n = 0

    async def counted() -> Message:
        nonlocal n
        message = await receive()
        n += len(message.get("body", b"")) if message["type"] == "http.request" else 0
        if n > MAX_BODY:
            raise HTTPException(413, f"found more than {MAX_BODY:,} bytes; wanted: at most that")
        return message

    return counted


async def _refuse(scope: Scope, send: Send, refused: tuple[Status, str]) -> None:
    status, detail = refused
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": detail[:120]})
        return
    body = json.dumps(problem(status, detail)).encode()
    headers = {**HEADERS, "content-type": "application/problem+json", "content-length": str(len(body))}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


async def our_form(
    request: Request,
    csrf: Annotated[str, Form()] = "",
    x_csrf_token: Annotated[str, Header()] = "",
) -> None:
    """A dependency: the form (or script) must know this browser's token. Raises Refused."""
    _check_token(request, csrf or x_csrf_token)


def our_script(request: Request, x_csrf_token: Annotated[str, Header()] = "") -> None:
    """A dependency for requests that scripts of our pages make. Raises Refused."""
    _check_token(request, x_csrf_token)


def _check_token(request: Request, given: str) -> None:
    if not secrets.compare_digest(given.encode(), request.state.csrf.encode()):
        raise Refused(403, "this form is out of date or not ours; go back, load the page again and resend")
