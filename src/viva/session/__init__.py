"""The rules of an interview: events, states, one transition table; no I/O, clock or chance."""

from viva.session._events import (
    EVENT_TYPES,
    ConfidenceGiven,
    Event,
    ItemAsked,
    ResponseGiven,
    ResponseGraded,
    ResponseRegraded,
    SessionClosed,
    SessionOpened,
    SessionResumed,
    Step,
    VerdictContested,
    event_from_json,
    event_to_json,
)
from viva.session._session import Session, Turn, apply, fold
from viva.session._state import TRANSITIONS, State

__all__ = [
    "EVENT_TYPES",
    "TRANSITIONS",
    "ConfidenceGiven",
    "Event",
    "ItemAsked",
    "ResponseGiven",
    "ResponseGraded",
    "ResponseRegraded",
    "Session",
    "SessionClosed",
    "SessionOpened",
    "SessionResumed",
    "State",
    "Step",
    "Turn",
    "VerdictContested",
    "apply",
    "event_from_json",
    "event_to_json",
    "fold",
]
