"""`viva serve`."""

from __future__ import annotations

from typing import Annotated

import typer


def add_to(root: typer.Typer) -> None:
    """Add the command to the root."""
    root.command()(serve)


def serve(
    host: Annotated[str, typer.Option(help="An address of this machine's own.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes any free one.", min=0, max=65535)] = 8000,
    open_browser: Annotated[bool, typer.Option("--open", help="Open a browser.")] = False,
) -> None:
    """Serve the practice room to a browser on this machine.

    Everything stays here: no account, no outside host. Nothing is lost when the server stops.
    """
    from viva.doors.cli._wire import wired
    from viva.doors.web import serve as serve_pages

    serve_pages(wired(), host=host, port=port, open_browser=open_browser)
