"""A report in the terminal: one table and what it means in words."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from viva.app import Report, TurnReport
from viva.doors.html import MARKS


def print_report(console: Console, report: Report) -> None:
    """The closing report of a session."""
    console.print()
    console.rule(f"Report of session {report.session}")
    table = Table(box=None, pad_edge=False)
    for name in ("#", "step", "question", "score", "90% interval", "sure", "verdicts"):
        table.add_column(name, justify="right" if name in ("#", "score", "sure") else "left")
    for turn in report.turns:
        table.add_row(*_row(turn))
    if report.turns:
        console.print(table)
    for lab in report.labs:
        for check in lab.checks:
            mark = MARKS[check.status]
            console.print(f"  {mark} {check.earned:g}/{check.points:g}  {check.title}", markup=False)
    for line in report.in_words:
        console.print(line)
    console.print(f"The whole report: viva report {report.session} --html report.html")


def _row(turn: TurnReport) -> tuple[str, ...]:
    name = f"{turn.question}/{turn.variant}" if turn.variant else turn.question
    score = "-" if turn.score is None else f"{turn.score:.1f}"
    interval = "-" if turn.interval is None else f"{turn.interval[0]:.1f}-{turn.interval[1]:.1f}"
    sure = "-" if turn.confidence is None else f"{turn.confidence}%"
    return str(turn.number), turn.step, name, score, interval, sure, turn.why
