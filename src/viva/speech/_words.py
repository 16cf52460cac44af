"""What an engine heard: words, with times and confidences where the engine gives them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

UNSURE_BELOW = 0.6
"""A word with less confidence is marked for the candidate to check."""


class Where(StrEnum):
    """Where audio goes to become words."""

    BROWSER = "browser"
    """It stays in the browser, on the device."""
    HERE = "here"
    """It goes to Viva, and no further."""
    SERVER = "server"
    """Viva sends it on to a server that the person (or their host) has named."""
    MAKER = "maker"
    """The browser sends it to its maker. Only where the person asks for it."""


@dataclass(frozen=True)
class Word:
    """A word as heard. Times are seconds from the start of the recording; None where unknown."""

    text: str
    start_s: float | None = None
    end_s: float | None = None
    confidence: float | None = None
    """0 to 1; None where the engine doesn't say."""

    @property
    def is_unsure(self) -> bool:
        """Did the engine itself doubt this word?"""
        return self.confidence is not None and self.confidence < UNSURE_BELOW

    def later(self, seconds: float) -> Word:
        """The same word, spoken later."""
        if self.start_s is None or self.end_s is None:
            return self
        return replace(self, start_s=self.start_s + seconds, end_s=self.end_s + seconds)


@dataclass(frozen=True)
class Transcript:
    """The words of a recording: a machine's guess until the candidate has read it."""

    words: tuple[Word, ...]
    engine: str
    """What wrote it, with its model."""
    language: str
    where: Where

    @property
    def text(self) -> str:
        """The words as one text."""
        return " ".join(word.text for word in self.words)


def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text whose times nobody knows."""
    return tuple(Word(part) for part in text.split())
