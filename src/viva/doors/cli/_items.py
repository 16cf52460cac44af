"""`viva items …`: what questions do, measured."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from viva.app.item_calibration import Calibrated
    from viva.app.items import Analysis, ItemLine

commands = typer.Typer(
    help="Measure which questions tell people apart.", no_args_is_help=True, rich_markup_mode=None
)
JsonOption = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]


class SortBy(StrEnum):
    """What to sort by."""

    file = "file"
    discrimination = "discrimination"
    difficulty = "difficulty"
    facility = "facility"
    item_rest = "item-rest"
    fit = "fit"
    information = "information"


class ModelName(StrEnum):
    """Response models."""

    rasch = "1pl"
    two_parameters = "2pl"
    partial_credit = "pcm"
    generalised_partial_credit = "gpcm"
    graded = "grm"


@commands.command()
def analyze(
    responses: Annotated[Path, typer.Argument(help="Scores (CSV): a row a person, or a row a response.")],
    html: Annotated[Path | None, typer.Option(help="Write a self-contained page to this file.")] = None,
    sort: Annotated[SortBy, typer.Option(help="The order of the items.")] = SortBy.file,
    group: Annotated[str | None, typer.Option(help="The column of groups, for DIF.")] = None,
    reference: Annotated[str | None, typer.Option(help="The group that others are compared with.")] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(help="A column that is no item; again for more.")
    ] = None,
    lowest: Annotated[float, typer.Option(help="The lowest score there can be.")] = 0.0,
    highest: Annotated[float | None, typer.Option(help="The highest; else the highest seen.")] = None,
    model: Annotated[
        ModelName | None, typer.Option(help="A model; else 2pl, or gpcm for partial credit.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Report what each item does: difficulty, discrimination, fit, DIF, and whether that can be said.

    Wide form: a column an item, optionally `person` (or `id`) and `group`. Long form: the columns
    `person`, `item`, `score`, optionally `group`. An empty cell means "not asked".
    """
    from viva.app.items import analyze_file
    from viva.doors.cli._plain import to_json
    from viva.doors.cli._write import write_whole

    made = analyze_file(
        responses, model=model.value if model else None, group=group, reference=reference,
        ignore=tuple(ignore or ()), lowest=lowest, highest=highest, sort=sort.value,
    )  # fmt: skip
    if html is not None:
        from viva.doors.html import items_page

        write_whole(html, items_page(made))
        typer.echo(f"wrote {html}", err=json)
    if json:
        typer.echo(to_json(made))
    elif html is None:
        _print(made)


def _print(made: Analysis) -> None:
    from rich.table import Table

    from viva.doors.cli._plain import interval, number
    from viva.doors.cli._talk import make_console

    console = make_console()
    alpha = "-" if made.alpha is None else f"{number(made.alpha.estimate)} ({interval(*made.alpha[1:3])})"
    console.print(
        f"{made.n_people} people, {len(made.lines)} items, {made.n_responses} responses; model {made.model}"
    )
    console.print(f"reliability {number(made.reliability)}; Cronbach's alpha {alpha}")
    table = Table(box=None, pad_edge=False)
    columns = ["item", "n", "facility", "item-rest", "discrimination", "difficulty", "S-X² p", "infit"]
    if made.groups:
        columns.append("DIF")
    for name in (*columns, "verdict"):
        table.add_column(name, justify="left" if name in ("item", "DIF", "verdict") else "right")
    for line in made.lines:
        table.add_row(*_row(line, with_dif=bool(made.groups)))
    console.print(table)
    for warning in made.warnings:
        console.print(f"note: {warning}", markup=False)


def _row(line: ItemLine, *, with_dif: bool) -> list[str]:
    from viva.doors.cli._plain import interval, number

    s = line.summary
    cells = [
        line.item, str(s.n), number(s.facility.estimate), number(s.item_rest.estimate),
        f"{number(s.discrimination.estimate)} ({interval(*s.discrimination[1:3])})",
        f"{number(s.difficulty.estimate)} ({interval(*s.difficulty[1:3])})",
        number(s.fit.p_value, 3), number(s.fit.infit),
    ]  # fmt: skip
    if with_dif:
        cells.append("; ".join(f"{d.group}: {d.result.size}, {d.result.verdict}" for d in line.dif) or "-")
    return [*cells, s.verdict]


@commands.command()
def calibrate(
    responses: Annotated[
        Path | None, typer.Argument(help="Scores (CSV) by the bank's ids, as for analyze; else the log.")
    ] = None,
    with_log: Annotated[bool, typer.Option("--with-log", help="The log's sessions beside the file.")] = False,
    highest: Annotated[float, typer.Option(help="The file's score for full credit.")] = 10.0,
    ignore: Annotated[
        list[str] | None, typer.Option(help="A column that is no item; again for more.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Estimate the bank's parameters and keep them as a new version; content stays as it is.

    From the log, or from a file of other people's scores, or both. The experts' guesses are priors, so that
    few answers move an item little. What was estimated, from how many answers and how, is in the file.
    """
    from viva.app.item_calibration import calibrate_bank
    from viva.doors.cli._wire import wired

    made = calibrate_bank(wired(), responses, with_log=with_log, highest=highest, ignore=tuple(ignore or ()))
    if json:
        typer.echo(made.parameters.model_dump_json(indent=2))
        return
    _print_calibrated(made)
    typer.echo(f"wrote {made.path}")


def _print_calibrated(made: Calibrated) -> None:
    from rich.table import Table

    from viva.doors.cli._plain import interval, number
    from viva.doors.cli._talk import make_console

    console = make_console()
    p = made.parameters
    console.print(f"version {p.version}: {p.n_responses} answers; {p.data}", markup=False)
    table = Table(box=None, pad_edge=False)
    for name in ("item", "n", "discrimination", "95% interval", "before", "difficulty", "before"):
        table.add_column(name, justify="left" if name == "item" else "right")
    for id, item in p.items.items():
        a, b = made.before[id]
        middle = sum(item.steps) / len(item.steps)
        table.add_row(
            id, str(item.n), number(item.discrimination), interval(*item.discrimination_interval),
            number(a), number(middle), number(b),
        )  # fmt: skip
    console.print(table)
    if p.spread is not None:
        console.print(f"topics differ within a person by {p.spread:.2f} (0: not at all, 1: as people do)")
    for warning in made.warnings:
        console.print(f"note: {warning}")
