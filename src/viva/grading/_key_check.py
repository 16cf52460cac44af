"""Proves a key with what the graders know: are its criteria apart, its phrasings at home, its plain
answers plain?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from viva.bank import Audience, Question
from viva.grading._asked import asked_question
from viva.grading._jargon import unexplained_jargon
from viva.grading._lexical import phrasing_likeness
from viva.grading._scorecard import Grader
from viva.grading._text import content_stems

SAME_CLAIM = 0.8
"""Share of content words (Jaccard) from which two claims of a question say the same."""
SAME_MEANING = 0.88
"""Cosine of the sentence network from which two claims say the same; of 2,737 pairs in the bank's keys
99.9% are below 0.81."""
ELSEWHERE = 0.8
"""Likeness to another criterion's phrasing from which a phrasing may be at home there."""
TOLERANCE = 3.5
"""Points out of 10 by which an exemplar's score may miss its label."""


def same_claims(question: Question) -> Iterator[tuple[str, str]]:
    """Pairs of criteria whose claims share nearly all their words."""
    bags = [(c.id, frozenset(content_stems(c.claim))) for c in question.criteria]
    for i, (a, left) in enumerate(bags):
        for b, right in bags[i + 1 :]:
            if len(left & right) >= SAME_CLAIM * len(left | right):
                yield a, b


def alike_claims(
    question: Question, vectors: Callable[[Sequence[str]], NDArray[np.float32]]
) -> Iterator[tuple[str, str]]:
    """Pairs of criteria of one key whose claims mean the same in other words; `vectors` gives unit rows."""
    for key in (question, *question.variants):
        found = vectors([c.claim for c in key.criteria])
        rows, columns = np.nonzero(np.triu(found @ found.T >= SAME_MEANING, 1))
        for i, j in zip(rows, columns, strict=True):
            yield key.criteria[i].id, key.criteria[j].id


def jargon_in_plain_answers(question: Question) -> Iterator[tuple[str, str]]:
    """(exemplar, term) where a model answer to a stakeholder leaves a term unexplained."""
    for exemplar in question.exemplars:
        if exemplar.audience is Audience.STAKEHOLDER and exemplar.tier == "expert":
            for used in unexplained_jargon(exemplar.text, tuple(question.jargon.items())):
                yield exemplar.id, used.quote


def misplaced_phrasings(question: Question) -> Iterator[tuple[str, str, str]]:
    """(criterion, phrasing, other criterion) where a phrasing resembles only the other one's."""
    for (criterion, phrasing), likeness in phrasing_likeness(asked_question(question, Audience.PEER)).items():
        for other, theirs in likeness.items():
            if other != criterion and theirs >= ELSEWHERE and theirs > 4 * likeness[criterion]:
                yield criterion, phrasing, other


def misgraded_exemplars(question: Question, grader: Grader) -> Iterator[tuple[str, float, float]]:
    """(exemplar, score found, score labelled) where a grader misses by more than the tolerance."""
    for exemplar in question.exemplars:
        found = grader(asked_question(question, exemplar.audience), exemplar.text).score or 0.0
        if abs(found - exemplar.score) > TOLERANCE:
            yield exemplar.id, found, exemplar.score
