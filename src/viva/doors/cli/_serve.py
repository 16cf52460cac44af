"""`viva serve`, and `viva serve admin` for the first account of a server."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

commands = typer.Typer(
    help="Serve the practice room to a browser.", invoke_without_command=True, rich_markup_mode=None
)


def add_to(root: typer.Typer) -> None:
    """Add the commands to the root."""
    root.add_typer(commands, name="serve")


@commands.callback()
def serve(
    context: typer.Context,
    host: Annotated[
        str, typer.Option(help="The address to listen at; without --server one of this machine's own.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes any free one.", min=0, max=65535)] = 8000,
    open_browser: Annotated[bool, typer.Option("--open", help="Open a browser.")] = False,
    server: Annotated[
        bool, typer.Option("--server", help="Serve several people, each with an account and a workspace.")
    ] = False,
    url: Annotated[
        str, typer.Option(help="With --server: the address that browsers use, as https://viva.example.org.")
    ] = "",
) -> None:
    """Serve the practice room to a browser on this machine, or with --server to several people.

    Everything stays here; nothing is lost when the server stops. Without --server there are no accounts and
    only this machine gets in.
    """
    if context.invoked_subcommand is not None:
        return
    from viva.doors.cli._wire import wired
    from viva.doors.web import serve as serve_one
    from viva.doors.web import serve_people
    from viva.exceptions import InputError

    if server:
        serve_people(wired(), host=host, port=port, url=url)
        return
    if url:
        raise InputError("--url goes with --server; without it only this machine gets in")
    serve_one(wired(), host=host, port=port, open_browser=open_browser)


@commands.command()
def admin(
    name: str,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
) -> None:
    """Make an admin of a server, or give an account that role and a new password."""
    from viva.app.accounts import Accounts, Role
    from viva.doors.cli._wire import wired

    password = (
        sys.stdin.readline().rstrip("\r\n")
        if password_stdin
        else typer.prompt("Password (12 characters or more)", hide_input=True, confirmation_prompt=True)
    )
    viva = wired()
    account = Accounts(viva.settings.home, now=viva.now).make_admin(name, password)
    typer.echo(f"{account.name} is {Role.ADMIN.value} now; log in at the server's address.")
