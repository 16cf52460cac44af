"""The engines' packages offer what the adapters call; checked wherever a package is installed."""

from __future__ import annotations

import inspect
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import pytest

from viva.speech._sherpa import KINDS, Kind


def _package(name: str) -> ModuleType:
    if find_spec(name) is None:
        pytest.skip(f"the extra with {name} isn't installed")
    return import_module(name)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_sherpa_makes_a_recognizer_of_every_kind_from_the_files_that_are_looked_for(kind: Kind) -> None:
    recognizer = _package("sherpa_onnx").OfflineRecognizer
    wanted = set(inspect.signature(getattr(recognizer, kind.maker)).parameters)
    assert {argument for argument, _ in kind.files} <= wanted
    assert {"tokens", "num_threads"} <= wanted


def test_faster_whisper_takes_what_it_is_given() -> None:
    whisper = _package("faster_whisper")
    made = inspect.signature(whisper.WhisperModel.__init__).parameters
    assert {"model_size_or_path", "compute_type", "cpu_threads", "local_files_only"} <= set(made)
    asked = inspect.signature(whisper.WhisperModel.transcribe).parameters
    assert {"audio", "language", "beam_size", "word_timestamps", "condition_on_previous_text"} <= set(asked)
    assert asked["initial_prompt"].default is None
    assert asked["hotwords"].default is None
    assert "local_files_only" in inspect.signature(whisper.download_model).parameters


def test_moonshine_has_the_names_and_word_timings_that_are_read() -> None:
    moonshine = _package("moonshine_voice")
    for name in ("Transcriber", "MoonshineError", "string_to_model_arch"):
        assert hasattr(moonshine, name), name
    timing = import_module("moonshine_voice.moonshine_api").WordTiming
    assert {"word", "start", "end", "confidence"} <= set(timing.__dataclass_fields__)
    download = import_module("moonshine_voice.download")
    info = download.find_model_info("en", moonshine.string_to_model_arch("small-streaming"))
    assert info["download_url"].startswith("https://")
    assert "streaming_config.json" in download.get_components_for_model_info(info)
