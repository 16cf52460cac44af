"""`viva lab …`: hands-on work in a folder of your own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from viva.app import Report as SessionReport
    from viva.app import Viva
    from viva.labs import Report, Workspace

commands = typer.Typer(
    help="Hands-on work, checked in a sandbox, in your own editor.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
FolderArgument = Annotated[Path, typer.Argument(help="The lab's folder.")]
PackOption = Annotated[list[Path] | None, typer.Option(help="A folder of private labs; again for several.")]
BoxOption = Annotated[str | None, typer.Option(help="A sandbox by name; else the best that is safe.")]
UnsafeOption = Annotated[
    bool, typer.Option("--unsafe", help="Run without a sandbox; the report never counts.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]


def _workspace(folder: Path, pack: list[Path] | None) -> Workspace:
    from viva.app.labs import workspace_in

    return workspace_in(folder, packs=_viva(pack).settings.lab_folders)


def _viva(pack: list[Path] | None) -> Viva:
    """The application, knowing the private labs too: a debrief's key stands in the lab's files."""
    from dataclasses import replace

    from viva.doors.cli._wire import wired

    viva = wired()
    if not pack:
        return viva
    folders = os.pathsep.join(str(folder.absolute()) for folder in (*pack, *viva.settings.lab_folders))
    return replace(viva, settings=viva.settings.model_copy(update={"lab_packs": folders}))


def _print(report: Report, json: bool) -> None:
    from viva.labs import to_text

    typer.echo(report.to_json() if json else to_text(report))


@commands.command("list")
def list_all(
    topic: Annotated[str | None, typer.Option(help="Only labs on this question.")] = None,
    step: Annotated[str | None, typer.Option(help="Only labs for this step of a loop.")] = None,
    pack: PackOption = None,
    json: JsonOption = False,
) -> None:
    """List the labs."""
    import json as json_module

    from rich.table import Table

    from viva.doors.cli._talk import make_console
    from viva.labs import list_labs

    labs = list_labs(topic=topic, step=step, packs=tuple(pack or ()))
    rows = [
        {"id": lab.id, "title": lab.title, "step": lab.step, "minutes": lab.minutes, "points": lab.max_points}
        for lab in labs
    ]
    if json:
        typer.echo(json_module.dumps(rows, indent=2))
        return
    table = Table(box=None, pad_edge=False)
    for name in ("id", "title", "step", "minutes", "points"):
        table.add_column(name)
    for row in rows:
        table.add_row(*map(str, row.values()))
    make_console().print(table)


@commands.command()
def start(
    id: Annotated[str, typer.Argument(help="A lab's id; see `viva lab list`.")],
    folder: Annotated[Path | None, typer.Argument(help="Where; else a folder named after it.")] = None,
    pack: PackOption = None,
) -> None:
    """Lay out a lab's files in a folder and start its clock. Never overwrites a file."""
    from viva.app.labs import start_lab
    from viva.doors.cli._wire import wired

    made = start_lab(wired(), id, folder or Path(id), packs=tuple(pack or ()))
    files = ", ".join(made.lab.files.editable)
    typer.echo(f"{made.lab.title}: edit {files} in {made.folder}, read README.md there, then")
    typer.echo(
        f"  viva lab check {made.folder}\n  viva lab watch {made.folder}\n  viva lab submit {made.folder}"
    )


@commands.command()
def check(
    folder: FolderArgument = Path(),
    box: BoxOption = None,
    unsafe: UnsafeOption = False,
    pack: PackOption = None,
    json: JsonOption = False,
) -> None:
    """Run the public checks. Exit status 1 when one fails."""
    from viva.app.labs import check_lab

    report = check_lab(_workspace(folder, pack), backend=box, unsafe=unsafe)
    _print(report, json)
    raise typer.Exit(not report.passed)


@commands.command()
def submit(
    folder: FolderArgument = Path(),
    box: BoxOption = None,
    unsafe: UnsafeOption = False,
    pack: PackOption = None,
    json: JsonOption = False,
) -> None:
    """Run all checks on fresh inputs and record the attempt."""
    from viva.app.labs import submit_lab

    workspace = _workspace(folder, pack)
    report = submit_lab(_viva(pack), workspace, backend=box, unsafe=unsafe)
    _print(report, json)
    if report.counts and report.debrief and not json:
        typer.echo(f"\nNow the debrief, {len(report.debrief)} questions on this result:")
        typer.echo(f"  viva lab debrief {folder}")
    raise typer.Exit(not report.passed)


@commands.command()
def debrief(
    folder: FolderArgument = Path(),
    answers: Annotated[
        Path | None, typer.Option(help="Take the answers from a YAML file.", exists=True, dir_okay=False)
    ] = None,
    pack: PackOption = None,
    json: JsonOption = False,
) -> None:
    """Answer for your last submit in words: 3-5 questions on your own result, graded like any question."""
    from viva.app.labs import open_debrief
    from viva.doors.cli._interview import talk_until_closed

    viva = _viva(pack)
    sitting = open_debrief(viva, _workspace(folder, pack))
    talk_until_closed(viva, sitting, answers, json, command=f"viva lab debrief {folder}")


@commands.command()
def watch(folder: FolderArgument = Path(), box: BoxOption = None, pack: PackOption = None) -> None:
    """Check again on every save. Keys: s submit, h hint, d diff, r reset, q quit."""
    from viva.doors.cli._lab_watch import run_watch
    from viva.doors.cli._wire import wired

    run_watch(wired(), _workspace(folder, pack), box=box)


@commands.command()
def hint(folder: FolderArgument = Path(), pack: PackOption = None) -> None:
    """Show the next hint; it is recorded and costs points."""
    from viva.doors.cli._wire import wired

    typer.echo(_workspace(folder, pack).hint(at=wired().now()))


@commands.command()
def diff(folder: FolderArgument = Path(), pack: PackOption = None) -> None:
    """Show what you changed."""
    typer.echo(_workspace(folder, pack).diff(), nl=False)


@commands.command()
def reset(folder: FolderArgument = Path(), pack: PackOption = None) -> None:
    """Put the starter back; your work is kept beside it."""
    from viva.doors.cli._wire import wired

    typer.echo(f"your work is kept in {_workspace(folder, pack).reset(at=wired().now())}")


@commands.command()
def report(
    folder: FolderArgument = Path(),
    html: Annotated[
        Path | None, typer.Option(help="Write the last attempt with its debrief as a page to this file.")
    ] = None,
    pack: PackOption = None,
    json: JsonOption = False,
) -> None:
    """Show the attempts so far: scores, hints, time, and the last one's debrief."""
    import json as json_module

    from viva.app.labs import last_session

    viva, workspace = _viva(pack), _workspace(folder, pack)
    progress = workspace.progress(at=viva.now())
    made = last_session(viva, workspace)
    if html is not None:
        _write_page(made, html)
    if json:
        typer.echo(json_module.dumps(list(workspace.reports()), indent=2))
        return
    best = "none yet" if progress.best is None else f"{progress.best:g} of {workspace.lab.max_points:g}"
    typer.echo(f"{workspace.lab.title}: best score {best}; attempts {progress.n_attempts}")
    typer.echo(f"hints {len(progress.hints)}; {progress.minutes_used:.0f} minutes since the start")
    for line in made.in_words if made else ():
        typer.echo(line)


def _write_page(made: SessionReport | None, path: Path) -> None:
    from viva.doors.cli._write import write_whole
    from viva.doors.html import report_page
    from viva.exceptions import UsageError

    if made is None:
        raise UsageError("nothing was submitted that counts; first: viva lab submit")
    write_whole(path, report_page(made))
    typer.echo(f"wrote {path}", err=True)


@commands.command()
def new(
    id: Annotated[str, typer.Argument(help="The new lab's id.")],
    folder: Annotated[Path, typer.Option(help="Where to make it.")] = Path(),
) -> None:
    """Make a small lab that passes `verify`, to be rewritten into yours."""
    from viva.labs import new_lab

    made = new_lab(id, folder)
    typer.echo(f"made {made.folder}; rewrite it, then: viva lab verify {id} --pack {folder}")


@commands.command()
def schema() -> None:
    """Print the JSON Schema of lab.toml, for an editor."""
    import json as json_module

    from viva.labs import lab_schema

    typer.echo(json_module.dumps(lab_schema(), indent=2))


@commands.command()
def verify(
    ids: Annotated[list[str] | None, typer.Argument(help="Labs by id.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All labs.")] = False,
    seeds: Annotated[int, typer.Option(help="How many seeds.", min=1)] = 5,
    box: BoxOption = None,
    pack: PackOption = None,
) -> None:
    """Prove labs: the starter scores 0, right solutions full marks, wrong ones what is stated."""
    from viva.exceptions import UsageError
    from viva.labs import choose_backend, find_lab, list_labs
    from viva.labs import verify as verify_lab

    packs = tuple(pack or ())
    labs = list_labs(packs=packs) if every else tuple(find_lab(id, packs=packs) for id in ids or ())
    if not labs:
        raise UsageError("nothing to verify; name a lab or give --all")
    backend, failed = choose_backend(box), 0
    for lab in labs:
        found = verify_lab(lab, backend, seeds=range(1, seeds + 1))
        typer.echo(str(found))
        failed += not found.passed
    raise typer.Exit(bool(failed))


@commands.command()
def doctor(json: JsonOption = False) -> None:
    """Try to break out of each sandbox there is; only one that holds is used."""
    import json as json_module
    from dataclasses import asdict

    from viva.labs import doctor as examine

    found = examine()
    for diagnosis in found:
        typer.echo(json_module.dumps(asdict(diagnosis)) if json else str(diagnosis))
    raise typer.Exit(not any(d.is_safe for d in found))
