"""`viva grade`."""

from __future__ import annotations

import sys
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer


def add_to(root: typer.Typer) -> None:
    """Add the command to the root."""
    root.command()(grade)


def grade(
    input: Annotated[
        Path | None, typer.Argument(help="JSON Lines to grade; - or nothing: standard input.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where to write; else standard output.")
    ] = None,
    grader: Annotated[str | None, typer.Option(help="A grader's versioned name.")] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of both lines and stop.")
    ] = False,
) -> None:
    """Grade a file of answers: one JSON object a line in, one a line out, in the same order.

    Exit status: 0 when every line was judged, 3 when some got status "error".
    """
    from viva.app import grade_lines, read_lines
    from viva.doors.cli._wire import wired

    if schema:
        return _print_schema()
    viva = wired(grader=grader)
    with ExitStack() as files:
        source = sys.stdin.buffer if _is_std(input) else files.enter_context(_open(input))
        sink = nullcontext(sys.stdout) if output is None else _whole_file(output)
        out = files.enter_context(sink)
        n, n_errors = 0, 0
        for result in _with_progress(grade_lines(viva, read_lines(source))):
            out.write(result.model_dump_json(ensure_ascii=True) + "\n")
            n, n_errors = n + 1, n_errors + (result.status == "error")
    if n_errors:
        typer.echo(f'viva: {n_errors} of {n} lines have status "error"; see their reason', err=True)
        raise typer.Exit(3)
    return None


def _is_std(path: Path | None) -> bool:
    return path is None or str(path) == "-"


def _open(path: Path | None) -> Any:
    from viva.exceptions import InputError

    try:
        return open(path or "-", "rb")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; wanted a file of JSON lines") from None


class _whole_file:
    """A text file that appears under its name only when it is complete."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")

    def __enter__(self) -> Any:
        from viva.exceptions import InputError

        try:
            self._file = open(self._part, "w", encoding="utf-8")
        except OSError as error:
            raise InputError(f"{self._path}: {error.strerror}; wanted a place to write") from None
        return self._file

    def __exit__(self, kind: object, *_: object) -> None:
        self._file.close()
        if kind is None:
            self._part.replace(self._path)


def _with_progress(results: Any) -> Any:
    """Show a count on standard error when a person is looking."""
    if not sys.stderr.isatty():
        yield from results
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed} graded"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(results, total=None)


def _print_schema() -> None:
    import json

    from viva.app import GradeInput, GradeOutput

    both = {
        "input": GradeInput.model_json_schema(),
        "output": GradeOutput.model_json_schema(mode="serialization"),
    }
    typer.echo(json.dumps(both, indent=2))
