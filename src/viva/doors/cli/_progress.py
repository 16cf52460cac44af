"""`viva progress`."""

from __future__ import annotations

from typing import Annotated

import typer


def add_to(root: typer.Typer) -> None:
    """Add the command to the root."""
    root.command()(progress)


def progress(
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Show where you stand by topic: a level in words, the number, its interval, how many answers.

    Rests on the newest answer to each question and variant in the log. A topic you haven't answered is
    told from the others, and wide.
    """
    from rich.table import Table

    from viva.app.progress import LEVEL, show_progress
    from viva.doors.cli._plain import interval, to_json
    from viva.doors.cli._talk import make_console
    from viva.doors.cli._wire import wired

    made = show_progress(wired())
    if json:
        typer.echo(to_json(made))
        return
    console = make_console()
    if made.overall.ability.n_responses == 0:
        console.print("No scored answer yet; start with `viva interview`.")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("topic", "ability", f"{100 * LEVEL:.0f}% interval", "in words"):
        table.add_column(name, justify="left" if name in ("topic", "in words") else "right")
    for standing in (*made.topics, made.overall):
        a = standing.ability
        table.add_row(standing.topic, f"{a.estimate:+.2f}", interval(a.lower, a.upper), standing.words)
    console.print(table)
    console.print(
        "0 is the middle of people like those the questions are made for; 1 is better than 84 of 100."
    )
    console.print(f"parameters: {made.source}; {made.n_sessions} session(s)")
