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


GraderOption = Annotated[str, typer.Option(help="A grader's versioned name.")]


@commands.command()
def attacks(grader: GraderOption = "auto", json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Send texts that must earn nothing to every core question. Exit status 1 when over 3% do."""
    from viva.app.suites import attack_outcomes
    from viva.doors.cli._wire import wired

    viva = wired(grader=grader)
    rows: dict[str, list[float]] = {}
    n = n_accepted = 0
    for outcome in attack_outcomes(viva.grader, [q for q in viva.bank if q.core]):
        rows.setdefault(outcome.suite, []).append(outcome.score)
        n, n_accepted = n + 1, n_accepted + outcome.accepted
    table = {
        name: {"n": len(s), "above 3": sum(x > 3 for x in s), "mean score": sum(s) / len(s)}
        for name, s in rows.items()
    }
    table["in all"] = {"n": n, "above 3": n_accepted, "share": n_accepted / max(1, n)}
    _print_rows("attack", table, json)
    raise typer.Exit(n_accepted > 0.03 * n)


@commands.command()
def robustness(grader: GraderOption = "auto", json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Change the wording of exemplars without changing their meaning: does the score move?"""
    from viva.app.suites import robustness_outcomes
    from viva.doors.cli._wire import wired

    viva = wired(grader=grader)
    rows: dict[str, list[tuple[float, int, int]]] = {}
    for o in robustness_outcomes(viva.grader, [q for q in viva.bank if q.core]):
        moved = (abs(o.score - (o.before or 0.0)), o.n_flips, o.n_verdicts)
        rows.setdefault(o.suite, []).append(moved)
        rows.setdefault("in all", []).append(moved)
    table = {
        name: {
            "n": len(found),
            "mean absolute score change": sum(f[0] for f in found) / len(found),
            "verdict flips": sum(f[1] for f in found) / max(1, sum(f[2] for f in found)),
        }
        for name, found in rows.items()
    }
    _print_rows("change", table, json)


@commands.command()
def speed(
    grader: GraderOption = "auto",
    n: Annotated[int, typer.Option(help="How many answers.", min=5)] = 100,
    json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Time the grading of 200-word answers against full keys, in milliseconds."""
    from viva.app.bench import grading_speed
    from viva.doors.cli._wire import wired

    _print_rows("grader", {grader: grading_speed(wired(grader=grader), n)}, json)


@commands.command()
def asag(
    folder: Annotated[Path, typer.Argument(help="Short-answer sets (*.jsonl.gz).", exists=True)],
    grader: GraderOption = "auto",
    limit: Annotated[int | None, typer.Option(help="At most so many rows a set.")] = None,
    json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Grade public short answers against their reference, beside lexical and length baselines."""
    from viva.app.asag import asag_figures
    from viva.doors.cli._wire import wired

    _print_rows("set · grader", asag_figures(wired(grader=grader), folder, limit=limit), json)


def _print_rows(head: str, rows: dict[str, dict[str, float]], json: bool) -> None:
    """A table with a line a row, or the same as JSON."""
    import json as json_module

    from rich.table import Table

    from viva.doors.cli._talk import make_console

    if json:
        typer.echo(json_module.dumps(rows, indent=2))
        return
    columns = list(dict.fromkeys(name for row in rows.values() for name in row))
    table = Table(box=None, pad_edge=False)
    table.add_column(head)
    for column in columns:
        table.add_column(column, justify="right")
    for name, row in rows.items():
        table.add_row(name, *(_shown(row.get(column)) for column in columns))
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
