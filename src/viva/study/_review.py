"""A review: one criterion, graded by a scorecard's verdict and never by the person.

What a verdict is worth to memory stands in three tables. An open question asks for its core claims, so
one that is missing was not recalled; silence about a further claim says nothing, for nobody asked. A
probe or warm-up asks for one claim and is taken at its word. A variant asks for ideas in an unfamiliar
situation: it reviews the criteria it transfers, by the share of its own core claims that were found.
Where the grader is unsure there is no lapse: the machine's doubt isn't the person's forgetting.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import NamedTuple

from viva.bank import CriterionLevel, Question, Verdict
from viva.grading import CriterionVerdict, Scorecard
from viva.session import Session, Turn


class Grade(IntEnum):
    """How well a criterion was remembered, in the four steps that FSRS knows."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class Way(StrEnum):
    """How a criterion is practised."""

    RECALL = "recall"
    """By its probe: say the idea."""
    TRANSFER = "transfer"
    """By a variant: use the idea where it hasn't been met."""


class CardId(NamedTuple):
    """What is remembered or forgotten: one criterion of one question."""

    question: str
    criterion: str


@dataclass(frozen=True)
class Review:
    """One graded encounter with a criterion."""

    card: CardId
    at: dt.datetime
    """When it was asked (aware, UTC)."""
    grade: Grade
    way: Way = Way.RECALL
    variant: str | None = None
    confidence: int | None = None
    """How sure the person was before feedback, 0-100."""


GRADES: dict[tuple[Verdict, bool], Grade] = {
    (Verdict.MET, False): Grade.GOOD,
    (Verdict.MET, True): Grade.HARD,
    (Verdict.PARTLY, False): Grade.HARD,
    (Verdict.PARTLY, True): Grade.HARD,
    (Verdict.MISSING, False): Grade.AGAIN,
    (Verdict.MISSING, True): Grade.HARD,
    (Verdict.CONTRADICTED, False): Grade.AGAIN,
    (Verdict.CONTRADICTED, True): Grade.HARD,
}
"""(verdict, is the grader unsure?) → grade."""

CREDIT: dict[Verdict, float] = {
    Verdict.MET: 1.0,
    Verdict.PARTLY: 0.5,
    Verdict.MISSING: 0.0,
    Verdict.CONTRADICTED: 0.0,
}
"""What a verdict adds to a variant's share; an unsure one counts as half."""

TRANSFER_GRADES: tuple[tuple[float, Grade], ...] = (
    (1.0, Grade.EASY),
    (0.5, Grade.GOOD),
    (0.01, Grade.HARD),
    (0.0, Grade.AGAIN),
)
"""At least this share of a variant's core claims → grade."""


def reviews_of(session: Session, questions: Mapping[str, Question]) -> list[Review]:
    """What a session's graded turns say of each criterion, in the order they were asked.

    The newest scorecard of a turn counts, so that a regrade changes what is due. Turns without a score,
    and what is no longer among `questions`, say nothing.
    """
    return [
        review
        for turn in session.turns
        if (card := turn.scorecard) is not None and card.score is not None
        if (question := questions.get(turn.asked.question)) is not None
        for review in _of_turn(turn, card, question)
    ]


def _of_turn(turn: Turn, card: Scorecard, question: Question) -> Iterator[Review]:
    at = turn.asked.at.astimezone(dt.UTC)  # FSRS wants UTC itself, not a zone that equals it
    if turn.asked.variant is not None:
        yield from _of_variant(turn, card, question, at)
        return
    levels = {criterion.id: criterion.level for criterion in question.criteria}
    for found in card.verdicts:
        if found.criterion in levels and _was_asked_for(turn, found, levels[found.criterion]):
            yield Review(
                card=CardId(question.id, found.criterion),
                at=at,
                grade=GRADES[found.verdict, found.unsure],
                confidence=turn.confidence,
            )


def _was_asked_for(turn: Turn, found: CriterionVerdict, level: CriterionLevel) -> bool:
    if turn.asked.criterion is not None:
        return found.criterion == turn.asked.criterion
    silent = found.verdict is Verdict.MISSING and not found.unsure
    return not silent or level is CriterionLevel.CORE


def _of_variant(turn: Turn, card: Scorecard, question: Question, at: dt.datetime) -> Iterator[Review]:
    variant = next((v for v in question.variants if v.id == turn.asked.variant), None)
    if variant is None:
        return
    core = {c.id for c in variant.criteria if c.level is CriterionLevel.CORE}
    found = [v for v in card.verdicts if v.criterion in core] or list(card.verdicts)
    if not found:
        return
    share = sum(0.5 if v.unsure else CREDIT[v.verdict] for v in found) / len(found)
    grade = next(grade for least, grade in TRANSFER_GRADES if share >= least)
    for criterion in variant.transfers:
        yield Review(
            card=CardId(question.id, criterion), at=at, grade=grade, way=Way.TRANSFER,
            variant=variant.id, confidence=turn.confidence,
        )  # fmt: skip
