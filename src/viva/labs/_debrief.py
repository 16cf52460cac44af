"""Which follow-up questions to ask about a candidate's own result.

A question that probes a check they did not pass comes first. They are answered in words and graded
like any question: who copied a solution is found out here, not by the sandbox.
"""

from __future__ import annotations

from typing import Final

from viva.labs._lab import DebriefQuestion, Lab
from viva.labs._report import Report

MAX_QUESTIONS: Final = 5
MIN_QUESTIONS: Final = 3


def choose_debrief(lab: Lab, report: Report, *, limit: int = MAX_QUESTIONS) -> tuple[DebriefQuestion, ...]:
    """At most `limit` questions: on missed checks first, then the rest, in the lab's order."""
    missed = {check.id for check in report.checks if check.status != "pass"}
    return tuple(sorted(lab.debrief, key=lambda question: question.check not in missed)[:limit])


def lead_in(question: DebriefQuestion, report: Report) -> str:
    """The question with the candidate's own result before it, where it probes one."""
    for check in report.checks:
        if check.id == question.check and check.status != "pass":
            return f"Your check “{check.title}” did not pass. {question.ask}"
    return question.ask
