"""The command line: `viva`."""

from viva.doors.cli._root import main

__all__ = ["main"]
