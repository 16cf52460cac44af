"""Chooses the next move: question, probe, variant or close."""

from viva.interviewer._interviewer import MAX_PROBES, N_WARM_UPS, next_move, planned_questions
from viva.interviewer._moves import Ask, Chooser, Close, Move

__all__ = ["MAX_PROBES", "N_WARM_UPS", "Ask", "Chooser", "Close", "Move", "next_move", "planned_questions"]
