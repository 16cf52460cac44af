"""Puts the web application together."""

from __future__ import annotations

import threading

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route

from viva import __version__
from viva.app import Viva
from viva.app.speech import sweep_recordings
from viva.doors.web import api, pages
from viva.doors.web._desk import Desk
from viva.doors.web._guard import LOOPBACK, Guard
from viva.doors.web._lobby import Lobby, admit
from viva.doors.web._openapi import complete
from viva.doors.web._problems import add_handlers
from viva.doors.web._static import serve_file, static

ABOUT = (
    "Everything the pages do, for programs. Errors are problem documents (RFC 9457). "
    "In single-user mode the server listens on this machine only and asks for no token."
)


def create_app(
    viva: Viva, *, hosts: tuple[str, ...] = LOOPBACK, warm: bool = True, lobby: Lobby | None = None
) -> FastAPI:
    """The web application on top of `viva`, for requests to one of `hosts`.

    With a `lobby` it is a server for several: every route but those in `OPEN` asks who comes, and works in
    their own workspace.
    `warm` loads the grader and the bank in the background, so that the first page doesn't wait for them.
    Raises UsageError when the pages' scripts weren't built, StoreError when the store can't be opened.
    """
    app = FastAPI(
        title="Viva", version=__version__, description=ABOUT,
        openapi_url="/api/v1/openapi.json", docs_url=None, redoc_url=None,
        dependencies=[Depends(admit)] if lobby else [], generate_unique_id_function=lambda route: route.name,
    )  # fmt: skip
    _ = static().names  # what is missing is told now, not at the first page
    if lobby is None:
        _ = viva.store
        app.state.desk = Desk(viva)
    else:
        app.state.lobby = lobby
    app.router.routes.append(Route("/static/{name}", serve_file))
    for router in (*api.ROUTERS, *(api.SERVER_ROUTERS if lobby else ())):
        app.include_router(router, prefix="/api/v1")
    for router in (*pages.ROUTERS, *(pages.SERVER_ROUTERS if lobby else ())):
        app.include_router(router, include_in_schema=False)
    complete(app, is_server=lobby is not None)
    add_handlers(app)
    app.add_middleware(GZipMiddleware, minimum_size=500, compresslevel=5)
    app.add_middleware(Guard, hosts=hosts, secure=lobby is not None and lobby.is_secure)
    if warm:
        threading.Thread(target=_warm_up, args=(viva,), daemon=True).start()
    return app


def _warm_up(viva: Viva) -> None:
    """Load what takes a while, the most wanted first."""
    _ = viva.bank.questions
    _ = viva.grader
    from viva.app import progress  # noqa: F401  # SciPy takes a second to import

    sweep_recordings(viva)
