"""The JSON API under /api/v1: what the pages do, for programs."""

from viva.doors.web.api import _bank, _labs, _progress, _sessions

ROUTERS = (_bank.router, _sessions.router, _progress.router, _labs.router)

__all__ = ["ROUTERS"]
