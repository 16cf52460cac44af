"""`viva bank …`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from viva.bank import Question

commands = typer.Typer(
    help="Look at the questions and check them.", no_args_is_help=True, rich_markup_mode=None
)


@commands.command("list")
def list_questions(
    topic: Annotated[str | None, typer.Option(help="Only this topic.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """List the questions."""
    import json as json_module

    from rich.table import Table

    from viva.doors.cli._talk import make_console
    from viva.doors.cli._wire import wired

    rows = [_line(id, q) for id, q in wired().bank.questions.items() if topic in (None, q.topic)]
    if json:
        for row in rows:
            typer.echo(json_module.dumps(row))
        return
    table = Table(box=None, pad_edge=False)
    for name in ("id", "topic", "kind", "levels", "minutes", "title"):
        table.add_column(name)
    for row in rows:
        table.add_row(*map(str, row.values()))
    make_console().print(table)


def _line(id: str, q: Question) -> dict[str, object]:
    return {
        "id": id, "topic": q.topic, "kind": q.kind, "levels": " ".join(q.levels),
        "minutes": q.minutes, "title": q.title,
    }  # fmt: skip


@commands.command()
def show(
    question: Annotated[str, typer.Argument(help="A question's id.")],
    json: Annotated[bool, typer.Option("--json", help="Print the whole file as JSON.")] = False,
) -> None:
    """Show a question with its key: claims, probes, misconceptions, variants."""
    from viva.doors.cli._talk import make_console
    from viva.doors.cli._wire import wired

    q = wired().bank.question(question)
    if json:
        typer.echo(q.model_dump_json(indent=2))
        return
    console = make_console()
    console.print(f"[bold]{q.title}[/bold]  {q.topic} · {q.kind} · {q.minutes} minutes")
    console.print(f"to a peer: {q.ask.peer}\nto a stakeholder: {q.ask.stakeholder}", markup=False)
    for c in q.criteria:
        console.print(f"\n{c.level.value} · {c.id}: {c.claim}", markup=False)
        console.print(f"  probe: {c.probe}\n  sources: {'; '.join(c.sources)}", markup=False)
    console.print("\nMisconceptions")
    for m in q.misconceptions:
        console.print(f"  {m.id}: “{m.says[0]}”\n    {m.because}", markup=False)
    console.print("\nVariants")
    for v in q.variants:
        console.print(f"  {v.id}: {v.ask.peer}", markup=False)


@commands.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Files; else the whole bank.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a finding.")] = False,
) -> None:
    """Prove the content: strict reading, counts, duplicates, reading level, exemplars as labelled."""
    import json as json_module
    from dataclasses import asdict

    from rich.console import Console
    from rich.progress import track

    from viva.app import check_bank
    from viva.doors.cli._wire import wired

    viva = wired()
    paths = files or list(viva.bank.paths.values())
    to_errors = Console(stderr=True)
    quiet = not to_errors.is_terminal
    read = track(paths, "Checking", console=to_errors, disable=quiet, transient=True)
    n = 0
    for finding in check_bank(viva, read):
        n += 1
        typer.echo(json_module.dumps(asdict(finding)) if json else str(finding))
    if n:
        typer.echo(f"viva: {n} findings in {len(paths)} files", err=True)
        raise typer.Exit(1)
    typer.echo(f"{len(paths)} files checked: clean", err=json)


@commands.command()
def stats(
    json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
) -> None:
    """Count what the bank holds, by topic, level and kind."""
    import json as json_module

    from rich.table import Table

    from viva.bank import bank_stats
    from viva.doors.cli._talk import make_console
    from viva.doors.cli._wire import wired

    made = bank_stats(wired().bank)
    if json:
        typer.echo(json_module.dumps(made, indent=2))
        return
    console = make_console()
    for name, counts in made.items():
        table = Table(title=name, box=None, pad_edge=False, title_justify="left")
        table.add_column("what")
        table.add_column("n", justify="right")
        for what, count in counts.items():
            table.add_row(what, f"{count:,}")
        console.print(table)
        console.print()


@commands.command()
def schema() -> None:
    """Print the JSON Schema of a question file, for editors."""
    import json

    from viva.bank import Question

    typer.echo(json.dumps(Question.model_json_schema(), indent=2))


@commands.command("export")
def export_bank(
    anki: Annotated[Path | None, typer.Option(help="An Anki deck (.apkg).")] = None,
    csv: Annotated[Path | None, typer.Option(help="A table, a line a criterion.")] = None,
    qti: Annotated[Path | None, typer.Option(help="An IMS QTI 3.0 package (.zip).")] = None,
    topic: Annotated[str | None, typer.Option(help="Only this topic.")] = None,
) -> None:
    """Export the questions to tools that teachers and candidates already use."""
    from viva.doors import exchange
    from viva.doors.cli._wire import wired
    from viva.exceptions import UsageError

    bank = wired().bank
    chosen = [q for q in bank if topic in (None, q.topic)]
    wanted = ((anki, exchange.write_anki), (csv, exchange.write_csv), (qti, exchange.write_qti))
    if not any(path for path, _ in wanted):
        raise UsageError("nothing to export to; give --anki FILE, --csv FILE or --qti FILE")
    for path, write in wanted:
        if path is not None:
            n = write(chosen, path)
            typer.echo(f"wrote {n} items to {path}")


@commands.command("import")
def import_pack(
    source: Annotated[str, typer.Argument(help="A folder, or a Git URL.")],
    name: Annotated[str, typer.Option(help="The pack's name; its questions are NAME/<id>.")],
) -> None:
    """Add a private pack of questions in the same format."""
    from viva.app import add_pack
    from viva.doors.cli._wire import wired

    n = add_pack(wired(), source, name=name)
    typer.echo(f"added {n} questions as {name}/…; see `viva bank list`")
