"""Runs the web application with uvicorn."""

from __future__ import annotations

import errno
import socket
import threading
import time
import webbrowser

import uvicorn

from viva.app import Viva
from viva.doors.web._app import create_app
from viva.doors.web._guard import LOOPBACK
from viva.exceptions import UsageError


def serve(viva: Viva, *, host: str = "127.0.0.1", port: int = 8000, open_browser: bool = False) -> None:
    """Serve the pages until interrupted.

    Raises UsageError for a host that others can reach (there are no accounts yet) and for a port that is
    taken.
    """
    if (f"[{host}]" if ":" in host else host) not in LOOPBACK:
        raise UsageError(
            f"found the host {host!r}; wanted: one of 127.0.0.1, localhost, ::1. Viva has no accounts in "
            "single-user mode, so it serves this machine alone; to reach it from elsewhere use an SSH tunnel"
        )
    listening = _listen(host, port)
    shown = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}/"
    app = create_app(viva)
    print(f"Viva is at {shown} (Ctrl-C ends it)", flush=True)
    if open_browser:
        threading.Thread(target=_open, args=(shown,), daemon=True).start()
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises UsageError when the port can't be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(1024)
    except OSError as error:
        listening.close()
        why = "is taken" if error.errno == errno.EADDRINUSE else f"can't be had ({error.strerror})"
        other = port + 1 if port < 65535 else 8000
        raise UsageError(f"port {port} on {host} {why}; choose another: viva serve --port {other}") from None
    return listening


def _open(address: str) -> None:
    time.sleep(0.5)
    webbrowser.open(address)
