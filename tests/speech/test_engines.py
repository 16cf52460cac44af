"""Engines: which is chosen, what each says that it lacks, and what comes of what it hears."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import viva.speech
from tests.speech.voices import Listener, say, scene
from viva.exceptions import InputError, UsageError
from viva.speech import (
    ENGINES,
    RATE,
    Audio,
    Engine,
    Options,
    Span,
    SpeechError,
    Where,
    Word,
    choose,
    examine,
    find_engine,
    read_wav,
    transcribe,
)
from viva.speech._remote import load as load_server
from viva.speech._sherpa import words_from_tokens
from viva.speech._transcriber import pieces

LOCAL = [engine for engine in ENGINES if engine.short != "server"]
PACKAGES = {"moonshine": "moonshine_voice", "sherpa": "sherpa_onnx", "whisper": "faster_whisper"}


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Audio:
    return read_wav(say(tmp_path_factory.mktemp("voice") / "sentence.wav"))


def test_the_room_lists_what_it_has() -> None:
    assert all(hasattr(viva.speech, name) for name in viva.speech.__all__)


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_every_engine_has_a_versioned_name_and_says_what_it_lacks(engine: Engine) -> None:
    assert re.fullmatch(r"[a-z]+\.v\d+", engine.name)
    assert find_engine(engine.short) is find_engine(engine.name) is engine
    lacks = engine.missing(Options(model="/nowhere/at-all"))
    assert lacks
    with pytest.raises(UsageError, match=re.escape(f"{engine.name!r} isn't ready: {lacks}")):
        choose(Options(engine=engine.name, model="/nowhere/at-all"))


@pytest.mark.parametrize("engine", LOCAL, ids=lambda engine: engine.name)
def test_a_local_engine_is_not_ready_with_another_kinds_folder(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    assert engine.missing(Options(model=str(tmp_path)))


@pytest.mark.parametrize(
    ("short", "files"),
    [
        ("moonshine", ("encoder_model.ort", "decoder_model_merged.ort", "tokenizer.bin")),
        ("sherpa", ("tiny-encoder.int8.onnx", "tiny-decoder.int8.onnx", "tiny-tokens.txt")),
        ("whisper", ("model.bin", "config.json")),
    ],
)
def test_a_folder_of_a_kind_is_taken_by_the_engine_of_that_kind(
    short: str, files: tuple[str, ...], tmp_path: Path
) -> None:
    if find_spec(PACKAGES[short]) is None:
        pytest.skip(f"the extra with {PACKAGES[short]} isn't installed")
    for file in files:
        (tmp_path / file).write_bytes(b"")
    assert choose(Options(model=str(tmp_path))) is find_engine(short)


@pytest.mark.parametrize("short", ["moonshine", "whisper"])
def test_weights_that_are_none_are_said_to_be_none(short: str, tmp_path: Path) -> None:
    if find_spec(PACKAGES[short]) is None:
        pytest.skip(f"the extra with {PACKAGES[short]} isn't installed")
    folder = tmp_path / "tiny-en"
    folder.mkdir()
    for file in ("encoder_model.ort", "decoder_model_merged.ort", "tokenizer.bin", "model.bin"):
        (folder / file).write_bytes(b"no weights")
    with pytest.raises(SpeechError, match="VIVA_SPEECH_MODEL"):
        find_engine(short).load(Options(model=str(folder)))


def test_without_any_engine_there_is_none_and_no_error() -> None:
    assert choose(Options(model="/nowhere/at-all")) is None
    assert not any(state.is_chosen for state in examine(Options(model="/nowhere/at-all")))


def test_a_named_server_is_chosen_where_nothing_local_is_ready_and_none_means_none() -> None:
    options = Options(model="/nowhere/at-all", url="http://127.0.0.1:9/v1")
    assert choose(options) is find_engine("server")
    assert choose(Options(engine="none", url=options.url)) is None


def test_a_name_that_nobody_knows_lists_those_that_are_known() -> None:
    with pytest.raises(
        UsageError, match=r"no speech engine 'dragon'; wanted: one of auto, none, moonshine\.v1"
    ):
        examine(Options(engine="dragon"))


def test_a_spoken_sentence_becomes_its_words_with_times_and_confidences(
    listener: Listener, spoken: Audio
) -> None:
    found = transcribe(load_server(Options(url=listener.url, key="secret")), spoken)
    said = {"model", "learned", "noise", "training", "data"}
    assert len(said & set(found.text.split())) >= 4
    assert found.where is Where.HERE
    starts = [word.start_s for word in found.words]
    assert starts == sorted(starts, key=lambda s: s or 0.0)
    assert all(0 <= (w.start_s or 0) < (w.end_s or 0) <= spoken.seconds + 0.1 for w in found.words)
    assert any(word.is_unsure for word in found.words)
    assert not all(word.is_unsure for word in found.words)
    assert listener.keys[-1] == "Bearer secret"
    assert listener.asked[-1]["language"] == ["en"]


def test_no_engine_is_told_what_the_question_is_about(listener: Listener, spoken: Audio) -> None:
    transcribe(load_server(Options(url=listener.url)), spoken)
    assert not {"prompt", "hotwords", "keyterms"} & set(listener.asked[-1])
    assert {f for f in Options.__dataclass_fields__ if "prompt" in f or "word" in f} == set()


@dataclass
class Parrot:
    """An engine of ours: it says how long each stretch is that it hears."""

    name: str = "parrot"
    where: Where = Where.HERE
    max_seconds: float = 10.0
    heard: list[float] = field(default_factory=list)

    def hear(self, audio: Audio, language: str) -> tuple[Word, ...]:
        self.heard.append(audio.seconds)
        return (Word(language, 0.5, 1.0, 0.9), Word("timeless"))


def test_a_long_recording_is_cut_in_its_pauses_and_times_count_from_its_start() -> None:
    parrot = Parrot()
    found = transcribe(parrot, scene((True, 6), (False, 2), (True, 6), (False, 30), (True, 3)), language="de")
    assert len(parrot.heard) == 3
    assert max(parrot.heard) <= 10
    starts = [word.start_s for word in found.words if word.start_s is not None]
    assert starts == pytest.approx([0.5, 8 - 0.2 + 0.5, 44 - 0.2 + 0.5], abs=0.1)
    assert [word.text for word in found.words] == ["de", "timeless"] * 3


SPANS = st.lists(st.tuples(st.floats(0.3, 5), st.floats(0.06, 80)), min_size=1, max_size=8)


@given(SPANS, st.floats(5, 60))
def test_pieces_hold_all_the_speech_in_order_and_none_is_too_long(
    steps: list[tuple[float, float]], longest: float
) -> None:
    spans, at = [], 0.0
    for gap, length in steps:
        spans.append(Span(at + gap, at + gap + length))
        at += gap + length
    found = list(pieces(tuple(spans), at, longest))
    assert all(piece.seconds <= longest + 1e-6 for piece in found)
    assert all(a.start_s < b.start_s for a, b in pairwise(found))
    for span in spans:
        covered = sum(max(0.0, min(span.end_s, p.end_s) - max(span.start_s, p.start_s)) for p in found)
        assert covered >= span.seconds - 1e-6


def test_silence_never_reaches_an_engine() -> None:
    parrot = Parrot()
    with pytest.raises(InputError, match="found silence"):
        transcribe(parrot, Audio(np.zeros(3 * RATE, np.float32)))
    assert parrot.heard == []


class Broken(Parrot):
    """An engine that fails as libraries do."""

    def hear(self, *_: object) -> tuple[Word, ...]:
        raise RuntimeError("tensor shapes differ")


def test_a_crash_of_an_engine_is_one_error_that_says_whose_it_is() -> None:
    with pytest.raises(SpeechError, match=r"parrot failed \(RuntimeError: tensor shapes differ\)"):
        transcribe(Broken(), scene((True, 1), (False, 1)))


def _result(text: str, tokens: list[str], sure: list[float] | None = None) -> SimpleNamespace:
    times = [0.5 * i for i in range(len(tokens))]
    return SimpleNamespace(text=text, tokens=tokens, timestamps=times, ys_log_probs=sure or [])


def test_pieces_of_words_are_put_together_and_the_least_certain_one_counts() -> None:
    found = words_from_tokens(
        _result("over fitting is", [" over", " fit", "ting", "▁is"], [0.0, -2.0, -0.1, 0.0])
    )
    assert [word.text for word in found] == ["over", "fitting", "is"]
    assert [(word.start_s, word.end_s) for word in found] == [(0.0, 0.5), (0.5, 1.5), (1.5, 1.6)]
    assert found[1].confidence == pytest.approx(0.135, abs=0.001)


@pytest.mark.parametrize(
    "result",
    [
        SimpleNamespace(text="noise it learns", tokens=[], timestamps=[], ys_log_probs=[]),
        SimpleNamespace(text="noise it learns", tokens=["x", "y"], timestamps=[0.0], ys_log_probs=[]),
        _result("noise it learns", [" something", " else"]),
    ],
)
def test_pieces_that_do_not_add_up_leave_the_text_without_times(result: SimpleNamespace) -> None:
    assert words_from_tokens(result) == (Word("noise"), Word("it"), Word("learns"))


@contextmanager
def _server(answers: list[tuple[int, bytes, dict[str, str]]]) -> Iterator[tuple[str, list[bytes]]]:
    """A server that gives these answers in turn; what it was sent."""
    bodies: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["content-length"])))
            status, body, headers = answers.pop(0)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", bodies
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _ask(answers: list[tuple[int, bytes, dict[str, str]]]) -> tuple[tuple[Word, ...], list[bytes]]:
    with _server(answers) as (url, bodies):
        return load_server(Options(url=url)).hear(scene((True, 0.2)), "en"), bodies


def test_a_server_that_gives_the_text_alone_is_asked_for_the_text_alone() -> None:
    words, bodies = _ask([(400, b"verbose_json is not supported", {}), (200, b'{"text": "it learns"}', {})])
    assert words == (Word("it"), Word("learns"))
    assert b"verbose_json" in bodies[0]
    assert b"verbose_json" not in bodies[1]


def test_words_in_segments_are_read_with_what_is_said_of_each() -> None:
    timed = {"word": " noise", "start": 0.1, "end": 0.4, "probability": 1.2}
    answer = {"text": "noise it", "segments": [{"words": [timed]}, {"words": [{"word": "it"}]}]}
    words, _ = _ask([(200, json.dumps(answer).encode(), {})])
    assert words == (Word("noise", 0.1, 0.4, 1.0), Word("it"))


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([(401, b"no key", {})], "check VIVA_SPEECH_KEY"),
        ([(404, b"", {})], "check VIVA_SPEECH_URL"),
        ([(500, b"oops", {})], "answered 500: 'oops'. The recording is kept; try again"),
        ([(307, b"", {"location": "http://evil.example/"})], "answered 307"),
        ([(302, b"", {"location": "http://evil.example/"})], "answered 302"),
        ([(400, b"a", {}), (400, b"b", {})], "answered 400: 'b'"),
        ([(200, b"<html>", {})], "wanted: JSON with a text"),
        ([(200, b"[1]", {})], "wanted: JSON with a text"),
        ([(200, b'{"words": [3]}', {})], "wanted: JSON with a text"),
    ],
)
def test_what_a_server_does_wrong_is_said_with_the_next_step(
    answers: list[tuple[int, bytes, dict[str, str]]], words: str
) -> None:
    with pytest.raises(SpeechError, match=re.escape(words)):
        _ask(answers)


def test_a_server_that_is_not_there_is_said_not_to_be() -> None:
    with pytest.raises(SpeechError, match="can't be reached"):
        load_server(Options(url="http://127.0.0.1:9/v1")).hear(scene((True, 0.2)), "en")


@pytest.mark.parametrize(
    ("url", "full", "where"),
    [
        ("http://localhost:8001", "http://localhost:8001/v1/audio/transcriptions", Where.HERE),
        ("http://[::1]:8001/v1/", "http://[::1]:8001/v1/audio/transcriptions", Where.HERE),
        ("https://stt.example/v1", "https://stt.example/v1/audio/transcriptions", Where.SERVER),
        (
            "https://x.example/a/audio/transcriptions",
            "https://x.example/a/audio/transcriptions",
            Where.SERVER,
        ),
        (
            "http://127.0.0.1.evil.example",
            "http://127.0.0.1.evil.example/v1/audio/transcriptions",
            Where.SERVER,
        ),
    ],
)
def test_an_address_is_completed_and_says_where_the_sound_goes(url: str, full: str, where: Where) -> None:
    server = load_server(Options(url=url))
    assert server.url == full
    assert server.where is where
    assert find_engine("server").at_work(Options(url=url)) == (server.name, where)


@pytest.mark.parametrize("url", ["stt.example", "ftp://stt.example", "file:///etc/passwd", "http://"])
def test_what_is_no_address_is_refused(url: str) -> None:
    assert "wanted: an address like" in str(find_engine("server").missing(Options(url=url)))
