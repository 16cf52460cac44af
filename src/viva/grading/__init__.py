"""Turns a response and a key into a scorecard."""

from viva.grading._asked import asked_criterion, asked_question, asked_reference, asked_variant
from viva.grading._claims import key_from_reference
from viva.grading._gates import MAX_CHARACTERS
from viva.grading._graders import DEFAULT_GRADER, GRADERS, grader, sentence_vectors
from viva.grading._key_check import (
    alike_claims,
    jargon_in_plain_answers,
    misgraded_exemplars,
    misplaced_phrasings,
    same_claims,
)
from viva.grading._runner import make_grader
from viva.grading._scorecard import (
    Asked,
    CriterionVerdict,
    Evidence,
    Graded,
    Grader,
    Judge,
    Judgement,
    MisconceptionFound,
    NotGradable,
    Scorecard,
)

__all__ = [
    "DEFAULT_GRADER",
    "GRADERS",
    "MAX_CHARACTERS",
    "Asked",
    "CriterionVerdict",
    "Evidence",
    "Graded",
    "Grader",
    "Judge",
    "Judgement",
    "MisconceptionFound",
    "NotGradable",
    "Scorecard",
    "alike_claims",
    "asked_criterion",
    "asked_question",
    "asked_reference",
    "asked_variant",
    "grader",
    "jargon_in_plain_answers",
    "key_from_reference",
    "make_grader",
    "misgraded_exemplars",
    "misplaced_phrasings",
    "same_claims",
    "sentence_vectors",
]
