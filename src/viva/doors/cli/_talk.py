"""The conversation in the terminal: asks, listens line by line, shows feedback."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

from rich.console import Console
from rich.text import Text

from viva.app import (
    Sitting,
    TurnReport,
    Viva,
    answer,
    ask_next,
    draft_of,
    give_confidence,
    grade_response,
    keep_draft,
    turn_report,
)
from viva.bank import Verdict
from viva.doors.cli._script import Script
from viva.session import State

SIGN = {Verdict.MET: "✓", Verdict.PARTLY: "◐", Verdict.MISSING: "·", Verdict.CONTRADICTED: "✗"}
STYLE = {
    Verdict.MET: "green",
    Verdict.PARTLY: "yellow",
    Verdict.MISSING: "dim",
    Verdict.CONTRADICTED: "red",
}
HELP = "several lines are fine; an empty line ends the answer"


class Talk:
    """One sitting at the terminal. `script` answers instead of a person."""

    def __init__(self, viva: Viva, console: Console, *, script: Script | None = None) -> None:
        """Talk on `console`."""
        self._viva = viva
        self._console = console
        self._script = script

    def until_closed(self, sitting: Sitting) -> Sitting:
        """Go on from wherever the session stands until it closes."""
        steps: dict[State, Callable[[Sitting], Sitting]] = {
            State.READY: self._move,
            State.ASKED: self._listen,
            State.ANSWERED: self._confidence,
            State.CONFIDENT: self._judge,
            State.GRADED: self._move,
            State.LAB: self._work,
        }
        if sitting.session.state is State.GRADED:  # the feedback may not have been seen
            self.show_feedback(turn_report(self._viva, sitting.session))
        while sitting.session.state is not State.CLOSED:
            sitting = steps[sitting.session.state](sitting)
        return sitting

    def _move(self, sitting: Sitting) -> Sitting:
        return ask_next(self._viva, sitting)

    def _work(self, sitting: Sitting) -> Sitting:
        from viva.doors.cli._lab_talk import work_on_lab  # the sandboxes load when there is a lab

        return work_on_lab(self._viva, self._console, sitting, self._script)

    def _listen(self, sitting: Sitting) -> Sitting:
        asked, n = sitting.session.turn.asked, len(sitting.session.turns)
        self._console.print()
        self._console.print(Text(f"[{n}] {asked.reason}", style="dim italic"))
        title = f"{asked.step} · for a {asked.audience.value}"
        self._console.print(Text(title, style="bold blue"))
        self._console.print(Text(asked.ask, style="bold"))
        if self._script is not None:
            text = self._script.answer(sitting.session).text
            self._console.print(Text(text, style="cyan"))
        else:
            # The grader loads while the person thinks.
            threading.Thread(target=lambda: self._viva.grader, daemon=True).start()
            text = self._read_lines(sitting)
        return answer(self._viva, sitting, text)

    def _read_lines(self, sitting: Sitting) -> str:
        """The person's lines, each kept as a draft as soon as it is typed."""
        lines = draft_of(self._viva, sitting).splitlines()
        if lines:
            self._console.print(Text("you had typed:", style="dim"))
            self._console.print(Text("\n".join(lines), style="cyan"))
        self._console.print(Text(f"({HELP})", style="dim"))
        while True:
            try:
                line = input("> ")
            except EOFError:
                if not lines:
                    raise KeyboardInterrupt from None
                break
            if not line.strip() and lines:
                break
            if line.strip():
                lines.append(line)
                keep_draft(self._viva, sitting, "\n".join(lines))
        return "\n".join(lines)

    def _confidence(self, sitting: Sitting) -> Sitting:
        if self._script is not None:
            given = self._script.answer(sitting.session).confidence
            return give_confidence(self._viva, sitting, given)
        while True:
            try:
                typed = input("How sure are you that this is right, 0-100? (Enter to skip) ").strip()
            except EOFError:
                raise KeyboardInterrupt from None
            if not typed:
                return give_confidence(self._viva, sitting, None)
            if typed.rstrip("%").isdecimal() and 0 <= int(typed.rstrip("%")) <= 100:
                return give_confidence(self._viva, sitting, int(typed.rstrip("%")))
            self._console.print(f"found {typed!r}; wanted a number from 0 to 100, or Enter")

    def _judge(self, sitting: Sitting) -> Sitting:
        with self._console.status("reading your answer"):
            sitting = grade_response(self._viva, sitting)
        self.show_feedback(turn_report(self._viva, sitting.session))
        self._show_standing(sitting)
        return sitting

    def _show_standing(self, sitting: Sitting) -> None:
        """Where the person now stands on the question's topic, by all their answers, in one line."""
        session = sitting.session
        if session.settings.mode == "single":
            return
        # SciPy takes a second to import, so it comes after the first feedback is on the screen.
        from viva.app.progress import standing_after

        if (standing := standing_after(self._viva, sitting.id, session)) is not None:
            self._console.print(Text(f" you: {standing}", style="dim"))

    def show_feedback(self, turn: TurnReport) -> None:
        """The verdicts with the person's words, misconceptions, and what to add."""
        out = self._console
        out.print()
        out.print(_headline(turn))
        for finding in turn.findings:
            mark = " (unsure)" if finding.unsure else ""
            line = Text(f" {SIGN[finding.verdict]} {finding.verdict.value}{mark}: ", STYLE[finding.verdict])
            out.print(line.append(finding.claim, style="default"))
            for e in finding.evidence[:1]:
                out.print(Text(f"     your words: “{e.quote}”", style="italic"))
        for m in turn.misconceptions:
            out.print(Text(f" ! “{m.quote}”", style="red").append(f"\n   {m.because}", style="default"))
        for finding in [f for f in turn.missing if f.level == "core"][:2]:
            out.print(Text(f" → {finding.teach}", style="default"))
        for note in _notes(turn):
            out.print(Text(f" note: {note}", style="dim"))


def _headline(turn: TurnReport) -> Text:
    if turn.score is None or turn.interval is None:
        return Text(f"No score: {turn.why} ({turn.grader})", style="bold yellow")
    low, high = turn.interval
    score = f"{turn.score:.1f}/10 (90% interval {low:.1f}-{high:.1f})"
    return Text(score, style="bold").append(f"  {turn.why} · {turn.grader}", style="dim")


def _notes(turn: TurnReport) -> list[str]:
    notes = []
    if "recitation" in turn.flags:
        notes.append(f"much of this is word for word from known texts: “{turn.recited[0].quote}”")
    if "injected-instructions" in turn.flags:
        notes.append("sentences that instruct the grader were ignored")
    if turn.unexplained:
        terms = ", ".join(e.quote for e in turn.unexplained)
        notes.append(f"a stakeholder may not know: {terms}")
    return notes


def make_console(*, stderr: bool = False) -> Console:
    """A console that doesn't wrap what is piped."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(file=stream, highlight=False, soft_wrap=not stream.isatty())
