"""Blueprint → form → kit: which questions an interview is made of, and what the interviewer holds."""

from viva.hiring._blueprint import Blueprint
from viva.hiring._form import Form, FormQuestion, assemble_forms
from viva.hiring._kit import ANCHORS, Anchor, Kit, KitCriterion, KitQuestion, make_kit

__all__ = [
    "ANCHORS",
    "Anchor",
    "Blueprint",
    "Form",
    "FormQuestion",
    "Kit",
    "KitCriterion",
    "KitQuestion",
    "assemble_forms",
    "make_kit",
]
