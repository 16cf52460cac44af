"""What was asked, made from the bank's items."""

from __future__ import annotations

from viva.bank import Audience, Key, Question
from viva.grading._claims import key_from_reference
from viva.grading._scorecard import Asked


def asked_question(question: Question, audience: Audience) -> Asked:
    """The whole question, asked to answer for `audience`."""
    return Asked(
        id=question.id,
        ask=question.ask.to(audience),
        audience=audience,
        key=question,
        known_texts=tuple(question.texts()),
        jargon=tuple(question.jargon.items()),
    )


def asked_variant(question: Question, variant: str, audience: Audience) -> Asked:
    """A variant of the question. Raises KeyError when it has none of this id."""
    item = question.variant(variant)
    known = (text for c in item.criteria for text in (c.claim, c.teach, *c.accepts))
    return Asked(
        id=f"{question.id}/{item.id}",
        ask=item.ask.to(audience),
        audience=audience,
        key=item,
        known_texts=(*question.texts(), *known),
        jargon=tuple(question.jargon.items()),
    )


def asked_criterion(question: Question, criterion: str, audience: Audience) -> Asked:
    """One criterion's probe, as a warm-up or follow-up. Raises KeyError when there is none.

    The whole key goes along: what sounds like a sibling isn't taken for the criterion asked about.
    """
    item = question.criterion(criterion).model_copy(update={"audience": "both"})
    criteria = tuple(item if c.id == criterion else c for c in question.criteria)
    return Asked(
        id=f"{question.id}#{criterion}",
        ask=item.probe,
        audience=audience,
        key=Key(criteria=criteria, misconceptions=question.misconceptions),
        known_texts=(item.claim, item.teach, *item.accepts),
        focus=criterion,
        jargon=tuple(question.jargon.items()),
    )


def asked_reference(id: str, ask: str, reference: str, audience: Audience) -> Asked:
    """A question from outside the bank, judged against a reference answer.

    Raises ValueError when the reference states nothing.
    """
    return Asked(id=id, ask=ask, audience=audience, key=key_from_reference(reference))
