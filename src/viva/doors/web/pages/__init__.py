"""Pages, rendered on the server: a file a place."""

from viva.doors.web.pages import _bank, _home, _labs, _progress, _sessions

search = _bank.search

ROUTERS = (_home.router, _sessions.router, _bank.router, _labs.router, _progress.router)

__all__ = ["ROUTERS", "search"]
