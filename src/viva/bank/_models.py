"""What a question and its key are: frozen values, parsed once and strictly.

Text that a person might say is kept word for word. An exemplar is written as its labelled clauses and
its text is those clauses joined, so a labelled span is verbatim by construction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
QuestionId = Annotated[
    str, StringConstraints(pattern=r"^([a-z0-9-]+/)?[a-z0-9]+(-[a-z0-9]+)*$", max_length=128)
]
"""A question's id; one from a pack starts with the pack's name and a slash."""
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=4000)]


class Audience(StrEnum):
    """Whom the answer is for."""

    PEER = "peer"
    STAKEHOLDER = "stakeholder"


class CriterionLevel(StrEnum):
    """How much of an answer's strength a criterion marks."""

    CORE = "core"
    STRONG = "strong"
    EXCEPTIONAL = "exceptional"


class Verdict(StrEnum):
    """What was found of one criterion in a response."""

    MET = "met"
    PARTLY = "partly"
    MISSING = "missing"
    CONTRADICTED = "contradicted"


class Frozen(BaseModel):
    """A value that is never changed and has no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Ask(Frozen):
    """The question's words, one wording an audience."""

    peer: Text
    stakeholder: Text

    def to(self, audience: Audience) -> str:
        """The wording for `audience`."""
        return self.peer if audience is Audience.PEER else self.stakeholder


class Criterion(Frozen):
    """One claim looked for in a response."""

    id: Id
    level: CriterionLevel
    audience: Literal["both", "peer", "stakeholder"] = "both"
    claim: Text
    accepts: tuple[Text, ...]
    """Ways a person says it: short, formal, by example, by analogy, spoken."""
    near_misses: tuple[Text, ...] = ()
    """Texts that share its words and are wrong or empty."""
    probe: Text
    teach: Text
    sources: tuple[Text, ...] = ()
    note: str = ""
    """Where experts differ, and what the key accepts."""

    def applies_to(self, audience: Audience) -> bool:
        """Is this claim looked for when the answer is for `audience`?"""
        return self.audience in ("both", audience.value)


class Misconception(Frozen):
    """A named wrong belief."""

    id: Id
    says: tuple[Text, ...]
    because: Text
    """Why it is wrong, and what is right."""
    contradicts: Id | None = None
    """The criterion that it denies, if one."""


class Clause(Frozen):
    """A stretch of an exemplar with what a careful reader finds in it."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
    meets: tuple[Id, ...] = ()
    partly: tuple[Id, ...] = ()
    states: tuple[Id, ...] = ()
    """Misconceptions of the key that it states."""
    wrong: str = ""
    """Why it is wrong, where no listed misconception fits."""
    contradicts: tuple[Id, ...] = ()
    """Criteria that it denies."""


class Exemplar(Frozen):
    """An answer with its labels: what the graders are checked and trained against."""

    id: Id
    tier: Literal["expert", "good", "average", "honest-partial", "weak", "wrong", "off-topic", "gaming"]
    audience: Audience
    style: Literal["written", "spoken"]
    score: Annotated[float, Field(ge=0, le=10)]
    clauses: Annotated[tuple[Clause, ...], Field(min_length=1)]

    @cached_property
    def text(self) -> str:
        """The answer as given: the clauses, joined by single spaces."""
        return " ".join(clause.text for clause in self.clauses)

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Start and end of each clause in `text`."""
        at, spans = 0, []
        for clause in self.clauses:
            spans.append((at, at + len(clause.text)))
            at += len(clause.text) + 1
        return tuple(spans)

    def verdict(self, criterion: str) -> Verdict:
        """What the clauses say of a criterion; a right statement wins over a wrong one."""
        if any(criterion in clause.meets for clause in self.clauses):
            return Verdict.MET
        if any(criterion in clause.contradicts for clause in self.clauses):
            return Verdict.CONTRADICTED
        if any(criterion in clause.partly for clause in self.clauses):
            return Verdict.PARTLY
        return Verdict.MISSING


class Key(Frozen):
    """What a response is judged against."""

    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    misconceptions: tuple[Misconception, ...] = ()

    def criterion(self, id: str) -> Criterion:
        """The criterion with this id. Raises KeyError when there is none."""
        for criterion in self.criteria:
            if criterion.id == id:
                return criterion
        raise KeyError(id)

    @model_validator(mode="after")
    def _ids_agree(self) -> Key:
        known = [c.id for c in self.criteria]
        _no_repeats(known, "criteria")
        _no_repeats([m.id for m in self.misconceptions], "misconceptions")
        for m in self.misconceptions:
            if m.contradicts is not None:
                _known(m.contradicts, known, f"misconception {m.id!r} contradicts")
        return self


class Variant(Key):
    """A question's unfamiliar sibling: the same ideas in another situation."""

    id: Id
    title: Text
    ask: Ask
    transfers: Annotated[tuple[Id, ...], Field(min_length=1)]
    """The parent's criteria whose ideas it needs."""


class Priors(Frozen):
    """An expert's guess, until responses say better (logits; theta ~ N(0, 1))."""

    difficulty: Annotated[float, Field(ge=-4, le=4)] = 0.0
    discrimination: Annotated[float, Field(gt=0, le=4)] = 1.0


class Question(Key):
    """One question in words: what is asked, its key, and the material that proves the key."""

    format: Literal[1]
    id: QuestionId
    title: Text
    topic: Id
    kind: Literal["concept", "judgment", "story", "design"]
    levels: Annotated[tuple[Literal["junior", "mid", "senior", "staff"], ...], Field(min_length=1)]
    minutes: Annotated[int, Field(ge=1, le=30)]
    reviewed: dt.date
    ask: Ask
    core: bool = False
    """One of the twenty that are held to the full standard."""
    tags: tuple[Id, ...] = ()
    jargon: dict[str, str] = {}
    """Terms a stakeholder can't be expected to know, each with its plain meaning."""
    note: str = ""
    variants: tuple[Variant, ...] = ()
    exemplars: tuple[Exemplar, ...] = ()
    priors: Priors = Priors()

    def variant(self, id: str) -> Variant:
        """The variant with this id. Raises KeyError when there is none."""
        for variant in self.variants:
            if variant.id == id:
                return variant
        raise KeyError(id)

    def texts(self) -> Iterator[str]:
        """Every text of the key that a person could have learnt by heart."""
        for criterion in self.criteria:
            yield from (criterion.claim, criterion.teach, *criterion.accepts)
        for exemplar in self.exemplars:
            yield exemplar.text

    @model_validator(mode="after")
    def _references_agree(self) -> Question:
        criteria = [c.id for c in self.criteria]
        misconceptions = [m.id for m in self.misconceptions]
        _no_repeats([v.id for v in self.variants], "variants")
        _no_repeats([e.id for e in self.exemplars], "exemplars")
        for variant in self.variants:
            for id in variant.transfers:
                _known(id, criteria, f"variant {variant.id!r} transfers")
        for exemplar in self.exemplars:
            check_labels(exemplar, criteria, misconceptions)
        return self


def check_labels(exemplar: Exemplar, criteria: list[str], misconceptions: list[str]) -> None:
    """Raise ValueError when an exemplar's clause names what its key doesn't have."""
    where = f"exemplar {exemplar.id!r}"
    for clause in exemplar.clauses:
        for id in (*clause.meets, *clause.partly, *clause.contradicts):
            _known(id, criteria, f"{where}, clause {clause.text[:40]!r},")
        for id in clause.states:
            _known(id, misconceptions, f"{where}, clause {clause.text[:40]!r}, states")


def _no_repeats(ids: list[str], what: str) -> None:
    twice = sorted({id for id in ids if ids.count(id) > 1})
    if twice:
        raise ValueError(f"{what} repeat the id {twice[0]!r}; wanted: each id once")


def _known(id: str, known: list[str], where: str) -> None:
    if id not in known:
        raise ValueError(f"{where} names {id!r}; wanted: one of {', '.join(known)}")
