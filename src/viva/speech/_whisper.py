"""Whisper models on this machine (package faster-whisper)."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from viva.speech._audio import Audio
from viva.speech._errors import SpeechError
from viva.speech._transcriber import Options
from viva.speech._words import Where, Word, words_of

DEFAULT_MODEL = "base.en"


@dataclass(frozen=True)
class Whisper:
    """A loaded model."""

    name: str
    model: Any
    where: Where = Where.HERE
    max_seconds: float = 600.0

    def hear(self, audio: Audio, language: str) -> tuple[Word, ...]:
        """The words of a stretch of speech."""
        segments, _ = self.model.transcribe(
            audio.samples, language=language, beam_size=5, word_timestamps=True,
            condition_on_previous_text=False,  # a mistake doesn't carry over into the next half-minute
        )  # fmt: skip
        return tuple(word for segment in segments for word in _words(segment))


def missing(options: Options) -> str | None:
    """What keeps faster-whisper from working, with the next step; None when it is ready."""
    if find_spec("faster_whisper") is None:
        return "not installed; `pip install 'vivavoce[whisper]'`"
    if _folder(options) is None and not options.fetch:
        if options.model:
            return f"no Whisper model at {options.model!r}"
        return f"its model {DEFAULT_MODEL!r} isn't on this machine; `viva speech fetch --engine whisper`"
    return None


def load(options: Options) -> Whisper:
    """Load the model. Raises SpeechError when that fails."""
    whisper = import_module("faster_whisper")  # an optional extra
    source = _folder(options) or options.model or DEFAULT_MODEL
    try:
        model = whisper.WhisperModel(
            source, compute_type="auto", cpu_threads=options.threads, local_files_only=not options.fetch
        )
    except Exception as error:  # its downloader raises what its HTTP client does, its loader RuntimeError
        raise SpeechError(
            f"faster-whisper can't load {source!r}: {error}. Name a model's folder in VIVA_SPEECH_MODEL"
        ) from None
    return Whisper(f"Whisper {Path(options.model or DEFAULT_MODEL).name}", model)


def _words(segment: Any) -> tuple[Word, ...]:
    if not segment.words:
        return words_of(segment.text)
    return tuple(
        Word(word.word.strip(), float(word.start), float(word.end), float(word.probability))
        for word in segment.words
        if word.word.strip()
    )


def _folder(options: Options) -> str | None:
    """Where the model is, or None."""
    given = Path(options.model).expanduser()
    if options.model and given.is_dir():
        return str(given) if (given / "model.bin").is_file() else None
    try:
        found = import_module("faster_whisper").download_model(
            options.model or DEFAULT_MODEL, local_files_only=True
        )
    except (ValueError, OSError):  # no such name, or it isn't in the cache
        return None
    return str(found)
