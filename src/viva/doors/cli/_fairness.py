"""`viva fairness`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from viva.app.fairness import ImpactTable
    from viva.measure import GroupImpact


def add_to(root: typer.Typer) -> None:
    """Add the command to the root."""
    root.command()(fairness)


def fairness(
    outcomes: Annotated[Path, typer.Argument(help="Outcomes (CSV): a row a person.")],
    group: Annotated[
        list[str] | None, typer.Option(help="A column of groups; again for more. [default: all others]")
    ] = None,
    reference: Annotated[
        str | None, typer.Option(help="The group others are compared with; else the one selected most often.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Show selection rates and impact ratios by group, with intervals, and say when they can't tell.

    The file has a column `selected` (yes or no) or `score`, and a column a category (`sex`, `race`, …).
    Several categories are also crossed, as New York City's Local Law 144 asks.
    """
    from viva.app.fairness import audit_outcomes
    from viva.doors.cli._plain import to_json
    from viva.doors.cli._talk import make_console

    made = audit_outcomes(outcomes, groups=tuple(group or ()), reference=reference)
    if json:
        typer.echo(to_json(made))
        return
    console = make_console()
    counted = "selected" if made.outcome == "selected" else f"scored above the median of {made.median:g}"
    console.print(f"{made.n_people} people; the rate is the share that was {counted}", markup=False)
    for table in made.tables:
        _print(table)
    for note in made.notes:
        console.print(f"note: {note}", markup=False)
    console.print("Four-fifths is a rule of thumb, no proof of discrimination or of its absence.")


def _print(found: ImpactTable) -> None:
    from rich.table import Table

    from viva.doors.cli._talk import make_console

    console = make_console()
    table = Table(title=found.category, box=None, pad_edge=False, title_justify="left")
    for name in ("group", "n", "selected", "rate", "95% interval", "impact ratio", "interval", "verdict"):
        table.add_column(name, justify="left" if name in ("group", "verdict") else "right")
    for row in found.rows:
        table.add_row(*_row(row))
    console.print()
    console.print(table)
    if found.n_unknown:
        console.print(f"left out, group unknown: {found.n_unknown}")


def _row(row: GroupImpact) -> list[str]:
    from viva.doors.cli._plain import interval, number

    name = f"{row.group} (under 2%)" if row.is_small else row.group
    ratio = ["1", "", "reference"]
    if not row.is_reference:
        ratio = [number(row.ratio.estimate), interval(row.ratio.lower, row.ratio.upper), row.words]
    return [
        name, str(row.n), str(row.n_selected), number(row.rate.estimate),
        interval(row.rate.lower, row.rate.upper), *ratio,
    ]  # fmt: skip
