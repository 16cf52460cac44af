"""Pages, rendered on the server: a file a place."""

from viva.doors.web.pages import (
    _account,
    _bank,
    _home,
    _labs,
    _people,
    _progress,
    _sessions,
    _speech,
    _study,
)

search = _bank.search

ROUTERS = (
    _home.router,
    _sessions.router,
    _speech.router,
    _study.router,
    _bank.router,
    _labs.router,
    _labs.given,
    _progress.router,
)

SERVER_ROUTERS = (_account.router, _people.router)
"""In server mode as well."""

__all__ = ["ROUTERS", "SERVER_ROUTERS", "search"]
