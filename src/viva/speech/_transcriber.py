"""What every engine is: a function from audio to words, and how a whole recording goes through it.

An engine is told the language and nothing else. It never hears of the question: an engine that expects a
subject's words hears them where they weren't said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from viva.speech._activity import Span, check_speech
from viva.speech._audio import Audio
from viva.speech._errors import SpeechError
from viva.speech._words import Transcript, Where, Word

MARGIN_S = 0.2
"""Quiet kept on either side of a piece: words begin and end softly."""


@dataclass(frozen=True)
class Options:
    """What a person can set about engines; see `ENGINES` for their names."""

    engine: str = "auto"
    model: str = ""
    """A folder, or a name that the engine knows; empty takes the engine's own choice."""
    url: str = ""
    """An OpenAI-compatible server, with or without ``/v1/audio/transcriptions``."""
    key: str = ""
    """The server's key, if it wants one."""
    remote_model: str = "whisper-1"
    """The model asked of the server."""
    language: str = "en"
    threads: int = 2
    fetch: bool = False
    """May an engine fetch a model that isn't on this machine?"""


class Transcriber(Protocol):
    """A loaded engine. Safe to call from one thread at a time."""

    @property
    def name(self) -> str:
        """The engine with its model, as people read it."""

    @property
    def where(self) -> Where:
        """Where the audio goes."""

    @property
    def max_seconds(self) -> float:
        """The longest stretch it takes at once."""

    def hear(self, audio: Audio, language: str) -> tuple[Word, ...]:
        """The words of a stretch of speech; times count from its start."""


def transcribe(
    engine: Transcriber, audio: Audio, *, language: str = "en", name: str = "the recording"
) -> Transcript:
    """The words of a whole recording; a long one is cut at its pauses.

    Raises InputError where nobody speaks, SpeechError when the engine fails.
    """
    words: list[Word] = []
    for piece in pieces(check_speech(audio, name=name), audio.seconds, engine.max_seconds):
        words += [
            word.later(piece.start_s)
            for word in _hear(engine, audio.cut(piece.start_s, piece.end_s), language)
        ]
    return Transcript(tuple(words), engine.name, language, engine.where)


def _hear(engine: Transcriber, audio: Audio, language: str) -> tuple[Word, ...]:
    try:
        return engine.hear(audio, language)
    except SpeechError:
        raise
    except Exception as error:  # an engine may raise anything; it becomes one error that says whose it is
        raise SpeechError(
            f"{engine.name} failed ({type(error).__name__}: {str(error)[:200]}). The recording is kept; "
            "try again, or type the answer"
        ) from error


def pieces(spans: tuple[Span, ...], seconds: float, longest: float) -> Iterator[Span]:
    """Stretches of at most `longest` seconds that hold all the speech, cut in pauses where there are any."""
    start = end = None
    for span in _short(spans, longest - 2 * MARGIN_S):
        if start is not None and end is not None and span.end_s - start > longest - 2 * MARGIN_S:
            yield _with_margin(start, end, seconds)
            start = None
        start, end = span.start_s if start is None else start, span.end_s
    if start is not None and end is not None:
        yield _with_margin(start, end, seconds)


def _short(spans: tuple[Span, ...], longest: float) -> Iterator[Span]:
    """Spans no longer than that: someone who never pauses is cut where the time is up."""
    for span in spans:
        at = span.start_s
        while span.end_s - at > longest:
            yield Span(at, at + longest)
            at += longest
        yield Span(at, span.end_s)


def _with_margin(start: float, end: float, seconds: float) -> Span:
    return Span(max(0.0, start - MARGIN_S), min(seconds, end + MARGIN_S))
