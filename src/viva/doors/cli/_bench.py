"""`viva bench …`: measurements of the graders."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

commands = typer.Typer(help="Measure the graders.", no_args_is_help=True, rich_markup_mode=None)


@commands.callback()
def about() -> None:
    """Measure the graders."""


@commands.command()
def answers(
    file: Annotated[Path, typer.Argument(help="Labelled answers (JSON Lines).", exists=True)],
    grader: Annotated[
        list[str] | None, typer.Option(help="A grader; again for several. All when left out.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
) -> None:
    """Compare graders with a panel on labelled interview answers, beside the length baseline."""
    import json as json_module

    from rich.table import Table

    from viva.app.bench import bench_answers
    from viva.doors.cli._talk import make_console
    from viva.doors.cli._wire import wired

    made = bench_answers(wired(), file, graders=tuple(grader or ()))
    if json:
        typer.echo(json_module.dumps(made, indent=2))
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("figure")
    for name in made:
        table.add_column(name, justify="right")
    rows = dict.fromkeys(figure for figures in made.values() for figure in figures)
    for figure in rows:
        table.add_row(figure, *(_shown(made[name].get(figure)) for name in made))
    make_console().print(table)


@commands.command("lab-attacks")
def lab_attacks(
    folder: Annotated[Path, typer.Argument(help="Hostile submissions.", exists=True, file_okay=False)],
    box: Annotated[str | None, typer.Option(help="A sandbox by name; else each that is safe.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Send hostile submissions through the sandbox. Exit status 1 when one isn't held."""
    import json as json_module
    from dataclasses import asdict

    from viva.labs import available_backends, choose_backend, run_attacks

    n = n_held = 0
    for backend in (choose_backend(box),) if box else available_backends():
        for result in run_attacks(folder, backend):
            typer.echo(json_module.dumps(asdict(result), default=str) if json else f"{backend}: {result}")
            n, n_held = n + 1, n_held + result.held
    typer.echo(f"{n_held} of {n} held", err=json)
    raise typer.Exit(n_held < n)


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, dict):
        return "\n".join(f"{k} {v}" for k, v in value.items())
    return "-" if value is None else str(value)
