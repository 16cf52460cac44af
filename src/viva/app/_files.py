"""Files that are whole or not there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def keep_file(path: Path, content: bytes) -> None:
    """Write `content` to `path`, replacing what was there; after a crash either is there, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, path)
