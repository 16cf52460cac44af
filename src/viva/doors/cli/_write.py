"""Writes a file, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from viva.doors.paper import Paper


def write_whole(path: Path, content: str | bytes) -> None:
    """Write `content` (text as UTF-8); the file appears under its name only when complete.

    Raises InputError.
    """
    from viva.exceptions import InputError

    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        part.replace(path)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; wanted a place to write") from None


def write_pdf(path: Path, paper: Paper) -> None:
    """Write `paper` as a PDF. Raises InputError; UsageError without the extra that makes PDFs."""
    from viva.exceptions import UsageError

    try:
        from viva.doors.pdf import render  # reportlab is an optional extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "reportlab":
            raise
        raise UsageError("PDFs need reportlab; install it with: pip install 'vivavoce[pdf]'") from None
    write_whole(path, render(paper))
