"""`viva progress`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from viva.app import Viva
    from viva.app.progress import Progress


def add_to(root: typer.Typer) -> None:
    """Add the command to the root."""
    root.command()(progress)


def progress(
    html: Annotated[Path | None, typer.Option(help="Write a self-contained page with charts.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Show where you stand by topic: a level in words, the number, its interval, how many answers.

    Rests on the newest answer to each question and variant in the log. A topic you haven't answered is
    told from the others, and wide.
    """
    from viva.app.progress import show_progress
    from viva.doors.cli._plain import to_json
    from viva.doors.cli._wire import wired

    viva = wired()
    made = show_progress(viva)
    if html is not None:
        _write_page(html, viva, made)
        typer.echo(f"wrote {html}", err=json)
    if json:
        typer.echo(to_json(made))
    elif html is None:
        _print(made)


def _write_page(path: Path, viva: Viva, made: Progress) -> None:
    from viva.app.history import ability_over_time
    from viva.doors.cli._write import write_whole
    from viva.doors.html import progress_page

    answered = [s.topic for s in made.topics if s.ability.n_responses]
    over_time = {"overall": ability_over_time(viva)}
    over_time |= {topic: ability_over_time(viva, topic=topic) for topic in answered}
    write_whole(path, progress_page(made, over_time, at=viva.now()))


def _print(made: Progress) -> None:
    from rich.table import Table

    from viva.app.progress import LEVEL
    from viva.doors.cli._plain import interval
    from viva.doors.cli._talk import make_console

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
