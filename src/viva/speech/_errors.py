"""What goes wrong with engines. Bad audio is an InputError: a person's recording can't be read."""

from __future__ import annotations

from viva.exceptions import VivaError


class SpeechError(VivaError):
    """A speech engine isn't there, can't be reached or failed. The recording is kept."""
