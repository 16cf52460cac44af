"""The root command and what every command shares: settings, logging and errors."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from viva.doors.cli import (
    _bank,
    _bench,
    _fairness,
    _form,
    _grade,
    _interview,
    _items,
    _lab,
    _progress,
    _report,
    _serve,
    _speech,
    _study,
)
from viva.exceptions import VivaError

root = typer.Typer(
    name="viva",
    help="Interviews for AI and ML roles, with judgment you can check.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help: the pretty one takes a quarter of a second to import
    pretty_exceptions_enable=False,
)


@root.callback()
def options(
    home: Annotated[
        Path | None,
        typer.Option(help="Where sessions are kept [env: VIVA_HOME].", show_default=False),
    ] = None,
    log_level: Annotated[
        str | None,
        typer.Option(help="DEBUG, INFO, WARNING or ERROR, to standard error.", show_default=False),
    ] = None,
    log_json: Annotated[bool, typer.Option(help="Log a JSON object a line.")] = False,
) -> None:
    """Set what holds for every command; a command reads it as settings."""
    if home is not None:
        os.environ["VIVA_HOME"] = str(home)
    if log_level is not None:
        os.environ["VIVA_LOG_LEVEL"] = log_level.upper()
    if log_json:
        os.environ["VIVA_LOG_JSON"] = "true"


@root.command()
def version() -> None:
    """Print the version."""
    from viva import __version__

    typer.echo(__version__)


for _commands in (_serve, _interview, _report, _grade, _progress, _fairness, _speech):
    _commands.add_to(root)
root.add_typer(_bank.commands, name="bank")
root.add_typer(_bench.commands, name="bench")
root.add_typer(_lab.commands, name="lab")
root.add_typer(_items.commands, name="items")
root.add_typer(_form.commands, name="form")
root.add_typer(_study.commands, name="study")


def main() -> None:
    """Run the command line; an error of ours is one clear line and exit status 1."""
    try:
        root()
    except VivaError as error:
        typer.echo(f"viva: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:  # `viva export | head`: nobody is reading any more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
