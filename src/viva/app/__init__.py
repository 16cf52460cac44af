"""Use-cases in the imperative, and the one function that wires the parts."""

from viva.app._check import check_bank
from viva.app._grade import GradeInput, GradeOutput, grade_lines, grade_one, read_lines
from viva.app._interview import (
    Sitting,
    answer,
    ask_next,
    asked_of,
    close_session,
    contest_verdict,
    draft_of,
    give_confidence,
    grade_response,
    keep_draft,
    last_open_session,
    open_session,
    regrade_turn,
    resume_session,
)
from viva.app._pack import add_pack
from viva.app._report import (
    Finding,
    LabReport,
    Report,
    Stretch,
    TurnReport,
    report_of,
    title_of,
    turn_report,
)
from viva.app._settings import Settings
from viva.app._viva import Viva

__all__ = [
    "Finding",
    "GradeInput",
    "GradeOutput",
    "LabReport",
    "Report",
    "Settings",
    "Sitting",
    "Stretch",
    "TurnReport",
    "Viva",
    "add_pack",
    "answer",
    "ask_next",
    "asked_of",
    "check_bank",
    "close_session",
    "contest_verdict",
    "draft_of",
    "give_confidence",
    "grade_lines",
    "grade_one",
    "grade_response",
    "keep_draft",
    "last_open_session",
    "open_session",
    "read_lines",
    "regrade_turn",
    "report_of",
    "resume_session",
    "title_of",
    "turn_report",
]
