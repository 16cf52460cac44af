"""Use-cases of study: what is due, a drill over it, a plan towards the interview.

What is remembered is folded from the log each time, so it can't disagree with it. The one thing kept
beside the log is the aim (the interview's date and the minutes a day), which is a wish and no record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from viva.app._files import keep_file
from viva.app._viva import Viva
from viva.bank import Frozen, Question
from viva.exceptions import InputError, UnknownQuestion, UsageError
from viva.session import Session, Turn
from viva.study import (
    CardId,
    Due,
    Exercise,
    Grade,
    Memory,
    Plan,
    Review,
    Way,
    due_at,
    exercises_for,
    memories_of,
    new_cards,
    plan_days,
    reviews_of,
)

DEFAULT_MINUTES = 30
_STEP_WAYS = {"warm-up": Way.RECALL, "variant": Way.TRANSFER}


class Aim(Frozen):
    """What a person studies towards."""

    interview: dt.date
    minutes: Annotated[int, Field(ge=1, le=24 * 60)] = DEFAULT_MINUTES
    """Minutes a day."""
    topics: tuple[str, ...] = ()
    """Topics that new criteria come from; empty means all."""


@dataclass(frozen=True)
class Lesson:
    """What there is to learn about one criterion."""

    question: str
    title: str
    criterion: str
    claim: str
    teach: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class StudyNow:
    """Where someone's memory stands: what is due, and what comes next."""

    now: dt.datetime
    due: tuple[Due, ...]
    exercises: tuple[Exercise, ...]
    """What practises everything due, in the order in which a drill asks it."""
    n_cards: int
    """Criteria met so far."""
    n_learned: int
    """Those that were known when last asked."""
    next_due: dt.datetime | None
    """When the next one comes due that isn't due now; None when there is none."""

    @property
    def minutes(self) -> float:
        """Time set aside for all that is due."""
        return sum(e.minutes for e in self.exercises)


class Remembered:
    """What the log says of memory, read once; everything else in this file is told from it."""

    def __init__(self, viva: Viva) -> None:
        """Read every session in the store."""
        self._viva = viva
        self.now = viva.now().astimezone()
        """The moment of reading, in the machine's zone, which says what a day is."""
        self.sessions: dict[str, Session] = {line.id: viva.store.load(line.id) for line in viva.store.lines()}

    @cached_property
    def questions(self) -> dict[str, Question]:
        """The questions that the sessions mention and the bank still has."""
        ids = {turn.asked.question for session in self.sessions.values() for turn in session.turns}
        found = {}
        for id in sorted(ids):
            try:
                found[id] = self._viva.bank.question(id)
            except UnknownQuestion:  # a pack that was removed
                continue
        return found

    @cached_property
    def memories(self) -> dict[CardId, Memory]:
        """What is remembered of every criterion met."""
        return memories_of(self.reviews(self.sessions.values()))

    def reviews(self, sessions: Iterable[Session]) -> list[Review]:
        """The reviews in some of the sessions."""
        return [review for session in sessions for review in reviews_of(session, self.questions)]

    def minutes_today(self) -> float:
        """How long drills took today; a quick answer counts for half of the time set aside."""
        return sum(
            minutes_of(turn)
            for session in self.sessions.values()
            if is_drill(session)
            for turn in session.turns
            if turn.response is not None
            and turn.asked.at.astimezone(self.now.tzinfo).date() == self.now.date()
        )


def study_now(viva: Viva) -> StudyNow:
    """What is due now, and what is known of memory."""
    known = Remembered(viva)
    due = due_at(known.memories.values(), known.questions, known.now)
    later = [m.due for m in known.memories.values() if m.due > known.now]
    return StudyNow(
        now=known.now,
        due=tuple(due),
        exercises=tuple(exercises_for(due, known.questions)),
        n_cards=len(known.memories),
        n_learned=sum(m.is_learned for m in known.memories.values()),
        next_due=min(later, default=None),
    )


def lesson_of(viva: Viva, question: str, criterion: str) -> Lesson:
    """What to learn about a criterion. Raises UnknownQuestion, UsageError."""
    found = viva.bank.question(question)
    try:
        c = found.criterion(criterion)
    except KeyError:
        known = ", ".join(c.id for c in found.criteria)
        raise UsageError(f"{question!r} has no criterion {criterion!r}; wanted: one of {known}") from None
    return Lesson(question, found.title, c.id, c.claim, c.teach, c.sources)


def lessons_after(viva: Viva, turn: Turn) -> list[Lesson]:
    """What to learn after a graded turn: each criterion it practised that wasn't met. [] when all were."""
    card = turn.scorecard
    if card is None or card.score is None:
        return []
    reviews = reviews_of(
        Session(turns=(turn,)), {turn.asked.question: viva.bank.question(turn.asked.question)}
    )
    return [lesson_of(viva, *r.card) for r in reviews if r.grade < Grade.GOOD]


def keep_aim(viva: Viva, aim: Aim) -> None:
    """Remember what the person studies towards; replaces an earlier aim. Raises UsageError for a topic
    that isn't in the bank."""
    _check_topics(viva, aim.topics)
    keep_file(_aim_file(viva), aim.model_dump_json().encode())


def aim_of(viva: Viva) -> Aim | None:
    """What the person studies towards, or None. Raises InputError when its file can't be read."""
    path = _aim_file(viva)
    try:
        return Aim.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        found = error.errors(include_url=False)[0]["msg"]
        raise InputError(f"{path}: {found}; set the date again with `viva study plan --date`") from None


def forget_aim(viva: Viva) -> None:
    """Forget the aim; nothing happens when there is none."""
    _aim_file(viva).unlink(missing_ok=True)


def _aim_file(viva: Viva) -> Path:
    return viva.settings.home / "aim.json"


def plan_towards(viva: Viva, aim: Aim) -> Plan:
    """The plan from now to the day before the interview; what was studied today is taken off today.

    Raises UsageError for a date that is past or too far, or a topic that isn't in the bank.
    """
    _check_topics(viva, aim.topics)
    known = Remembered(viva)
    questions = {q.id: q for q in viva.bank}
    fresh = new_cards(
        (q for q in questions.values() if not aim.topics or q.topic in aim.topics), known.memories
    )
    return plan_days(
        known.memories,
        fresh,
        questions,
        now=known.now,
        interview=aim.interview,
        minutes=aim.minutes,
        minutes_today=max(0.0, aim.minutes - known.minutes_today()),
    )


def new_today(viva: Viva, aim: Aim) -> int:
    """How many new criteria today's part of the plan holds."""
    return sum(placed.is_new for placed in plan_towards(viva, aim).days[0].placed)


def _check_topics(viva: Viva, topics: tuple[str, ...]) -> None:
    known = {path.parent.name for path in viva.bank.paths.values()}
    for topic in topics:
        if topic not in known:
            raise UsageError(f"no topic {topic!r} in the bank; wanted: {', '.join(sorted(known))}")


def is_drill(session: Session) -> bool:
    """Is this session a drill?"""
    begins = session.turns[0].asked.step if session.turns else None
    return session.opened is not None and session.opened.mode == "single" and begins in _STEP_WAYS


def minutes_of(turn: Turn) -> float:
    """The minutes a drill's turn counts for: the time it took, at least half of what is set aside."""
    way = _STEP_WAYS.get(turn.asked.step, Way.RECALL)
    aside = Exercise(way, turn.asked.question, ()).minutes
    return max(turn.seconds / 60, aside / 2)
