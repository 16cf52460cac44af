"""Any of several kinds of models on this machine, by sherpa-onnx: what a folder holds says its kind."""

from __future__ import annotations

import math
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from viva.speech._audio import RATE, Audio
from viva.speech._errors import SpeechError
from viva.speech._transcriber import Options
from viva.speech._words import Where, Word, words_of


@dataclass(frozen=True)
class Kind:
    """A kind of model: sherpa's maker, and the files that it wants by what their names hold."""

    name: str
    maker: str
    files: tuple[tuple[str, tuple[str, ...]], ...]
    """Argument → patterns, the most wanted first."""
    max_seconds: float


KINDS = (
    Kind("transducer", "from_transducer", (
        ("joiner", ("*joiner*.int8.onnx", "*joiner*.onnx")),
        ("encoder", ("*encoder*.int8.onnx", "*encoder*.onnx")),
        ("decoder", ("*decoder*.int8.onnx", "*decoder*.onnx")),
    ), 60.0),
    Kind("moonshine", "from_moonshine", (
        ("preprocessor", ("preprocess*.onnx",)), ("encoder", ("encode.int8.onnx", "encode*.onnx")),
        ("uncached_decoder", ("uncached_decode*.int8.onnx", "uncached_decode*.onnx")),
        ("cached_decoder", ("cached_decode*.int8.onnx", "cached_decode*.onnx")),
    ), 28.0),
    Kind("moonshine v2", "from_moonshine_v2", (
        ("encoder", ("encoder_model*.ort",)), ("decoder", ("decoder_model_merged*.ort",)),
    ), 28.0),
    Kind("whisper", "from_whisper", (
        ("encoder", ("*encoder*.int8.onnx", "*encoder*.onnx")),
        ("decoder", ("*decoder*.int8.onnx", "*decoder*.onnx")),
    ), 28.0),
)  # fmt: skip
"""The first kind whose files are all there is taken, so a kind stands before those that want fewer."""


@dataclass(frozen=True)
class Sherpa:
    """A loaded model."""

    name: str
    model: Any
    max_seconds: float
    where: Where = Where.HERE

    def hear(self, audio: Audio, language: str) -> tuple[Word, ...]:  # noqa: ARG002  (set when it was loaded)
        """The words of a stretch of speech."""
        stream = self.model.create_stream()
        stream.accept_waveform(RATE, audio.samples)
        self.model.decode_stream(stream)
        return words_from_tokens(stream.result)


def missing(options: Options) -> str | None:
    """What keeps sherpa-onnx from working, with the next step; None when it is ready."""
    if find_spec("sherpa_onnx") is None:
        return "not installed; `pip install 'vivavoce[speech]'`"
    if not options.model:
        return "no model named; set VIVA_SPEECH_MODEL to the folder of a sherpa-onnx model"
    if _find(Path(options.model).expanduser()) is None:
        known = ", ".join(kind.name for kind in KINDS)
        return (
            f"no sherpa-onnx model in {options.model!r}; wanted: tokens.txt and the files of a {known} model"
        )
    return None


def load(options: Options) -> Sherpa:
    """Load the model. Raises SpeechError when that fails."""
    sherpa_onnx = import_module("sherpa_onnx")  # an optional extra
    folder = Path(options.model).expanduser()
    found = _find(folder)
    if found is None:
        raise SpeechError(f"sherpa-onnx: {missing(options)}")
    kind, files = found
    settings: dict[str, Any] = {"num_threads": options.threads}
    if kind.name == "whisper":
        settings["language"] = options.language
    if kind.name == "transducer" and any(mark in folder.name.lower() for mark in ("nemo", "parakeet")):
        settings["model_type"] = "nemo_transducer"
    try:
        model = getattr(sherpa_onnx.OfflineRecognizer, kind.maker)(**files, **settings)
    except (RuntimeError, ValueError, AssertionError, OSError) as error:
        raise SpeechError(f"sherpa-onnx can't load {str(folder)!r}: {error}") from None
    return Sherpa(f"sherpa-onnx {folder.name}", model, kind.max_seconds)


def _find(folder: Path) -> tuple[Kind, dict[str, str]] | None:
    """The kind of model in a folder, and its files as sherpa's maker wants them."""
    tokens = _first(folder, ("tokens.txt", "*tokens.txt"))
    if tokens is None:
        return None
    for kind in KINDS:
        files = {argument: _first(folder, patterns) for argument, patterns in kind.files}
        if all(files.values()):
            return kind, {"tokens": tokens} | {argument: str(file) for argument, file in files.items()}
    return None


def _first(folder: Path, patterns: tuple[str, ...]) -> str | None:
    return next((str(path) for pattern in patterns for path in sorted(folder.glob(pattern))), None)


def words_from_tokens(result: Any) -> tuple[Word, ...]:
    """Words out of sherpa's pieces of words: a piece that starts with a space (or ``▁``) starts a word.

    A word's confidence is its least certain piece's. Without pieces' times only the text counts.
    """
    tokens, times = list(result.tokens), list(result.timestamps)
    if not tokens or len(times) != len(tokens):
        return words_of(result.text)
    sure = [math.exp(p) for p in result.ys_log_probs] if len(result.ys_log_probs) == len(tokens) else []
    words: list[Word] = []
    for i, token in enumerate(tokens):
        text, known = token.lstrip(" ▁"), sure[i] if sure else None
        end = times[i + 1] if i + 1 < len(times) else times[i] + 0.1
        if words and token == text:
            last = words[-1]
            lower = known if last.confidence is None or known is None else min(last.confidence, known)
            words[-1] = Word(last.text + text, last.start_s, end, lower)
        elif text:
            words.append(Word(text, times[i], end, known))
    return (
        tuple(words)
        if "".join(w.text for w in words) == "".join(result.text.split())
        else words_of(result.text)
    )
