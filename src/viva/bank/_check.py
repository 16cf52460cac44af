"""Proves a question file: counts, sources, age, repeats and reading level.

The counts stand in `STANDARDS`, one for the twenty core questions and one for the others. What needs a
grader (phrasings nearer to another criterion, exemplars that grade otherwise) is checked in `viva.grading`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from viva.bank._models import Criterion, CriterionLevel, Exemplar, Key, Question, Verdict

STALE_AFTER_DAYS = 365
MAX_GRADE_LEVEL = 12.5
"""US school grade (Flesch-Kincaid) that a text for a stakeholder may have."""


@dataclass(frozen=True)
class Finding:
    """Something about a question that is not as it should be."""

    question: str
    field: str
    found: str
    wanted: str

    def __str__(self) -> str:
        return f"{self.question}: {self.field}: found {self.found}; wanted {self.wanted}"


@dataclass(frozen=True)
class Standard:
    """How much of each thing a question must have at least."""

    accepts: int
    near_misses: int
    misconceptions: int
    says: int
    variants: int
    variant_accepts: int
    variant_near_misses: int
    variant_misconceptions: int
    variant_says: int
    exemplars: int
    criteria: int = 6
    variant_criteria: int = 3


STANDARDS: dict[bool, Standard] = {
    True: Standard(24, 12, 5, 8, 4, 6, 2, 2, 3, 10),
    False: Standard(8, 2, 4, 3, 1, 4, 1, 1, 2, 3),
}
"""Is it one of the twenty? → what it must have."""


def check_question(question: Question, *, today: dt.date) -> Iterator[Finding]:
    """What is wrong with a question that was read without error. `today` decides what is stale."""
    standard = STANDARDS[question.core]
    yield from _check_counts(question, standard)
    yield from _check_key(question.id, question, standard.accepts, standard.near_misses, standard.says)
    for v in question.variants:
        yield from _check_variant_counts(question.id, v.id, v, standard)
        yield from _check_key(
            f"{question.id}/{v.id}", v, standard.variant_accepts, standard.variant_near_misses,
            standard.variant_says,
        )  # fmt: skip
    yield from _check_exemplars(question)
    yield from _check_reading_level(question)
    if (today - question.reviewed).days > STALE_AFTER_DAYS:
        wanted = f"within {STALE_AFTER_DAYS} days; read it again and set the date"
        yield Finding(question.id, "reviewed", str(question.reviewed), wanted)


def _at_least(id: str, field: str, n: int, wanted: int) -> Iterator[Finding]:
    if n < wanted:
        yield Finding(id, field, str(n), f"{wanted} or more")


def _check_counts(q: Question, s: Standard) -> Iterator[Finding]:
    yield from _at_least(q.id, "criteria", len(q.criteria), s.criteria)
    yield from _at_least(q.id, "misconceptions", len(q.misconceptions), s.misconceptions)
    yield from _at_least(q.id, "variants", len(q.variants), s.variants)
    yield from _at_least(q.id, "exemplars", len(q.exemplars), s.exemplars)
    missing = set(CriterionLevel) - {c.level for c in q.criteria}
    for level in sorted(missing):
        yield Finding(q.id, "criteria", f"none of level {level.value}", "one of each level")


def _check_variant_counts(id: str, variant: str, key: Key, s: Standard) -> Iterator[Finding]:
    where = f"{id}/{variant}"
    yield from _at_least(where, "criteria", len(key.criteria), s.variant_criteria)
    yield from _at_least(where, "misconceptions", len(key.misconceptions), s.variant_misconceptions)


def _check_key(id: str, key: Key, accepts: int, near_misses: int, says: int) -> Iterator[Finding]:
    for c in key.criteria:
        yield from _at_least(id, f"{c.id}.accepts", len(set(c.accepts)), accepts)
        yield from _at_least(id, f"{c.id}.near_misses", len(set(c.near_misses)), near_misses)
        yield from _at_least(id, f"{c.id}.sources", len(c.sources), 1)
        yield from _check_repeats(id, c)
    for m in key.misconceptions:
        yield from _at_least(id, f"{m.id}.says", len(set(m.says)), says)


def _check_repeats(id: str, c: Criterion) -> Iterator[Finding]:
    accepted = {_bare(a) for a in (c.claim, *c.accepts)}
    if len(accepted) < len(c.accepts) + 1:
        yield Finding(id, f"{c.id}.accepts", "the same phrasing twice", "each once")
    for miss in c.near_misses:
        if _bare(miss) in accepted:
            yield Finding(id, f"{c.id}.near_misses", repr(miss), "a text that isn't accepted as well")


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _check_exemplars(q: Question) -> Iterator[Finding]:
    for c in q.criteria:
        verdicts = [e.verdict(c.id) for e in q.exemplars if c.applies_to(e.audience)]
        if Verdict.MET not in verdicts:
            yield Finding(q.id, f"exemplars of {c.id}", "none that meets it", "one at least")
        if not any(v is not Verdict.MET for v in verdicts):
            yield Finding(q.id, f"exemplars of {c.id}", "none that misses it", "one at least")


def _check_reading_level(q: Question) -> Iterator[Finding]:
    texts = {"ask.stakeholder": q.ask.stakeholder}
    texts |= {f"exemplar {e.id}": e.text for e in q.exemplars if _is_plain(e)}
    for name, text in texts.items():
        level = grade_level(text)
        if level > MAX_GRADE_LEVEL:
            yield Finding(q.id, name, f"reading level {level:.1f}", f"at most {MAX_GRADE_LEVEL}")


def _is_plain(e: Exemplar) -> bool:
    return e.audience == "stakeholder" and e.style == "written" and e.tier in ("expert", "good")


def grade_level(text: str) -> float:
    """The US school grade in which a text is easily read.

    ``0.39 * words / sentences + 11.8 * syllables / words - 15.59`` (Kincaid et al., Derivation of New
    Readability Formulas, 1975); syllables are counted as groups of vowels.
    """
    words = re.findall(r"[A-Za-z']+", text)
    n_sentences = max(1, len(re.findall(r"[.!?]+(?:\s|$)", text)))
    if not words:
        return 0.0
    syllables = sum(_syllables(w.lower()) for w in words)
    return 0.39 * len(words) / n_sentences + 11.8 * syllables / len(words) - 15.59


def _syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)
