"""The JSON API under /api/v1: what the pages do, for programs."""

from viva.doors.web.api import _bank, _labs, _people, _progress, _sessions, _speech, _study
from viva.doors.web.api._errors import problems

ROUTERS = (
    _bank.router,
    _sessions.router,
    _study.router,
    _progress.router,
    _labs.router,
    _speech.router,
)
SERVER_ROUTERS = (_people.router,)
"""In server mode as well."""

__all__ = ["ROUTERS", "SERVER_ROUTERS", "problems"]
