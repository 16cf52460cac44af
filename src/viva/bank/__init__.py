"""What an item and its key are; reads and checks content files."""

from viva.bank._bank import Bank, content_folder, question_files
from viva.bank._files import parse_question, read_question
from viva.bank._models import (
    Ask,
    Audience,
    Clause,
    Criterion,
    CriterionLevel,
    Exemplar,
    Frozen,
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
    "Bank",
    "Clause",
    "Criterion",
    "CriterionLevel",
    "Exemplar",
    "Frozen",
    "Key",
    "Misconception",
    "Priors",
    "Question",
    "Variant",
    "Verdict",
    "content_folder",
    "parse_question",
    "question_files",
    "read_question",
]
