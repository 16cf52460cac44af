"""Makes the application for a command."""

from __future__ import annotations

from pydantic import ValidationError

from viva.app import Settings, Viva
from viva.doors.cli._log import configure_logging
from viva.exceptions import InputError


def wired(*, grader: str | None = None) -> Viva:
    """The application with this process's settings. Raises InputError when one is wrong."""
    try:
        settings = Settings(grader=grader) if grader not in (None, "auto") else Settings()
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        name = "VIVA_" + str(found["loc"][0]).upper()
        raise InputError(f"{name}: found {found['input']!r}; {found['msg']}") from None
    configure_logging(settings)
    return Viva(settings)
