"""The bank: every question of one or more content folders, found by id."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from pydantic import TypeAdapter

from viva.bank._files import read_question
from viva.bank._models import Frozen, Question
from viva.exceptions import ContentError, UnknownQuestion

_CACHE_FORMAT = 1


class _Cached(Frozen):
    stamp: str
    questions: tuple[Question, ...]


_ADAPTER = TypeAdapter(_Cached)


def content_folder() -> Path:
    """Where the questions that come with Viva lie."""
    return Path(str(files("viva"))) / "content"


@dataclass(frozen=True)
class Bank:
    """The questions in `folder`; an id's file is named after it, so one can be read alone.

    `cache` is a folder in which the parsed whole is kept, so that the next load is quick; the kept copy
    counts only while every file has the size and time it had. `packs` are further folders, whose
    questions are known as ``<pack>/<id>``.
    """

    folder: Path = field(default_factory=content_folder)
    cache: Path | None = None
    packs: tuple[tuple[str, Path], ...] = ()

    @cached_property
    def paths(self) -> dict[str, Path]:
        """Every question's id and file, sorted by topic folder and id."""
        found: dict[str, Path] = {}
        for pack, folder in (("", self.folder), *self.packs):
            for path in question_files(folder):
                id = f"{pack}/{path.stem}" if pack else path.stem
                if id in found:
                    raise ContentError(f"{path}:1: the id {id!r} is taken by {found[id]}")
                found[id] = path
        return found

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Every question by id. Raises ContentError for the first file that is wrong."""
        stamp = self._stamp()
        kept = self._kept(stamp)
        if kept is None:
            kept = tuple(_read(path, id) for id, path in self.paths.items())
            self._keep(_Cached(stamp=stamp, questions=kept))
        return dict(zip(self.paths, kept, strict=True))

    def question(self, id: str) -> Question:
        """The question with this id, read alone. Raises UnknownQuestion, ContentError."""
        whole = "questions" in self.__dict__
        found = self.questions.get(id) if whole else self._read_alone(id)
        if found is None:
            raise UnknownQuestion(unknown_question_message(id, list(self.paths)))
        return found

    def _read_alone(self, id: str) -> Question | None:
        if id in self.paths and id not in self._alone:
            self._alone[id] = _read(self.paths[id], id)
        return self._alone.get(id)

    @cached_property
    def _alone(self) -> dict[str, Question]:
        return {}

    def __iter__(self) -> Iterator[Question]:
        return iter(self.questions.values())

    def __len__(self) -> int:
        return len(self.paths)

    def _stamp(self) -> str:
        facts = [(id, str(p), p.stat().st_size, p.stat().st_mtime_ns) for id, p in self.paths.items()]
        return hashlib.sha256(json.dumps([_CACHE_FORMAT, facts]).encode()).hexdigest()

    @property
    def _cache_file(self) -> Path | None:
        return self.cache / "bank.json" if self.cache else None

    def _kept(self, stamp: str) -> tuple[Question, ...] | None:
        if self._cache_file is None or not self._cache_file.is_file():
            return None
        data = self._cache_file.read_bytes()
        if stamp.encode() not in data[:200]:
            return None
        try:
            return _ADAPTER.validate_json(data).questions
        except ValueError:  # written by another version: read the files again
            return None

    def _keep(self, cached: _Cached) -> None:
        """Write the cache whole or not at all; a folder that can't be written costs only time."""
        if self._cache_file is None:
            return
        try:
            self._cache_file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                dir=self._cache_file.parent, suffix=".tmp", delete=False
            ) as file:
                file.write(_ADAPTER.dump_json(cached))
            os.replace(file.name, self._cache_file)
        except OSError:
            return


def question_files(folder: Path) -> list[Path]:
    """The question files in a content folder: ``<topic>/<id>.yaml``, sorted."""
    return sorted(p for p in folder.glob("*/*.yaml") if p.parent.name != "labs")


def _read(path: Path, id: str) -> Question:
    """The question in a file, under the id that the bank knows it by."""
    question = read_question(path)
    for name, found, wanted in (
        ("id", question.id, path.stem),
        ("topic", question.topic, path.parent.name),
    ):
        if found != wanted:
            raise ContentError(
                f"{path}:1: {name}: found {found!r}; wanted {wanted!r}, as the file's place says"
            )
    return question if question.id == id else question.model_copy(update={"id": id})


def unknown_question_message(id: str, known: list[str]) -> str:
    """What to tell someone who named a question that isn't there."""
    near = get_close_matches(id, known, n=3)
    hint = f"did you mean {' or '.join(repr(n) for n in near)}?" if near else "see `viva bank list`"
    return f"no question {id!r} in the bank of {len(known)}; {hint}"
