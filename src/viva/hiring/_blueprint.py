"""A blueprint: what a form must contain, as limits that an explanation can name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from viva.bank import Frozen, Question
from viva.measure import Constraint, count, total

Level = Literal["junior", "mid", "senior", "staff"]
Kind = Literal["concept", "judgment", "story", "design"]


class Blueprint(Frozen):
    """What a form must contain, and the decision it is for."""

    minutes: Annotated[int, Field(ge=1, le=480)]
    """Time for all questions together."""
    cuts: Annotated[tuple[Annotated[float, Field(ge=-4, le=4)], ...], Field(min_length=1)]
    """Abilities (people are N(0, 1)) at which the form has to tell people apart."""
    topics: dict[str, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    """Topic → how many questions at least; when given, no other topic is drawn from."""
    kinds: tuple[Kind, ...] = ()
    """Kinds drawn from; empty means all."""
    level: Level | None = None
    """Only questions meant for this level."""
    fewest: Annotated[int, Field(ge=1)] = 1
    most: Annotated[int, Field(ge=1)] | None = None
    """How many questions."""
    with_questions: tuple[str, ...] = ()
    """Questions that must be there."""
    without: tuple[str, ...] = ()
    """Questions that may not: asked in an earlier form, or known to leak."""
    enemies: tuple[Annotated[tuple[str, ...], Field(min_length=2)], ...] = ()
    """Sets of questions of which a form holds one at most, such as two that give each other away."""

    def allows(self, question: Question) -> bool:
        """May this question be drawn?"""
        return (
            question.id not in self.without
            and (not self.topics or question.topic in self.topics)
            and (not self.kinds or question.kind in self.kinds)
            and (self.level is None or self.level in question.levels)
        )

    def constraints(self, questions: Sequence[Question]) -> Iterator[Constraint]:
        """The limits on a form drawn from `questions`."""
        everything = np.ones(len(questions))
        yield total(f"at most {self.minutes} minutes", [q.minutes for q in questions], upper=self.minutes)
        yield count(f"at least {self.fewest} questions", everything, lower=self.fewest)
        if self.most is not None:
            yield count(f"at most {self.most} questions", everything, upper=self.most)
        for topic, n in self.topics.items():
            yield count(f"at least {n} on {topic}", [q.topic == topic for q in questions], lower=n)
        for id in self.with_questions:
            yield count(f"with {id}", [q.id == id for q in questions], lower=1, upper=1)
        for ids in self.enemies:
            yield count(f"one of {', '.join(ids)}", [q.id in ids for q in questions], upper=1)
