"""What a request works with: the application, and whose data it may see."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from viva.app import Sitting, Viva, grade_response
from viva.doors.web._problems import NotLoggedIn, Refused
from viva.doors.web._queue import GradingQueue
from viva.exceptions import IllegalMove, UsageError
from viva.labs import find_lab
from viva.session import State

T = TypeVar("T")


@dataclass(frozen=True)
class Viewer:
    """Who is asking. In single-user mode there is one, and everything is theirs."""

    id: str = "local"
    name: str = ""


@dataclass(frozen=True)
class Desk:
    """The application for one viewer. Every page and endpoint gets at sessions through here."""

    viva: Viva
    viewer: Viewer = field(default_factory=Viewer)
    grading: GradingQueue = field(default_factory=GradingQueue)

    def sitting(self, id: str) -> Sitting:
        """A session of this viewer's. Raises UnknownSession."""
        return Sitting(id, self.viva.store.load(id))

    async def judge(self, sitting: Sitting) -> Sitting:
        """Judge the current turn's response when it is its turn. Raises Busy while it waits for too long."""
        return await self.grading.run(f"{self.viewer.id}/{sitting.id}", lambda: self._judge(sitting.id))

    def _judge(self, id: str) -> Sitting:
        sitting = self.sitting(id)
        return grade_response(self.viva, sitting) if sitting.session.state is State.CONFIDENT else sitting

    async def in_turn(self, work: Callable[[], T]) -> T:
        """Anything else that uses the grader, when it is its turn. Raises as `judge` does."""
        return await self.grading.run(secrets.token_hex(8), work)


def check_turn(sitting: Sitting, turn: int) -> None:
    """Raise IllegalMove unless the page that was sent shows the session's latest turn."""
    n = len(sitting.session.turns)
    if turn != n:
        raise IllegalMove(f"turn {turn} isn't the one being asked; wanted: turn {n}; load the page again")


async def known_lab(request: Request) -> None:
    """A dependency: the lab that the address names must be there. Raises Refused (404)."""
    id = request.path_params.get("id")
    try:
        if id is not None:
            find_lab(id)
    except UsageError as error:
        raise Refused(404, str(error)) from None


async def _desk_of(connection: HTTPConnection) -> Desk:
    """The one desk of single-user mode; in server mode that of whoever was admitted, or nobody's."""
    state = connection.app.state
    desk: Desk | None = getattr(state, "desk", None)
    if desk is not None:
        return desk
    account = getattr(connection.state, "account", None)
    if account is None:
        raise NotLoggedIn
    own: Desk = await run_in_threadpool(state.lobby.desk, account)
    return own


Here = Annotated[Desk, Depends(_desk_of)]
"""A parameter of this type is the desk of whoever is asking."""
