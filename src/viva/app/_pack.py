"""Private packs of questions: a folder, or a Git repository's checkout, under a name of its own."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from viva.app._viva import Viva
from viva.bank import Bank, question_files
from viva.exceptions import InputError

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_GIT = re.compile(r"^(?:https?://|ssh://|git@|file://)|\.git$")


def add_pack(viva: Viva, source: str, *, name: str) -> int:
    """Copy the questions at `source` into the home as pack `name`; how many there are.

    A pack of this name is replaced, whole or not at all. Raises InputError when the source holds no
    question, ContentError when one is wrong.
    """
    if not _NAME.fullmatch(name):
        raise InputError(f"pack name {name!r}; wanted lower-case words joined by -")
    packs = viva.settings.home / "packs"
    packs.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=viva.settings.home) as scratch:
        folder = _fetched(source, Path(scratch))
        n = len(Bank(folder).questions)
        if n == 0:
            raise InputError(f"{source}: no question found; wanted files <topic>/<id>.yaml")
        fresh = Path(scratch) / "pack"
        for path in question_files(folder):
            to = fresh / path.parent.name / path.name
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, to)
        if (packs / name).exists():
            (packs / name).rename(Path(scratch) / "old")
        fresh.rename(packs / name)
    return n


def _fetched(source: str, scratch: Path) -> Path:
    if _GIT.search(source):
        to = scratch / "checkout"
        command = ["git", "clone", "--quiet", "--depth", "1", "--", source, str(to)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise InputError(f"{source}: git can't fetch it: {done.stderr.strip()}")
        return to
    folder = Path(source).expanduser()
    if not folder.is_dir():
        raise InputError(f"{source}: no such folder; wanted a folder or a Git URL")
    return folder
