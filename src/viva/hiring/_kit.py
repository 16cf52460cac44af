"""The interviewer's kit: what to ask, what to listen for, how to probe, how to score.

Scores are anchored: each level of `ANCHORS` says in words what an answer shows, and beside it stands a
real answer from the question's exemplars, so that two interviewers mean the same by a 7.
"""

from __future__ import annotations

from collections.abc import Sequence

from viva.bank import Audience, Criterion, CriterionLevel, Exemplar, Frozen, Misconception, Question
from viva.hiring._form import Form

OPENING_MINUTES = 3
CLOSING_MINUTES = 5
N_PHRASINGS = 2
"""Ways of saying a claim that a criterion shows beside it."""
EXAMPLE_WORDS = 60
"""An anchor's example ends with the clause that passes this many words."""
_LEVELS = tuple(CriterionLevel)


class Anchor(Frozen):
    """A stretch of the scale out of 10 and what an answer in it shows; perhaps an answer like that."""

    low: float
    high: float
    name: str
    shows: str
    example: str = ""
    example_score: float | None = None


_SCALE = (
    (0, 2, "not yet", "No core claim is met, or a misconception is held on to."),
    (2, 4.5, "partly", "Some of the core, vague or by name only; a probe adds little."),
    (4.5, 7, "solid", "Most of the core in their own words; what is missing comes with a probe."),
    (7, 8.5, "strong", "All of the core and some strong claims, unprompted, nothing wrong."),
    (8.5, 10, "exceptional", "Core and strong claims, an exceptional one, and where it stops holding."),
)
ANCHORS: tuple[Anchor, ...] = tuple(
    Anchor(low=low, high=high, name=name, shows=shows) for low, high, name, shows in _SCALE
)


class KitCriterion(Frozen):
    """One claim to listen for, how people put it, and the prepared follow-up."""

    id: str
    level: CriterionLevel
    audience: str
    claim: str
    phrasings: tuple[str, ...]
    probe: str
    note: str


class KitQuestion(Frozen):
    """One question of the kit. ``starts_at``: minutes from the beginning of the interview."""

    id: str
    title: str
    topic: str
    minutes: int
    starts_at: int
    ask_peer: str
    ask_stakeholder: str
    criteria: tuple[KitCriterion, ...]
    misconceptions: tuple[Misconception, ...]
    jargon: dict[str, str]
    variant: str
    """The unfamiliar sibling to ask when there is time, or an empty text."""
    anchors: tuple[Anchor, ...]


class Kit(Frozen):
    """Everything an interviewer holds for one form."""

    form: Form
    minutes: int
    """With opening and closing."""
    opening_minutes: int = OPENING_MINUTES
    closing_minutes: int = CLOSING_MINUTES
    questions: tuple[KitQuestion, ...]


def make_kit(form: Form, questions: Sequence[Question]) -> Kit:
    """The kit of a form. `questions`: the bank's, in the form's order."""
    made, clock = [], OPENING_MINUTES
    for planned, q in zip(form.questions, questions, strict=True):
        made.append(_question(q, planned.minutes, clock))
        clock += planned.minutes
    return Kit(form=form, minutes=clock + CLOSING_MINUTES, questions=tuple(made))


def _question(q: Question, minutes: int, starts_at: int) -> KitQuestion:
    return KitQuestion(
        id=q.id,
        title=q.title,
        topic=q.topic,
        minutes=minutes,
        starts_at=starts_at,
        ask_peer=q.ask.peer,
        ask_stakeholder=q.ask.stakeholder,
        criteria=tuple(_criterion(c) for c in sorted(q.criteria, key=lambda c: _LEVELS.index(c.level))),
        misconceptions=q.misconceptions,
        jargon=q.jargon,
        variant=q.variants[0].ask.peer if q.variants else "",
        anchors=tuple(_anchored(anchor, q.exemplars) for anchor in ANCHORS),
    )


def _criterion(c: Criterion) -> KitCriterion:
    return KitCriterion(
        id=c.id, level=c.level, audience=c.audience, claim=c.claim,
        phrasings=c.accepts[:N_PHRASINGS], probe=c.probe, note=c.note,
    )  # fmt: skip


def _anchored(anchor: Anchor, exemplars: Sequence[Exemplar]) -> Anchor:
    """The anchor with the exemplar nearest to its middle, for a peer before a stakeholder."""
    middle = (anchor.low + anchor.high) / 2
    inside = [
        e for e in exemplars
        if (anchor.low <= e.score < anchor.high or e.score == anchor.high == 10)
        and e.tier not in ("off-topic", "gaming")
    ]  # fmt: skip
    if not inside:
        return anchor
    best = min(inside, key=lambda e: (e.audience is not Audience.PEER, abs(e.score - middle), e.id))
    return anchor.model_copy(update={"example": _beginning(best), "example_score": best.score})


def _beginning(e: Exemplar) -> str:
    """The exemplar's first clauses, word for word, with a mark where it goes on."""
    kept: list[str] = []
    for clause in e.clauses:
        if len(" ".join(kept).split()) >= EXAMPLE_WORDS:
            return " ".join([*kept, "…"])
        kept.append(clause.text)
    return e.text
