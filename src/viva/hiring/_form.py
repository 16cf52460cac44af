"""A form: the questions that best tell people apart at the cut, within a blueprint."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from viva.bank import Frozen, Question
from viva.exceptions import MeasureError, UsageError
from viva.hiring._blueprint import Blueprint
from viva.measure import Items, assemble


class FormQuestion(Frozen):
    """One question of a form, with the parameters it was chosen by."""

    id: str
    topic: str
    minutes: Annotated[int, Field(ge=1)]
    discrimination: Annotated[float, Field(gt=0)]
    difficulty: Annotated[tuple[float, ...], Field(min_length=1)]
    """Its credit steps on the ability scale."""


class Form(Frozen):
    """An assembled form: a file of its own, complete enough to be simulated later."""

    format: Literal[1] = 1
    made_at: dt.datetime
    blueprint: Blueprint
    parameters: str
    """Where the questions' parameters come from."""
    bank: str
    """The hash of the content it was made from."""
    information: Annotated[tuple[float, ...], Field(min_length=1)]
    """At each of the blueprint's cuts."""
    gap: float
    """How far below the best possible form this may be, 0 when proven best."""
    questions: Annotated[tuple[FormQuestion, ...], Field(min_length=1)]

    @property
    def minutes(self) -> int:
        """Time for all questions."""
        return sum(q.minutes for q in self.questions)

    @property
    def items(self) -> Items:
        """The questions as items."""
        return Items(
            "gpcm",
            np.array([q.discrimination for q in self.questions]),
            np.array([q.difficulty for q in self.questions]),
        )

    @model_validator(mode="after")
    def _fits_together(self) -> Form:
        ids = [q.id for q in self.questions]
        if len(set(ids)) < len(ids):
            raise ValueError("a question stands twice; wanted each once")
        if len({len(q.difficulty) for q in self.questions}) > 1:
            raise ValueError("questions differ in how many steps they have; wanted the same number")
        if len(self.information) != len(self.blueprint.cuts):
            raise ValueError("information and cuts differ in number; wanted one of each")
        return self


def assemble_forms(
    blueprint: Blueprint,
    questions: Sequence[Question],
    items: Items,
    *,
    n_forms: int = 1,
    at: dt.datetime,
    parameters: str,
    bank: str,
    seconds: float = 10.0,
) -> tuple[Form, ...]:
    """The best form from `questions`, whose parameters are `items` in the same order; or parallel ones.

    Parallel forms are made together, so that the poorest says as much as can be; they share the
    blueprint's ``with_questions`` and no other. Raises UsageError naming the limits that conflict, or
    when no question is allowed at all.
    """
    # a question that every form must hold is there once for each
    copies = [j for j, q in enumerate(questions) if q.id in blueprint.with_questions] * (n_forms - 1)
    index = [*range(len(questions)), *copies]
    pool = [questions[j] for j in index]
    allowed = np.array([blueprint.allows(q) for q in pool], dtype=np.bool_)
    if not allowed.any():
        raise UsageError(
            f"form: none of the {len(questions)} questions has the topics, kinds and level asked for; "
            "loosen one"
        )
    limits = list(blueprint.constraints(pool))
    try:
        made = assemble(
            items.take(index), blueprint.cuts, limits, n_forms=n_forms, eligible=allowed, seconds=seconds
        )
    except MeasureError as error:
        raise UsageError(f"form: {error}") from None
    return tuple(
        Form(
            made_at=at,
            blueprint=blueprint,
            parameters=parameters,
            bank=bank,
            information=tuple(round(float(v), 4) for v in form.information),
            gap=round(made.gap, 4),
            questions=tuple(_question(pool[j], items, index[j]) for j in form.items),
        )
        for form in made.forms
    )


def _question(q: Question, items: Items, j: int) -> FormQuestion:
    return FormQuestion(
        id=q.id,
        topic=q.topic,
        minutes=q.minutes,
        discrimination=round(float(items.discrimination[j]), 4),
        difficulty=tuple(round(float(b), 4) for b in items.difficulty[j]),
    )
