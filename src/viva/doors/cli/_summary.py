"""A report in the terminal: one table and what it means in words."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from viva.app import Report, TurnReport


def print_report(console: Console, report: Report) -> None:
    """The closing report of a session."""
    console.print()
    console.rule(f"Report of session {report.session}")
    table = Table(box=None, pad_edge=False)
    for name in ("#", "step", "question", "score", "90% interval", "sure", "verdicts"):
        table.add_column(name, justify="right" if name in ("#", "score", "sure") else "left")
    for turn in report.turns:
        table.add_row(*_row(turn))
    console.print(table)
    for line in in_words(report):
        console.print(line)
    console.print(f"The whole report: viva report {report.session} --html report.html")


def _row(turn: TurnReport) -> tuple[str, ...]:
    name = f"{turn.question}/{turn.variant}" if turn.variant else turn.question
    score = "-" if turn.score is None else f"{turn.score:.1f}"
    interval = "-" if turn.interval is None else f"{turn.interval[0]:.1f}-{turn.interval[1]:.1f}"
    sure = "-" if turn.confidence is None else f"{turn.confidence}%"
    return str(turn.number), turn.step, name, score, interval, sure, turn.why


def in_words(report: Report) -> list[str]:
    """What the figures say, a sentence each."""
    lines = []
    if report.mean_score is not None:
        lines.append(f"Questions: {report.mean_score:.1f}/10 on average.")
    if report.transfer_drop is not None:
        drop = report.transfer_drop
        way = "lost" if drop > 0 else "gained"
        lines.append(f"Transfer: {abs(drop):.1f} points {way} from the question to its variant.")
    if report.overconfidence is not None and report.brier is not None:
        gap = report.overconfidence
        way = "more sure than right" if gap > 0 else "more right than sure"
        lines.append(f"Confidence: {abs(gap):.0f} points {way} (Brier {report.brier:.2f}; 0 is best).")
    wrong = [m for t in report.turns for m in t.misconceptions]
    if wrong:
        lines.append(f"Misconceptions to clear up: {', '.join(dict.fromkeys(m.id for m in wrong))}.")
    if report.closed_reason:
        lines.append(f"It ended because {report.closed_reason}.")
    return lines
