"""Follow-up questions on a candidate's own result, and the key that their answers are judged against.

A question that probes a check they did not pass comes first. They are answered in words and graded
like any question: who copied a solution is found out here, not by the sandbox.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Protocol

from viva.bank import Criterion, CriterionLevel, Key, Misconception
from viva.exceptions import UsageError
from viva.labs._lab import DebriefQuestion, Lab
from viva.labs._report import Report

MAX_QUESTIONS: Final = 5
MIN_QUESTIONS: Final = 3
_WORDS_OF_AN_ID: Final = 6
_PROBE: Final = "Say more about this: what exactly happens, and why?"


class Outcome(Protocol):
    """What a debrief needs to know of a check."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def status(self) -> str: ...


def choose_debrief(lab: Lab, report: Report, *, limit: int = MAX_QUESTIONS) -> tuple[DebriefQuestion, ...]:
    """At most `limit` questions: on missed checks first, then the rest, in the lab's order."""
    missed = {check.id for check in report.checks if check.status != "pass"}
    return tuple(sorted(lab.debrief, key=lambda question: question.check not in missed)[:limit])


def lead_in(question: DebriefQuestion, checks: Iterable[Outcome]) -> str:
    """The question with the candidate's own result before it, where it probes one they missed."""
    for check in checks:
        if check.id == question.check and check.status != "pass":
            return f"Your check “{check.title}” did not pass. {question.ask}"
    return question.ask


def debrief_question(lab: Lab, id: str) -> DebriefQuestion:
    """The lab's follow-up question `id`. Raises UsageError where there is none."""
    for question in lab.debrief:
        if question.id == id:
            return question
    known = ", ".join(question.id for question in lab.debrief)
    raise UsageError(f"the lab {lab.id!r} has no follow-up question {id!r}; there are {known or 'none'}")


def debrief_key(question: DebriefQuestion) -> Key:
    """The key of a follow-up question: its strong claims as criteria, its weak ones as misconceptions.

    The first claim is the core of an answer. Who makes only that one gives an adequate answer.
    """
    criteria = tuple(
        Criterion(
            id=id,
            level=CriterionLevel.CORE if claim is question.strong[0] else CriterionLevel.STRONG,
            claim=claim,
            accepts=(claim,),
            probe=_PROBE,
            teach=claim,
        )
        for id, claim in _named(question.strong).items()
    )
    misconceptions = tuple(
        Misconception(id=id, says=(says,), because=f"A strong answer: {question.strong[0]}")
        for id, says in _named(question.weak).items()
    )
    return Key(criteria=criteria, misconceptions=misconceptions)


def _named(claims: Iterable[str]) -> dict[str, str]:
    """The claims by an id made of their first words, as they are shown."""
    found: dict[str, str] = {}
    for claim in claims:
        words = re.findall(r"[a-z0-9]+", claim.lower())[:_WORDS_OF_AN_ID]
        id = "-".join(words)[:56].strip("-") or "claim"
        found[id if id not in found else f"{id}-{len(found) + 1}"] = claim
    return found
