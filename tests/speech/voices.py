"""Real speech and real recognition for tests: espeak-ng speaks, PocketSphinx listens.

PocketSphinx stands behind a server of the OpenAI form, so that Viva reaches it as it reaches any other. With
its own dictionary it needs fifteen seconds for a sentence and gets most of it wrong; with the few words of
`WORDS`, most of which are never said, it is quick and hears what there is to hear.
"""

from __future__ import annotations

import email.parser
import email.policy
import io
import json
import math
import shutil
import subprocess
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pocketsphinx import Decoder

from viva.speech import RATE, Audio

SENTENCE = "the model learned the noise in the training data"
WORDS = (
    "the model learned noise in training data does well on and badly new river seven orange bottle music "
    "window garden because paper kitchen doctor yellow"
).split()
_GRAMMAR = f"#JSGF V1.0; grammar words; public <words> = ({' | '.join(WORDS)})+;"


def say(path: Path, words: str = SENTENCE, *, pace: int = 140, before: float = 0, after: float = 0) -> Path:
    """Speak words into a WAV file, between seconds of silence.

    There must be espeak-ng: these tests are never skipped.
    """
    program = shutil.which("espeak-ng")
    if program is None:
        pytest.fail("no espeak-ng for the tests of speech; install it: apt-get install espeak-ng")
    subprocess.run([program, "-v", "en-us", "-s", str(pace), "-w", str(path), words], check=True)
    if before or after:
        with wave.open(str(path)) as file:
            form, sound = file.getparams(), file.readframes(file.getnframes())
        with wave.open(str(path), "wb") as file:
            file.setparams(form)
            quiet = [b"\0\0" * round(form.framerate * seconds) for seconds in (before, after)]
            file.writeframes(quiet[0] + sound + quiet[1])
    return path


def scene(*parts: tuple[bool, float]) -> Audio:
    """Stretches of (somebody speaks, seconds): what speaks is noise that rises and falls as syllables do."""
    rng = np.random.default_rng(3)
    sound = []
    for speaks, seconds in parts:
        n = round(seconds * RATE)
        sound.append((0.1 if speaks else 0.0005) * rng.normal(size=n) * (1 + np.sin(np.arange(n) / 600)))
    return Audio(np.concatenate(sound).astype(np.float32))


class Listener(ThreadingHTTPServer):
    """A speech server of the OpenAI form on this machine. It remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.decoder = Decoder(loglevel="FATAL", lm=None, bestpath=False)
        self.decoder.add_jsgf_string("words", _GRAMMAR)
        self.decoder.activate_search("words")
        self.hearing = threading.Lock()
        self.asked: list[dict[str, list[str]]] = []
        self.keys: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def hear(self, pcm: bytes) -> list[dict[str, Any]]:
        with self.hearing:
            self.decoder.start_utt()
            self.decoder.process_raw(pcm, full_utt=True)
            self.decoder.end_utt()
            found = [s for s in self.decoder.seg() if s.word[0] not in "<[("]
        # A grammar gives no posteriors: how far a word's sound is from the best-fitting word's stands in.
        fits = [s.ascore / (s.end_frame + 1 - s.start_frame) for s in found]
        return [
            {
                "word": s.word.split("(")[0], "start": s.start_frame / 100, "end": (s.end_frame + 1) / 100,
                "probability": math.exp((fit - max(fits)) / 0.1),
            }
            for s, fit in zip(found, fits, strict=True)
        ]  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        parts = email.parser.BytesParser(policy=email.policy.default).parsebytes(head + body)
        fields: dict[str, list[str]] = {}
        sound = b""
        for part in parts.iter_parts():
            name = part.get_param("name", header="content-disposition")
            if name == "file":
                with wave.open(io.BytesIO(part.get_payload(decode=True))) as file:
                    assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (1, 16000, 2)
                    sound = file.readframes(file.getnframes())
            else:
                fields.setdefault(str(name), []).append(part.get_payload(decode=True).decode())
        self.server.asked.append(fields)
        self.server.keys.append(self.headers.get("authorization"))
        words = self.server.hear(sound)
        answer = json.dumps({"text": " ".join(w["word"] for w in words), "words": words}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def listening() -> Iterator[Listener]:
    """The server, while it is needed."""
    server = Listener()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
