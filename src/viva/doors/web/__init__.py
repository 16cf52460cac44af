"""The practice room in the browser, and the JSON API beside it."""

from viva.doors.web._app import create_app
from viva.doors.web._serve import serve

__all__ = ["create_app", "serve"]
