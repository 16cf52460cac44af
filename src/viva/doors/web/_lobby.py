"""Server mode's front desk: who is asking, what they may do, and whose workspace that opens.

Every route is held to `RIGHTS`: what isn't open to all needs a login or token, and what isn't named there
needs the right to practise and works in the asker's own workspace. So a new route is shut by default.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request, WebSocketException
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from viva.app import Viva
from viva.app.accounts import Account, Accounts, Right, is_token
from viva.app.workspaces import Workspaces
from viva.doors.web._desk import Desk, Viewer
from viva.doors.web._limits import LoginLimits
from viva.doors.web._oidc import Provider
from viva.doors.web._problems import NotLoggedIn, Refused
from viva.doors.web._queue import GradingQueue

LOGIN = "viva_login"
OPEN = re.compile(r"/login(/oidc(/callback)?)?|/logout|/join/[^/]+(/oidc)?")
"""The addresses that need no login."""
RIGHTS: tuple[tuple[str, Right], ...] = (
    ("/people/invite", Right.MANAGE),
    ("/people", Right.MANAGE),
    ("/candidates/invite", Right.INVITE),
    ("/candidates", Right.READ_REPORTS),
    ("/api/v1/candidates", Right.READ_REPORTS),
    ("", Right.PRACTISE),
)
"""The first row that an address is or lies under says which right it needs."""


@dataclass(frozen=True)
class Lobby:
    """Everyone's accounts and workspaces, and how one gets in."""

    viva: Viva
    """What all share: the bank, the grader, the clock."""
    accounts: Accounts
    workspaces: Workspaces
    provider: Provider | None = None
    address: str = ""
    """The public address, without a slash at its end."""
    limits: LoginLimits = field(default_factory=LoginLimits)
    grading: GradingQueue = field(default_factory=GradingQueue)

    @property
    def is_secure(self) -> bool:
        """Is the public address one with TLS?"""
        return self.address.startswith("https://")

    @property
    def cookie(self) -> str:
        """The login cookie's name; with TLS one that no other host can set."""
        return f"__Host-{LOGIN}" if self.is_secure else LOGIN

    def who(self, connection: HTTPConnection) -> Account | None:
        """Whoever holds the token or login that came along. A token that is wrong isn't made up for by a
        cookie."""
        scheme, _, given = connection.headers.get("authorization", "").partition(" ")
        if scheme:
            held = scheme.lower() == "bearer" and is_token(given)
            return self.accounts.who(given.strip()) if held and _is_api(connection) else None
        secret = connection.cookies.get(self.cookie, "")
        return self.accounts.who(secret) if secret and not is_token(secret) else None

    def desk(self, account: Account) -> Desk:
        """A desk in the account's own workspace."""
        return Desk(self.workspaces.of(account.id), Viewer(account.id, account.name), self.grading)

    def candidate(self, interviewer: Account, candidate: str) -> tuple[Account, Viva]:
        """A candidate with their workspace, for an interviewer who sees them.

        Raises Refused (404) for everyone else: who there is, is nobody else's business.
        """
        if not self.accounts.sees(interviewer, candidate):
            raise Refused(404, "no such candidate among those assigned to you")
        return self.accounts.get(candidate), self.workspaces.of(candidate)


def _is_api(connection: HTTPConnection) -> bool:
    return connection.url.path.startswith("/api/")


def right_for(path: str) -> Right | None:
    """The right that an address needs; None for one open to all."""
    if OPEN.fullmatch(path):
        return None
    return next(right for prefix, right in RIGHTS if path == prefix or path.startswith(f"{prefix}/"))


async def admit(connection: HTTPConnection) -> None:
    """A dependency of every route in server mode. Raises NotLoggedIn, Refused."""
    lobby: Lobby = connection.app.state.lobby
    account = await run_in_threadpool(lobby.who, connection)
    connection.state.account = account
    right = right_for(connection.scope["path"])
    if right is None:
        return
    if connection.scope["type"] == "websocket" and (account is None or not account.may(right)):
        raise WebSocketException(1008, "this needs a login")
    if account is None:
        raise NotLoggedIn
    if not account.may(right):
        raise Refused(403, f"this needs the right to {right.value}, which a {account.role.value} hasn't")


def _lobby_of(request: Request) -> Lobby:
    lobby: Lobby = request.app.state.lobby
    return lobby


async def _me(request: Request) -> Account:
    account: Account | None = request.state.account
    if account is None:
        raise NotLoggedIn
    return account


InLobby = Annotated[Lobby, Depends(_lobby_of)]
Me = Annotated[Account, Depends(_me)]
"""A parameter of this type is the account of whoever is asking."""
