"""Runs the web application with uvicorn, for one person or as a server for several."""

from __future__ import annotations

import errno
import socket
import sys
import threading
import time
import webbrowser
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI

from viva.app import Viva
from viva.app.accounts import Accounts
from viva.app.workspaces import Workspaces
from viva.doors.web._app import create_app
from viva.doors.web._guard import LOOPBACK
from viva.doors.web._lobby import Lobby
from viva.doors.web._oidc import OidcSettings, provider_from
from viva.exceptions import InputError, UsageError


def serve(viva: Viva, *, host: str = "127.0.0.1", port: int = 8000, open_browser: bool = False) -> None:
    """Serve the pages to one person on this machine until interrupted.

    Raises UsageError for a host that others can reach (there are no accounts) and for a port that is taken.
    """
    if not _is_loopback(host):
        raise UsageError(
            f"found the host {host!r}; wanted: one of 127.0.0.1, localhost, ::1. Viva has no accounts in "
            "single-user mode, so it serves this machine alone; for several people: viva serve --server"
        )
    _run(create_app(viva), host, port, f"viva serve --port {_other(port)}", open_browser=open_browser)


def serve_people(viva: Viva, *, host: str = "127.0.0.1", port: int = 8000, url: str = "") -> None:
    """Serve accounts, each with a workspace of its own, until interrupted.

    `url`: the address that browsers use, https unless it is this machine's own. Raises UsageError for a
    host that others can reach without TLS before it, for a port that is taken and for settings that won't do.
    """
    lobby = lobby_of(viva, url)
    hosts: tuple[str, ...] = LOOPBACK
    if not _is_loopback(host) and not lobby.is_secure:
        raise UsageError(
            f"found the host {host!r} without TLS; wanted: --url https://… with a proxy before it, so that "
            "no password crosses the network in the clear"
        )
    if lobby.address:
        hosts = (*LOOPBACK, (urlsplit(lobby.address).hostname or "").lower())
    app = create_app(viva, hosts=hosts, lobby=lobby)
    if not lobby.accounts.everyone():
        print("There is no account yet; make the first admin: viva serve admin NAME", flush=True)
    _run(app, host, port, f"viva serve --server --port {_other(port)}", shown=lobby.address)


def lobby_of(viva: Viva, url: str = "") -> Lobby:
    """Everything of server mode in the settings' home folder. Raises UsageError, InputError, StoreError."""
    address = _address(url)
    return Lobby(
        viva, Accounts(viva.settings.home, now=viva.now), Workspaces(viva),
        provider=provider_from(OidcSettings(), address), address=address,
    )  # fmt: skip


def _address(url: str) -> str:
    place = urlsplit(url)
    if not url:
        return ""
    local = place.hostname is not None and _is_loopback(place.hostname)
    if not (place.scheme == "https" or (place.scheme == "http" and local)) or place.path not in ("", "/"):
        raise InputError(f"--url: found {url[:200]!r}; wanted: an address like https://viva.example.org")
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    return (f"[{host}]" if ":" in host else host) in LOOPBACK


def _other(port: int) -> int:
    return port + 1 if port < 65535 else 8000


def _run(
    app: FastAPI, host: str, port: int, otherwise: str, *, shown: str = "", open_browser: bool = False
) -> None:
    listening = _listen(host, port, otherwise)
    here = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}/"
    print(f"Viva is at {here}{f' for {shown}' if shown else ''} (Ctrl-C ends it)", flush=True)
    if open_browser:
        threading.Thread(target=_open, args=(here,), daemon=True).start()
    sys.setswitchinterval(0.001)  # a grader at work in Python gives way to pages five times as soon
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int, otherwise: str) -> socket.socket:
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
        raise UsageError(f"port {port} on {host} {why}; choose another: {otherwise}") from None
    return listening


def _open(address: str) -> None:
    time.sleep(0.5)
    webbrowser.open(address)
