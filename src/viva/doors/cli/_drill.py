"""A drill in the terminal: the interview's conversation, with a lesson after what wasn't known."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from viva.app import Sitting, Viva, turn_report
from viva.app.drill import go_on_drilling
from viva.app.study import lessons_after
from viva.doors.cli._script import Script
from viva.doors.cli._talk import Talk


class Drill(Talk):
    """One drill at the terminal; `new` criteria never met are asked after what is due."""

    def __init__(self, viva: Viva, console: Console, *, script: Script | None = None, new: int = 0) -> None:
        """Drill on `console`."""
        super().__init__(viva, console, script=script)
        self._new = new

    def _move(self, sitting: Sitting) -> Sitting:
        return go_on_drilling(self._viva, sitting, new=self._new)

    def _judge(self, sitting: Sitting) -> Sitting:
        sitting = super()._judge(sitting)
        shown = {f.teach for f in turn_report(self._viva, sitting.session).missing if f.level == "core"}
        for lesson in lessons_after(self._viva, sitting.session.turn):
            if lesson.teach not in shown:
                self._console.print(Text(f" lesson: {lesson.teach}", style="default"))
            for source in lesson.sources[:2]:
                self._console.print(Text(f"   {source}", style="dim"))
        return sitting
