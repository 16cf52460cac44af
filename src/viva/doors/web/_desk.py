"""What a request works with: the application, and whose data it may see."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from viva.app import Sitting, Viva, grade_response
from viva.doors.web._problems import Refused
from viva.exceptions import IllegalMove, UsageError
from viva.labs import find_lab


@dataclass(frozen=True)
class Viewer:
    """Who is asking. In single-user mode there is one, and everything is theirs."""

    id: str = "local"


@dataclass(frozen=True)
class Desk:
    """The application for one viewer. Every page and endpoint gets at sessions through here."""

    viva: Viva
    viewer: Viewer = field(default_factory=Viewer)
    grading: threading.Lock = field(default_factory=threading.Lock)
    """One answer is judged at a time: the networks use every core as it is."""

    def sitting(self, id: str) -> Sitting:
        """A session of this viewer's. Raises UnknownSession."""
        return Sitting(id, self.viva.store.load(id))

    def grade(self, sitting: Sitting) -> Sitting:
        """Judge the current turn's response; one at a time, the others wait."""
        with self.grading:
            return grade_response(self.viva, sitting)


def check_turn(sitting: Sitting, turn: int) -> None:
    """Raise IllegalMove unless the page that was sent shows the session's latest turn."""
    n = len(sitting.session.turns)
    if turn != n:
        raise IllegalMove(f"turn {turn} isn't the one being asked; wanted: turn {n}; load the page again")


def known_lab(request: Request) -> None:
    """A dependency: the lab that the address names must be there. Raises Refused (404)."""
    id = request.path_params.get("id")
    try:
        if id is not None:
            find_lab(id)
    except UsageError as error:
        raise Refused(404, str(error)) from None


def _desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


Here = Annotated[Desk, Depends(_desk_of)]
"""A parameter of this type is the desk of whoever is asking."""
