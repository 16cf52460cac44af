"""What an item and its key are; reads and checks content files."""

from viva.bank._bank import Bank, content_folder, question_files
from viva.bank._check import Finding, check_question, grade_level
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
from viva.bank._stats import bank_stats

__all__ = [
    "Ask",
    "Audience",
    "Bank",
    "Clause",
    "Criterion",
    "CriterionLevel",
    "Exemplar",
    "Finding",
    "Frozen",
    "Key",
    "Misconception",
    "Priors",
    "Question",
    "Variant",
    "Verdict",
    "bank_stats",
    "check_question",
    "content_folder",
    "grade_level",
    "parse_question",
    "question_files",
    "read_question",
]
