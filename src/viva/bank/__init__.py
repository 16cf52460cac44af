"""What an item and its key are; reads and checks content files."""

from viva.bank._files import parse_question, read_question
from viva.bank._models import (
    Ask,
    Audience,
    Clause,
    Criterion,
    CriterionLevel,
    Exemplar,
    Key,
    Misconception,
    Priors,
    Question,
    Variant,
    Verdict,
)

__all__ = [
    "Ask",
    "Audience",
    "Clause",
    "Criterion",
    "CriterionLevel",
    "Exemplar",
    "Key",
    "Misconception",
    "Priors",
    "Question",
    "Variant",
    "Verdict",
    "parse_question",
    "read_question",
]
