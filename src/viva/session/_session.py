"""A session: the fold of its events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from viva.exceptions import IllegalMove
from viva.grading import Scorecard
from viva.session._events import (
    ConfidenceGiven,
    Event,
    ItemAsked,
    LabLeft,
    LabStarted,
    LabSubmitted,
    ResponseGiven,
    ResponseGraded,
    ResponseRegraded,
    SessionOpened,
    SessionResumed,
    VerdictContested,
)
from viva.session._state import TRANSITIONS, State


@dataclass(frozen=True)
class Turn:
    """One item asked and what came of it."""

    asked: ItemAsked
    response: str | None = None
    confidence: int | None = None
    scorecards: tuple[Scorecard, ...] = ()
    contests: tuple[VerdictContested, ...] = ()
    seconds: float = 0.0
    """Time from asking to answering, without the time away."""

    @property
    def scorecard(self) -> Scorecard | None:
        """The newest scorecard, or None before grading."""
        return self.scorecards[-1] if self.scorecards else None


@dataclass(frozen=True)
class LabWork:
    """One lab and what came of it."""

    started: LabStarted
    submitted: LabSubmitted | None = None
    left: LabLeft | None = None

    @property
    def seconds(self) -> float:
        """From its start to its end, at most the time it is given: its clock runs also while one is away."""
        end = self.submitted or self.left
        spent = (end.at - self.started.at).total_seconds() if end else 0.0
        return min(max(0.0, spent), 60.0 * self.started.minutes)


@dataclass(frozen=True)
class Session:
    """An interview at one moment."""

    state: State = State.NEW
    opened: SessionOpened | None = None
    turns: tuple[Turn, ...] = ()
    labs: tuple[LabWork, ...] = ()
    n_events: int = 0
    clock_at: dt.datetime | None = None
    """When the current turn's time started running."""
    closed_reason: str | None = None

    @property
    def settings(self) -> SessionOpened:
        """The settings it was opened with. Raises IllegalMove when it wasn't opened."""
        if self.opened is None:
            raise IllegalMove("this session was never opened; open it first")
        return self.opened

    @property
    def turn(self) -> Turn:
        """The latest turn. Raises IllegalMove when nothing was asked yet."""
        if not self.turns:
            raise IllegalMove("nothing was asked in this session yet; ask something first")
        return self.turns[-1]

    @property
    def elapsed_seconds(self) -> float:
        """Time spent answering, and working on labs, so far."""
        return sum(turn.seconds for turn in self.turns) + sum(work.seconds for work in self.labs)

    def turns_on_lab(self, lab: str) -> tuple[Turn, ...]:
        """The debrief of a lab, as far as it was asked."""
        return tuple(turn for turn in self.turns if turn.asked.lab == lab)


def apply(session: Session, event: Event) -> Session:
    """The session after `event`. Raises IllegalMove when the state doesn't allow it."""
    to = TRANSITIONS.get((session.state, type(event)))
    if to is None:
        allowed = sorted(e.__name__ for s, e in TRANSITIONS if s is session.state)
        raise IllegalMove(
            f"{type(event).__name__} can't happen while the session is {session.state.value!r}; "
            f"wanted: one of {', '.join(allowed) or 'nothing'}"
        )
    return _changed(replace(session, state=to, n_events=session.n_events + 1), event)


def fold(events: Iterable[Event], session: Session | None = None) -> Session:
    """The session that these events lead to, from `session` or from the beginning."""
    session = session or Session()
    for event in events:
        session = apply(session, event)
    return session


def _changed(session: Session, event: Event) -> Session:
    match event:
        case SessionOpened():
            return replace(session, opened=event)
        case ItemAsked():
            turns = (*session.turns, Turn(asked=event))
            return replace(session, turns=turns, clock_at=event.at)
        case ResponseGiven():
            spent = (event.at - (session.clock_at or event.at)).total_seconds()
            return _with_turn(session, -1, response=event.text, seconds=max(0.0, spent))
        case ConfidenceGiven():
            return _with_turn(session, -1, confidence=event.confidence)
        case ResponseGraded():
            return _with_turn(session, -1, scorecards=(event.scorecard,))
        case ResponseRegraded():
            turn = _graded_turn(session, event.turn)
            return _with_turn(session, event.turn, scorecards=(*turn.scorecards, event.scorecard))
        case VerdictContested():
            turn = _graded_turn(session, event.turn)
            return _with_turn(session, event.turn, contests=(*turn.contests, event))
        case LabStarted() | LabSubmitted() | LabLeft():
            return replace(session, labs=_labs(session, event))
        case SessionResumed():
            return replace(session, clock_at=event.at)
        case _:
            return replace(session, closed_reason=event.reason)


def _labs(session: Session, event: LabStarted | LabSubmitted | LabLeft) -> tuple[LabWork, ...]:
    if isinstance(event, LabStarted):
        return (*session.labs, LabWork(event))
    *before, now = session.labs
    if now.started.lab != event.lab:
        raise IllegalMove(f"found the end of the lab {event.lab!r}; wanted: of {now.started.lab!r}")
    ended = replace(now, left=event) if isinstance(event, LabLeft) else replace(now, submitted=event)
    return (*before, ended)


def _graded_turn(session: Session, at: int) -> Turn:
    if at >= len(session.turns) or not session.turns[at].scorecards:
        raise IllegalMove(f"turn {at} has no scorecard; wanted: a turn that was graded")
    return session.turns[at]


def _with_turn(session: Session, at: int, **changes: object) -> Session:
    turns = list(session.turns)
    turns[at] = replace(turns[at], **changes)  # type: ignore[arg-type]
    return replace(session, turns=tuple(turns))
