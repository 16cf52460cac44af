"""Takes the candidate's files, by the names in the manifest and never through a link.

From a folder each part of a path is opened relative to the one before, without following links and
without waiting (a named pipe would), and only regular files of a bounded size are read. Texts from
a browser meet the same names and bounds.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from viva.exceptions import InputError
from viva.labs._lab import Lab

MAX_FILE_BYTES: Final = 256 << 10


def take_folder(lab: Lab, folder: Path) -> dict[str, bytes]:
    """The editable files of `lab` as they stand in `folder`.

    Raises InputError for one that is missing, not a regular file, or too large.
    """
    return {name: _read(folder, name) for name in lab.files.editable}


def take_texts(lab: Lab, texts: Mapping[str, str | bytes]) -> dict[str, bytes]:
    """The editable files of `lab` from texts by name. Raises InputError as `take_folder` does."""
    unknown = sorted(set(texts) - set(lab.files.editable))
    absent = [name for name in lab.files.editable if name not in texts]
    if unknown or absent:
        raise InputError(
            f"{lab.id}: the files sent lack {absent} and have {unknown} too many; "
            f"send exactly {list(lab.files.editable)}"
        )
    files = {
        name: text if isinstance(text, bytes) else text.encode("utf-8", "replace")
        for name, text in texts.items()
    }
    for name, content in files.items():
        if len(content) > MAX_FILE_BYTES:
            raise _too_large(name, len(content))
    return files


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """The SHA-256 of each file, in hexadecimal."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def _read(folder: Path, name: str) -> bytes:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    *parents, last = name.split("/")
    with ExitStack() as stack:
        try:
            at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            stack.callback(os.close, at)
            for part in parents:
                at = os.open(part, flags | os.O_DIRECTORY, dir_fd=at)
                stack.callback(os.close, at)
            file = os.open(last, flags, dir_fd=at)
            stack.callback(os.close, file)
            return _read_regular(file, name)
        except OSError as error:
            raise InputError(
                f"{name}: can't be read from {str(folder)!r} ({error.strerror}); it must be a "
                "regular file there, not a link"
            ) from error


def _read_regular(file: int, name: str) -> bytes:
    found = os.fstat(file)
    if not stat.S_ISREG(found.st_mode):
        raise InputError(f"{name}: is not a regular file; submit a file of text")
    if found.st_size > MAX_FILE_BYTES:
        raise _too_large(name, found.st_size)
    content = bytearray()
    while chunk := os.read(file, MAX_FILE_BYTES + 1 - len(content)):
        content += chunk
    if len(content) > MAX_FILE_BYTES:
        raise _too_large(name, len(content))
    return bytes(content)


def _too_large(name: str, n: int) -> InputError:
    return InputError(f"{name}: has {n} bytes; at most {MAX_FILE_BYTES} are taken")
