"""Moonshine, on this machine (package moonshine-voice)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from viva.speech._audio import RATE, Audio
from viva.speech._errors import SpeechError
from viva.speech._transcriber import Options
from viva.speech._words import Where, Word, words_of

DEFAULT_MODEL = "small-streaming"
_WEIGHTS = ("encoder_model.ort", "encoder.ort")
_TIMING = ("decoder_with_attention.ort", "decoder_kv_with_attention.ort")
_SIZE = re.compile(r"(tiny|base|small|medium)")


@dataclass(frozen=True)
class Moonshine:
    """A loaded model."""

    name: str
    model: Any
    where: Where = Where.HERE
    max_seconds: float = 28.0

    def hear(self, audio: Audio, language: str) -> tuple[Word, ...]:  # noqa: ARG002  (a model has one language)
        """The words of a stretch of speech."""
        heard = self.model.transcribe_without_streaming(audio.samples.tolist(), RATE)
        return tuple(word for line in heard.lines for word in _words(line))


def missing(options: Options) -> str | None:
    """What keeps Moonshine from working, with the next step; None when it is ready."""
    if find_spec("moonshine_voice") is None:
        return "not installed; `pip install 'vivavoce[speech]'`"
    if _folder(options) is None and not options.fetch:
        if options.model:
            return f"no Moonshine model at {options.model!r}"
        return f"its model {DEFAULT_MODEL!r} isn't on this machine; `viva speech fetch --engine moonshine`"
    return None


def load(options: Options) -> Moonshine:
    """Load the model. Raises SpeechError when that fails."""
    moonshine = import_module("moonshine_voice")  # an optional extra
    try:
        folder = _folder(options) or _fetch(options)
        arch = _arch(folder)
        settings = {"return_audio_data": "false"}
        if any((folder / file).is_file() for file in _TIMING):
            settings["word_timestamps"] = "true"
        model = moonshine.Transcriber(str(folder), moonshine.string_to_model_arch(arch), options=settings)
    except (moonshine.MoonshineError, OSError, ValueError) as error:
        raise SpeechError(
            f"Moonshine's model can't be loaded: {error}. Name its folder in VIVA_SPEECH_MODEL"
        ) from None
    return Moonshine(f"Moonshine {arch}", model)


def _words(line: Any) -> tuple[Word, ...]:
    if not line.words:
        return words_of(line.text)
    return tuple(
        Word(word.word.strip(), word.start, word.end, word.confidence)
        for word in line.words
        if word.word.strip()
    )


def _folder(options: Options) -> Path | None:
    """Where the model is, or None."""
    given = Path(options.model).expanduser()
    if options.model and given.is_dir():
        return given if any((given / file).is_file() for file in _WEIGHTS) else None
    try:
        download = import_module("moonshine_voice.download")
        info = _info(download, options)
        cached = Path(download.get_cache_dir()) / info["download_url"].removeprefix("https://")
        there = all((cached / file).is_file() for file in download.get_components_for_model_info(info))
    except (
        ValueError,
        OSError,
    ):  # a name or language of another engine, or a library made for another system
        return None
    return cached if there else None


def _fetch(options: Options) -> Path:
    """Fetch the model into Moonshine's own cache."""
    download = import_module("moonshine_voice.download")
    return Path(download.download_model_from_info(_info(download, options), include_word_timestamps=True)[0])


def _info(download: Any, options: Options) -> dict[str, Any]:
    """What Moonshine's catalogue says of a model by name. Raises ValueError when it has none such."""
    arch = import_module("moonshine_voice").string_to_model_arch(options.model or DEFAULT_MODEL)
    found: dict[str, Any] = download.find_model_info(options.language, arch)
    return found


def _arch(folder: Path) -> str:
    """The name of the architecture in a folder. Raises ValueError when neither name nor files tell."""
    found = _SIZE.findall(str(folder))
    if not found:
        raise ValueError(
            f"{str(folder)!r} doesn't say its size; wanted: tiny, base, small or medium in the path"
        )
    return str(found[-1]) + ("-streaming" if (folder / "streaming_config.json").is_file() else "")
