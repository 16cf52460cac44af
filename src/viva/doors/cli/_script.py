"""Answers from a file, for scripts and tests.

Either a list, used in order, or a mapping from what is asked (``<question>``, ``<question>/<variant>``,
``<question>#<criterion>``, ``<lab>/<follow-up>``) to the answer, with ``default`` for the rest. An answer is
a text, or a mapping with ``text`` and ``confidence``; for a lab, a mapping with ``files`` (name → text).
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

    def files(self, lab: str) -> dict[str, str]:
        """The files to hand in for a lab: what stands as ``files`` under the lab's id.

        Raises InputError when there is none.
        """
        found = self._answers.get(lab) if isinstance(self._answers, dict) else None
        given = found.get("files") if isinstance(found, dict) else None
        if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
            raise InputError(
                f"{self._name}: found {found!r} for the lab {lab!r}; wanted a mapping with 'files', "
                "from file name to text"
            )
        return given

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
    if asked.lab is not None:
        return f"{asked.lab}/{asked.follow_up}"
    if asked.variant is not None:
        return f"{asked.question}/{asked.variant}"
    if asked.criterion is not None:
        return f"{asked.question}#{asked.criterion}"
    return asked.question
