"""`viva report`, `viva sessions`, `viva export` and `viva forget`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def add_to(root: typer.Typer) -> None:
    """Add the commands to the root."""
    for command in (report, sessions, export, forget):
        root.command()(command)


def report(
    session: Annotated[
        str | None, typer.Argument(help="A session's id or its start; else the last one.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write a self-contained page to this file.")] = None,
    pdf: Annotated[
        Path | None, typer.Option(help="Write a PDF to this file (needs the extra `pdf`).")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Show what a session amounts to: verdicts with your words, misconceptions, what to add."""
    from viva.app import report_of
    from viva.doors.cli._wire import wired

    viva = wired()
    id = viva.store.find(session) if session else _last(viva.store.lines(limit=1))
    made = report_of(viva, id, viva.store.load(id))
    if html is not None:
        from viva.doors.html import report_page

        html.write_text(report_page(made), "utf-8")
        typer.echo(f"wrote {html}", err=json)
    if pdf is not None:
        from viva.doors.cli._write import write_pdf
        from viva.doors.paper import report_paper

        write_pdf(pdf, report_paper(made))
        typer.echo(f"wrote {pdf}", err=json)
    if json:
        typer.echo(made.model_dump_json(indent=2))
    elif html is None and pdf is None:
        _print(made)


def _print(made: object) -> None:
    from viva.app import Report
    from viva.doors.cli._summary import print_report
    from viva.doors.cli._talk import Talk, make_console
    from viva.doors.cli._wire import wired

    assert isinstance(made, Report)
    console = make_console()
    talk = Talk(wired(), console)
    for turn in made.turns:
        console.print()
        console.print(f"[{turn.number}] {turn.ask}", markup=False)
        console.print("".join(s.text for s in turn.transcript), style="cyan", markup=False)
        talk.show_feedback(turn)
    print_report(console, made)


def _last(lines: list) -> str:  # type: ignore[type-arg]
    from viva.exceptions import UnknownSession

    if not lines:
        raise UnknownSession("no session yet; start one with `viva interview`")
    return str(lines[0].id)


def sessions(
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """List the sessions there are, the last used first."""
    import json as json_module
    from dataclasses import asdict

    from rich.table import Table

    from viva.doors.cli._talk import make_console
    from viva.doors.cli._wire import wired

    lines = wired().store.lines()
    if json:
        for line in lines:
            typer.echo(json_module.dumps(asdict(line), default=str))
        return
    table = Table(box=None, pad_edge=False)
    for name in ("session", "opened", "mode", "state", "turns", "mean score"):
        table.add_column(name)
    for line in lines:
        mean = "-" if line.mean_score is None else f"{line.mean_score:.1f}"
        opened = f"{line.opened_at:%Y-%m-%d %H:%M}"
        table.add_row(line.id, opened, line.mode, line.state, str(line.n_turns), mean)
    make_console().print(table if lines else "No session yet; start one with `viva interview`.")


def export(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where to write; else standard output.")
    ] = None,
) -> None:
    """Write the whole history as JSON Lines: every event of every session, oldest first."""
    from viva.doors.cli._grade import _whole_file
    from viva.doors.cli._wire import wired

    store = wired().store
    rows = (
        f'{{"session":"{id}","seq":{seq},"event":{event.model_dump_json()}}}'
        for id, seq, event in store.export()
    )
    if output is None:
        for row in rows:
            typer.echo(row)
        return
    with _whole_file(output) as file:
        n = sum(1 for row in rows if file.write(row + "\n"))
    typer.echo(f"wrote {n} events to {output}")


def forget(
    session: Annotated[str, typer.Argument(help="A session's id or its start.")],
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Delete a session with everything said in it, for good."""
    from viva.app.practice import forget_session
    from viva.doors.cli._wire import wired

    viva = wired()
    id = viva.store.find(session)
    if not yes:
        typer.confirm(f"Delete session {id} and all its answers for good?", abort=True)
    forget_session(viva, id)
    typer.echo(f"deleted {id}")
