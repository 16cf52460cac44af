"""Writes a text to a file, whole or not at all."""

from __future__ import annotations

from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write `text`; the file appears under its name only when complete. Raises InputError."""
    from viva.exceptions import InputError

    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, "utf-8")
        part.replace(path)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; wanted a place to write") from None
