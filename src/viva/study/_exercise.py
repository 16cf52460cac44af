"""What to practise now: criteria that are due, joined into exercises.

A criterion that is known goes on to transfer: a variant of its question that needs the idea, the one
met longest ago. One variant practises every due criterion it transfers. All others are recalled by
their probe.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from viva.bank import CriterionLevel, Question
from viva.study._memory import Memory
from viva.study._review import CardId, Way

MINUTES: dict[Way, float] = {Way.RECALL: 1.0, Way.TRANSFER: 3.0}
"""Time set aside for an exercise with its feedback."""
NEW_MINUTES = 2.0
"""Time for a criterion never met: try, read the lesson, say it again."""
LEVELS = {CriterionLevel.CORE: 0, CriterionLevel.STRONG: 1, CriterionLevel.EXCEPTIONAL: 2}


@dataclass(frozen=True)
class Due:
    """A criterion that is due, and since when."""

    memory: Memory
    level: CriterionLevel
    retrievability: float
    """The chance (0-1) that it would be recalled now."""

    @property
    def card(self) -> CardId:
        """Which criterion."""
        return self.memory.card


@dataclass(frozen=True)
class Exercise:
    """One thing to ask: a criterion's probe, or a variant that needs several criteria."""

    way: Way
    question: str
    criteria: tuple[str, ...]
    variant: str | None = None
    is_new: bool = False

    @property
    def minutes(self) -> float:
        """Time set aside for it."""
        return NEW_MINUTES if self.is_new else MINUTES[self.way]


def due_at(memories: Iterable[Memory], questions: Mapping[str, Question], now: dt.datetime) -> list[Due]:
    """The criteria due at `now` or before, the most urgent first.

    What someone was sure of and had wrong comes first; then core before further claims; then what is
    least likely to be recalled. Criteria no longer among `questions` are left out.
    """
    found = [
        Due(memory, level, memory.retrievability(now))
        for memory in memories
        if memory.due <= now and (level := level_of(memory.card, questions)) is not None
    ]
    return sorted(found, key=_urgency)


def exercises_for(due: Iterable[Due], questions: Mapping[str, Question]) -> list[Exercise]:
    """The exercises that practise every criterion in `due`, each once, the most urgent first."""
    made: list[Exercise] = []
    for one in due:
        question, id = questions[one.card.question], one.card.criterion
        joined = next((i for i, e in enumerate(made) if _takes(e, one, question)), None)
        if joined is not None:
            made[joined] = _with(made[joined], id)
            continue
        variant = variant_for(one.memory, question)
        way = Way.RECALL if variant is None else Way.TRANSFER
        made.append(Exercise(way, question.id, (id,), variant))
    return made


def variant_for(memory: Memory, question: Question, *, prefer: Collection[str] = ()) -> str | None:
    """The variant that practises a learned criterion next; None: it is to be recalled.

    A variant in `prefer` (already chosen for another criterion) wins, then one not yet met, then the one
    met longest ago.
    """
    fit = [v.id for v in question.variants if memory.card.criterion in v.transfers]
    if not fit or not memory.is_learned:
        return None
    met = {id: i for i, id in enumerate(memory.variants)}
    return min(fit, key=lambda id: (id not in prefer, met.get(id, -1), fit.index(id)))


def level_of(card: CardId, questions: Mapping[str, Question]) -> CriterionLevel | None:
    """The level of a criterion, or None when it isn't in the bank (any more)."""
    question = questions.get(card.question)
    criteria = question.criteria if question else ()
    return next((c.level for c in criteria if c.id == card.criterion), None)


def _urgency(due: Due) -> tuple[bool, int, float, CardId]:
    memory = due.memory
    return (not memory.is_sure_and_wrong, LEVELS[due.level], due.retrievability, memory.card)


def _takes(exercise: Exercise, due: Due, question: Question) -> bool:
    """Does this exercise practise the criterion too?"""
    if exercise.variant is None or exercise.question != question.id or not due.memory.is_learned:
        return False
    return due.card.criterion in question.variant(exercise.variant).transfers


def _with(exercise: Exercise, criterion: str) -> Exercise:
    criteria = (*exercise.criteria, criterion)
    return Exercise(exercise.way, exercise.question, criteria, exercise.variant)
