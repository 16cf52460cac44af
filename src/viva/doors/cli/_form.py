"""`viva form …`: sets of questions for a decision."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from viva.app.forms import CutForecast, Forecast
    from viva.hiring import Form
    from viva.measure import Misclassification

commands = typer.Typer(
    help="Assemble question sets that tell people apart at a cut.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
FormArgument = Annotated[Path, typer.Argument(help="A form's file.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]


class KindName(StrEnum):
    """Kinds of question."""

    concept = "concept"
    judgment = "judgment"
    story = "story"
    design = "design"


class LevelName(StrEnum):
    """Levels a question is meant for."""

    junior = "junior"
    mid = "mid"
    senior = "senior"
    staff = "staff"


@commands.command()
def assemble(
    minutes: Annotated[
        int, typer.Option(help="Time for all questions; each has its own in the bank.", min=1, max=480)
    ] = 45,
    cut: Annotated[
        list[float] | None,
        typer.Option(help="The ability to decide at (people are N(0, 1)); again for several. [default: 0]"),
    ] = None,
    topic: Annotated[
        list[str] | None, typer.Option(help="TOPIC or TOPIC=N: at least one, or N, from it; again for more.")
    ] = None,
    kind: Annotated[list[KindName] | None, typer.Option(help="Only this kind; again for more.")] = None,
    level: Annotated[LevelName | None, typer.Option(help="Only questions meant for this level.")] = None,
    fewest: Annotated[int, typer.Option(help="At least so many questions.", min=1)] = 1,
    most: Annotated[int | None, typer.Option(help="At most so many.", min=1)] = None,
    include: Annotated[list[str] | None, typer.Option(help="A question that must be in it.")] = None,
    without: Annotated[list[str] | None, typer.Option(help="A question that may not.")] = None,
    enemies: Annotated[
        list[str] | None,
        typer.Option(help="ID,ID,…: one of these at most, as one gives the other away; again for more."),
    ] = None,
    unlike: Annotated[
        list[Path] | None, typer.Option(help="An earlier form: share no question with it; again for more.")
    ] = None,
    forms: Annotated[
        int,
        typer.Option(
            help="So many forms, equally good, that share only what --include names.", min=1, max=20
        ),
    ] = 1,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="Where to write; else standard output. Several forms get a number: form-1.yaml, …",
        ),
    ] = None,
) -> None:
    """Choose the questions that say most about people near the cut, within the time and your limits.

    When no set can meet the limits, the smallest part of them that conflicts is named.
    """
    from viva.app.forms import assemble_parallel, form_text, read_form
    from viva.doors.cli._wire import wired
    from viva.doors.cli._write import write_whole
    from viva.exceptions import UsageError
    from viva.hiring import Blueprint

    if forms > 1 and output is None:
        raise UsageError(f"{forms} forms need a place each; give -o FILE (FILE-1, FILE-2, … are written)")

    used = [q.id for path in unlike or () for q in read_form(path).questions]
    blueprint = Blueprint(
        minutes=minutes, cuts=_cuts(cut), topics=_topics(topic or []), fewest=fewest, most=most,
        kinds=tuple(k.value for k in kind or ()), level=level.value if level else None,
        with_questions=tuple(include or ()), without=(*(without or ()), *used),
        enemies=_enemies(enemies or []),
    )  # fmt: skip
    made = assemble_parallel(wired(), blueprint, n_forms=forms)
    if output is None:
        typer.echo(form_text(made[0]), nl=False)
        return
    for number, form in enumerate(made, 1):
        path = output if forms == 1 else output.with_stem(f"{output.stem}-{number}")
        write_whole(path, form_text(form))
        _print(form)
        typer.echo(f"wrote {path}")
    if forms > 1:
        _print_overlap(made)


def _cuts(given: list[float] | None) -> tuple[float, ...]:
    from viva.exceptions import InputError

    for cut in given or ():
        if not -4 <= cut <= 4:
            raise InputError(f"--cut: found {cut:g}; wanted an ability from -4 to 4 (people are N(0, 1))")
    return tuple(given or (0.0,))


def _topics(given: list[str]) -> dict[str, int]:
    from viva.exceptions import InputError

    found: dict[str, int] = {}
    for text in given:
        name, _, n = text.partition("=")
        if n and (not n.isdecimal() or int(n) < 1):
            raise InputError(f"--topic: found {text!r}; wanted TOPIC, or TOPIC=N with N of 1 or more")
        found[name] = int(n or 1)
    return found


def _enemies(given: list[str]) -> tuple[tuple[str, ...], ...]:
    from viva.exceptions import InputError

    sets = [tuple(dict.fromkeys(id.strip() for id in text.split(",") if id.strip())) for text in given]
    for text, ids in zip(given, sets, strict=True):
        if len(ids) < 2:
            raise InputError(f"--enemies: found {text!r}; wanted two questions or more, as ID,ID")
    return tuple(sets)


def _print_overlap(made: Sequence[Form]) -> None:
    from viva.app.forms import overlap

    shared = overlap(made)
    typer.echo(f"in common: {', '.join(shared)}" if shared else "no question stands in two of the forms")
    for number, cut in enumerate(made[0].blueprint.cuts):
        each = [form.information[number] for form in made]
        apart = 100 * (max(each) - min(each)) / max(each)
        typer.echo(f"information at {cut:g}: {min(each):.1f} to {max(each):.1f} ({apart:.1f}% apart)")


def _print(made: Form) -> None:
    from rich.table import Table

    from viva.doors.cli._talk import make_console

    console = make_console()
    table = Table(box=None, pad_edge=False)
    for name in ("question", "topic", "minutes"):
        table.add_column(name, justify="right" if name == "minutes" else "left")
    for q in made.questions:
        table.add_row(q.id, q.topic, str(q.minutes))
    console.print(table)
    at = ", ".join(f"{i:.1f} at {c:g}" for c, i in zip(made.blueprint.cuts, made.information, strict=True))
    proof = "proven best" if made.gap <= 0.005 else f"within {100 * made.gap:.1f}% of the best"
    console.print(f"{made.minutes} of {made.blueprint.minutes} minutes; information {at} ({proof})")
    console.print(f"parameters: {made.parameters}")


@commands.command()
def kit(
    form: FormArgument,
    html: Annotated[Path | None, typer.Option(help="Write the kit to this self-contained page.")] = None,
    pdf: Annotated[
        Path | None, typer.Option(help="Write the kit to this PDF (needs the extra `pdf`).")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Make the interviewer's kit: wordings, keys, probes, times and an anchored scorecard."""
    from viva.app.forms import kit_of, read_form
    from viva.doors.cli._wire import wired
    from viva.doors.cli._write import write_pdf, write_whole
    from viva.exceptions import UsageError

    made = kit_of(wired(), read_form(form))
    if html is None and pdf is None and not json:
        raise UsageError("nowhere to put the kit; give --html FILE, --pdf FILE or --json")
    if html is not None:
        from viva.doors.html import kit_page

        write_whole(html, kit_page(made))
        typer.echo(f"wrote {html}", err=json)
    if pdf is not None:
        from viva.doors.paper import kit_paper

        write_pdf(pdf, kit_paper(made))
        typer.echo(f"wrote {pdf}", err=json)
    if json:
        typer.echo(made.model_dump_json(indent=2))


@commands.command()
def simulate(
    form: FormArgument,
    seed: Annotated[int, typer.Option(help="Fix the chance in it.")] = 0,
    json: JsonOption = False,
) -> None:
    """Say what to expect of a form: reliability and wrong decisions at the cut, by simulation."""
    from viva.app.forms import read_form, simulate_form
    from viva.doors.cli._plain import to_json
    from viva.doors.cli._wire import wired

    made = simulate_form(wired(), read_form(form), seed=seed)
    if json:
        typer.echo(to_json(made))
    else:
        _print_forecast(made)


def _print_forecast(made: Forecast) -> None:
    from rich.table import Table

    from viva.doors.cli._talk import make_console

    console = make_console()
    console.print(f"{made.n_questions} questions, {made.minutes} minutes; {made.n_people:,} simulated people")
    table = Table(box=None, pad_edge=False)
    names = ("cut", "form", "reliability", "wrongly passed", "wrongly failed", "wrong in all", "±")
    for name in names:
        table.add_column(name, justify="left" if name == "form" else "right")
    for cut in made.cuts:
        for row in _rows(cut):
            table.add_row(*row)
    console.print(table)
    for cut in made.cuts:
        console.print(
            f"an ability of {cut.cut:g} would be known to ±{cut.standard_error:.2f} (standard error)"
        )
    console.print(f"parameters: {made.parameters}; the forecast is as good as they are")
    if made.stale:
        console.print("note: the bank has changed since the form was made")


def _rows(cut: CutForecast) -> list[list[str]]:
    both = (("this form", cut.decided), ("as many drawn at random", cut.by_chance))
    return [[f"{cut.cut:g}", name, f"{found.reliability:.2f}", *_shares(found)] for name, found in both]


def _shares(found: Misclassification) -> list[str]:
    parts = (found.false_pass, found.false_fail, found.wrong, found.standard_error)
    return [f"{100 * part:.1f}%" for part in parts]
