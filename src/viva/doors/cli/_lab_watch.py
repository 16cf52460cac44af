"""The watch: checks on every save, and single keys where there is a terminal."""

from __future__ import annotations

import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from viva.app import Viva
from viva.app.labs import submit_lab
from viva.exceptions import VivaError
from viva.labs import Workspace, choose_backend, to_text, watch


def run_watch(viva: Viva, workspace: Workspace, *, box: str | None) -> None:
    """Watch until `q` or Ctrl-C; without a terminal there are no keys."""
    backend = choose_backend(box)
    keys: dict[str, Callable[[], str]] = {
        "s": lambda: to_text(submit_lab(viva, workspace, backend=backend)),
        "h": lambda: workspace.hint(at=viva.now()),
        "d": workspace.diff,
        "r": lambda: f"your work is kept in {workspace.reset(at=viva.now())}",
    }
    typer.echo(f"watching {workspace.folder}; keys: s submit, h hint, d diff, r reset, q quit")
    with _single_keys() as read_key:
        try:
            for checked in watch(workspace, backend):
                if checked is not None:
                    typer.echo(to_text(checked.report) if checked.report else checked.refused)
                    typer.echo(f"({checked.seconds:.2f} s)")
                key = read_key()
                if key == "q":
                    return
                if key in keys:
                    typer.echo(_said(keys[key]))
        except KeyboardInterrupt:
            return


def _said(action: Callable[[], str]) -> str:
    try:
        return action()
    except VivaError as error:
        return str(error)


@contextmanager
def _single_keys() -> Iterator[Callable[[], str]]:
    """A function that gives the key pressed since last asked, or nothing; restores the terminal."""
    if not sys.stdin.isatty():
        yield lambda: ""
        return
    import termios  # only where there is a terminal to set
    import tty

    before = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin)
    try:
        yield lambda: sys.stdin.read(1) if select.select([sys.stdin], [], [], 0)[0] else ""
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
