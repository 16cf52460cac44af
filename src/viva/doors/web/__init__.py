"""The practice room in the browser, and the JSON API beside it."""

from viva.doors.web._app import create_app
from viva.doors.web._serve import lobby_of, serve, serve_people

__all__ = ["create_app", "lobby_of", "serve", "serve_people"]
