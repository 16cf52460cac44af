"""The rules of an interview, as one table.

An item is asked, answered, given a confidence, graded; then the interviewer moves. Confidence comes
before the scorecard so that nobody sees a result before saying how sure they are. Regrading and
contesting look back at graded turns and leave the state as it is; so does coming back. A lab is given
between turns; when it is submitted or left the interviewer moves, at first to its debrief.
"""

from __future__ import annotations

from enum import StrEnum

from viva.bank import Frozen
from viva.session._events import (
    ConfidenceGiven,
    ItemAsked,
    LabLeft,
    LabStarted,
    LabSubmitted,
    ResponseGiven,
    ResponseGraded,
    ResponseRegraded,
    SessionClosed,
    SessionOpened,
    SessionResumed,
    VerdictContested,
)


class State(StrEnum):
    """Where an interview stands."""

    NEW = "new"
    READY = "ready"
    ASKED = "asked"
    ANSWERED = "answered"
    CONFIDENT = "confident"
    GRADED = "graded"
    LAB = "lab"
    CLOSED = "closed"


_OPEN = (State.READY, State.ASKED, State.ANSWERED, State.CONFIDENT, State.GRADED, State.LAB)

TRANSITIONS: dict[tuple[State, type[Frozen]], State] = {
    (State.NEW, SessionOpened): State.READY,
    (State.READY, ItemAsked): State.ASKED,
    (State.ASKED, ResponseGiven): State.ANSWERED,
    (State.ANSWERED, ConfidenceGiven): State.CONFIDENT,
    (State.CONFIDENT, ResponseGraded): State.GRADED,
    (State.GRADED, ItemAsked): State.ASKED,
    (State.READY, LabStarted): State.LAB,
    (State.GRADED, LabStarted): State.LAB,
    (State.LAB, LabSubmitted): State.READY,
    (State.LAB, LabLeft): State.READY,
    **{(state, SessionResumed): state for state in _OPEN},
    **{(state, SessionClosed): State.CLOSED for state in _OPEN},
    **{(state, ResponseRegraded): state for state in (*_OPEN, State.CLOSED)},
    **{(state, VerdictContested): state for state in (*_OPEN, State.CLOSED)},
}
"""(state, event) → next state; a pair that isn't here is illegal."""
