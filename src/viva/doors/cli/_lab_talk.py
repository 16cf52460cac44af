"""A lab in the middle of an interview: the person works in their own editor, and says here what to run."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.text import Text

from viva.app import Sitting, Viva
from viva.app.labs import check_lab, lab_in, leave_lab, submit_lab
from viva.app.workspaces import save_files
from viva.doors.cli._script import Script
from viva.exceptions import VivaError
from viva.labs import Workspace, to_text
from viva.session import State

KEYS = "Enter or c: check · s: submit, which ends the lab · h: hint · d: diff · leave: go on without a submit"


def work_on_lab(viva: Viva, console: Console, sitting: Sitting, script: Script | None) -> Sitting:
    """Until the lab is submitted (here, or elsewhere with `viva lab submit`) or left."""
    sitting, workspace = lab_in(viva, sitting)
    if sitting.session.state is State.LAB:
        _introduce(console, sitting, workspace)
    if script is not None and sitting.session.state is State.LAB:
        save_files(workspace, script.files(workspace.lab.id))
        console.print(to_text(submit_lab(viva, workspace)), markup=False)
        return lab_in(viva, sitting)[0]
    while sitting.session.state is State.LAB:
        try:
            typed = input("lab> ").strip().lower()
        except EOFError:
            raise KeyboardInterrupt from None
        sitting, _ = lab_in(viva, sitting)
        if sitting.session.state is not State.LAB:
            break
        if typed == "leave":
            return leave_lab(viva, sitting)
        console.print(_said(viva, workspace, typed), markup=False)
        sitting, _ = lab_in(viva, sitting)
    return sitting


def _introduce(console: Console, sitting: Sitting, workspace: Workspace) -> None:
    given, lab = sitting.session.labs[-1].started, workspace.lab
    console.print()
    console.print(Text(given.reason, style="dim italic"))
    console.print(
        Text(f"lab · {lab.step} · {lab.minutes} min · {lab.max_points:g} points", style="bold blue")
    )
    console.print((workspace.folder / "README.md").read_text("utf-8"), markup=False)
    names = ", ".join(lab.files.editable)
    console.print(Text(f"Edit {names} in {workspace.folder}; save, then", style="bold"), soft_wrap=True)
    console.print(Text(f"({KEYS})", style="dim"))


def _said(viva: Viva, workspace: Workspace, typed: str) -> str:
    actions: dict[str, Callable[[], str]] = {
        "": lambda: to_text(check_lab(workspace)),
        "c": lambda: to_text(check_lab(workspace)),
        "s": lambda: to_text(submit_lab(viva, workspace)),
        "h": lambda: workspace.hint(at=viva.now()),
        "d": workspace.diff,
    }
    if typed not in actions:
        return f"found {typed!r}; wanted: {KEYS}"
    try:
        return actions[typed]()
    except VivaError as error:
        return str(error)
