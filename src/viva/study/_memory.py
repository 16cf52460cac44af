"""What is remembered of a criterion: the fold of its reviews, by FSRS.

FSRS (Free Spaced Repetition Scheduler, version 6) keeps a stability (days until recall falls to 90%) and
a difficulty (1-10) and learns both from graded reviews; formulas and default parameters are those of
the `fsrs` package, which only this file knows. Its random spreading of due dates is off: the same log
gives the same plan.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from fsrs import Card, Rating, Scheduler, State

from viva.study._review import CardId, Grade, Review

RETENTION = 0.9
"""A criterion is due when the chance of recalling it has fallen to this."""
COMES_BACK = dt.timedelta(minutes=10)
"""When something not known is asked again."""
LEARNED_DAYS = 2.0
"""A memory that would hold for so long is learned; one just made again after a lapse isn't yet."""
SURE = 70
"""From this stated confidence on, someone is sure."""

_SCHEDULER = Scheduler(
    desired_retention=RETENTION,
    learning_steps=(COMES_BACK,),
    relearning_steps=(COMES_BACK,),
    enable_fuzzing=False,
)


@dataclass(frozen=True)
class Memory:
    """What is known of one criterion after its reviews."""

    card: CardId
    stability: float
    """Days until the chance of recall is 90%."""
    difficulty: float
    """1 (easy) to 10 (hard)."""
    due: dt.datetime
    last: Review
    n_reviews: int
    n_lapses: int
    """How often it was gone after it had been known."""
    settled: bool
    """Is it past its first steps, due in days rather than minutes?"""
    variants: tuple[str, ...] = ()
    """The variants met, oldest first."""
    step: int | None = None
    relearning: bool = False

    @property
    def is_learned(self) -> bool:
        """Was it known when last asked, and would it hold for days? Then transfer can be practised."""
        holds = self.settled and self.stability >= LEARNED_DAYS
        return holds and self.last.grade >= Grade.GOOD

    @property
    def is_sure_and_wrong(self) -> bool:
        """Was the person sure of what turned out not to be so? That is put right first."""
        sure = self.last.confidence is not None and self.last.confidence >= SURE
        return sure and self.last.grade is Grade.AGAIN

    def retrievability(self, at: dt.datetime) -> float:
        """The chance (0-1) of recalling it at a moment, by whole days since the last review."""
        return float(_SCHEDULER.get_card_retrievability(_to_fsrs(self), at.astimezone(dt.UTC)))


def review(memory: Memory | None, new: Review) -> Memory:
    """The memory after a further review; None: it was never reviewed."""
    card = _to_fsrs(memory) if memory else Card(card_id=0, due=new.at)
    after, _ = _SCHEDULER.review_card(card, Rating(new.grade), new.at)
    assert after.stability is not None
    assert after.difficulty is not None
    lapsed = memory is not None and memory.settled and new.grade is Grade.AGAIN
    return Memory(
        card=new.card,
        stability=after.stability,
        difficulty=after.difficulty,
        due=after.due,
        last=new,
        n_reviews=(memory.n_reviews if memory else 0) + 1,
        n_lapses=(memory.n_lapses if memory else 0) + lapsed,
        settled=after.state is State.Review,
        variants=_met(memory, new.variant),
        step=after.step,
        relearning=after.state is State.Relearning,
    )


def memories_of(reviews: Iterable[Review]) -> dict[CardId, Memory]:
    """What is remembered after all these reviews, taken in the order of their times."""
    found: dict[CardId, Memory] = {}
    for new in sorted(reviews, key=lambda r: r.at):
        found[new.card] = review(found.get(new.card), new)
    return found


def _met(memory: Memory | None, variant: str | None) -> tuple[str, ...]:
    before = memory.variants if memory else ()
    return before if variant is None else (*(v for v in before if v != variant), variant)


def _to_fsrs(memory: Memory) -> Card:
    unsettled = State.Relearning if memory.relearning else State.Learning
    return Card(
        card_id=0,
        state=State.Review if memory.settled else unsettled,
        step=memory.step,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=memory.due,
        last_review=memory.last.at,
    )
