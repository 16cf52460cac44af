"""Proves content files, one finding at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from viva.app._viva import Viva
from viva.bank import Finding, Question, check_question, read_question
from viva.exceptions import ContentError
from viva.grading import (
    alike_claims,
    jargon_in_plain_answers,
    misgraded_exemplars,
    misplaced_phrasings,
    same_claims,
    sentence_vectors,
)


def check_bank(viva: Viva, paths: Iterable[Path]) -> Iterator[Finding]:
    """Everything that is wrong with these question files; nothing when they are clean."""
    for path in paths:
        try:
            question = read_question(path)
        except ContentError as error:
            for line in str(error).splitlines():
                yield Finding(path.stem, "reading", line, "a file as docs/authoring.md says")
            continue
        yield from check_question(question, today=viva.now().date())
        yield from _check_key(viva, question)


def _check_key(viva: Viva, q: Question) -> Iterator[Finding]:
    for a, b in same_claims(q):
        yield Finding(q.id, f"criteria {a}, {b}", "nearly the same claim", "two different ideas")
    for exemplar, term in jargon_in_plain_answers(q):
        yield Finding(q.id, f"exemplar {exemplar}", f"{term!r} is unexplained", "a plain word or its meaning")
    for criterion, phrasing, other in misplaced_phrasings(q):
        wanted = f"a phrasing nearer to its own criterion than to {other!r}"
        yield Finding(q.id, f"{criterion}.accepts", repr(phrasing), wanted)
    if viva.settings.grader == "lexical.v1":  # the baseline isn't held to the labels
        return
    for a, b in alike_claims(q, sentence_vectors()):
        yield Finding(q.id, f"criteria {a}, {b}", "claims that mean the same", "two different ideas")
    for exemplar, found, labelled in misgraded_exemplars(q, viva.grader):
        wanted = f"about {labelled} as labelled"
        yield Finding(q.id, f"exemplar {exemplar}", f"graded {found}", wanted)
