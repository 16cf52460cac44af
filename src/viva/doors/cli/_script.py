"""Answers from a file, for scripts and tests.

Either a list, used in order, or a mapping from what is asked (``<question>``, ``<question>/<variant>``,
``<question>#<criterion>``) to the answer, with ``default`` for the rest. An answer is a text, or a mapping
with ``text`` and ``confidence``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from viva.exceptions import InputError
from viva.session import ItemAsked, Session


@dataclass(frozen=True)
class Scripted:
    """One answer of a script."""

    text: str
    confidence: int | None = None


class Script:
    """The answers of a file. Raises InputError when the file can't be read as answers."""

    def __init__(self, path: Path) -> None:
        """Read `path` (YAML or JSON)."""
        self._name = str(path)
        try:
            data = yaml.safe_load(path.read_text("utf-8"))
        except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
            raise InputError(f"{path}: can't be read as YAML: {error}") from None
        if not isinstance(data, list | dict) or not data:
            raise InputError(
                f"{path}: found {type(data).__name__}; wanted a list of answers, or a mapping from "
                "question to answer"
            )
        self._answers = data

    def answer(self, session: Session) -> Scripted:
        """The answer to what the session asks now. Raises InputError when the file has none."""
        asked, number = session.turn.asked, len(session.turns)
        if isinstance(self._answers, list):
            if number > len(self._answers):
                raise InputError(f"{self._name}: has {len(self._answers)} answers; turn {number} needs one")
            return self._read(self._answers[number - 1], f"answer {number}")
        for name in (item_name(asked), asked.question, "default"):
            if name in self._answers:
                return self._read(self._answers[name], name)
        raise InputError(f"{self._name}: has no answer for {item_name(asked)!r} and no 'default'")

    def _read(self, found: Any, where: str) -> Scripted:
        if isinstance(found, str):
            return Scripted(found)
        if isinstance(found, dict) and isinstance(found.get("text"), str):
            confidence = found.get("confidence")
            if confidence is None or (isinstance(confidence, int) and 0 <= confidence <= 100):
                return Scripted(found["text"], confidence)
        raise InputError(
            f"{self._name}: {where}: found {found!r}; wanted a text, or a mapping with 'text' and "
            "'confidence' (0-100)"
        )


def item_name(asked: ItemAsked) -> str:
    """How a script names what was asked."""
    if asked.variant is not None:
        return f"{asked.question}/{asked.variant}"
    if asked.criterion is not None:
        return f"{asked.question}#{asked.criterion}"
    return asked.question
