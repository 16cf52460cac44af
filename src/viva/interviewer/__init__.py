"""Chooses the next move: question, probe, variant, lab, debrief or close."""

from viva.interviewer._interviewer import (
    MAX_PROBES,
    N_WARM_UPS,
    next_move,
    plan_labs,
    planned_questions,
)
from viva.interviewer._moves import Ask, Chooser, Close, Move, Work

__all__ = [
    "MAX_PROBES",
    "N_WARM_UPS",
    "Ask",
    "Chooser",
    "Close",
    "Move",
    "Work",
    "next_move",
    "plan_labs",
    "planned_questions",
]
