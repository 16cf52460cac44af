"""`viva speech` and `viva transcribe`, as a person runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.speech.voices import Listener, say


def _viva(*args: str, **speech: str) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("VIVA_SPEECH")}
    env |= {"VIVA_SPEECH_MODEL": "/nowhere/at-all"} | {f"VIVA_SPEECH_{k}": v for k, v in speech.items()}
    command = [sys.executable, "-m", "viva", *args]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_the_doctor_says_what_is_at_work_where_sound_goes_and_what_the_others_lack() -> None:
    bare = _viva("speech", "doctor")
    assert "No engine is at work: record, play back and type." in bare.stdout
    assert "no server named; set VIVA_SPEECH_URL" in bare.stdout
    served = json.loads(_viva("speech", "doctor", "--json", URL="https://stt.example/v1").stdout)
    assert (served["engine"], served["where"]) == ("whisper-1 at stt.example", "server")
    assert [e["name"] for e in served["engines"] if e["is_chosen"]] == ["server.v1"]


def test_a_file_becomes_words_and_facts(listener: Listener, tmp_path: Path) -> None:
    done = _viva("transcribe", str(say(tmp_path / "a.wav")), URL=listener.url)
    assert {"model", "noise", "training"} & set(done.stdout.split())
    assert "words a minute" in done.stderr
    assert "The sound goes to Viva and no further." in done.stderr
    found = json.loads(_viva("transcribe", str(tmp_path / "a.wav"), "--json", URL=listener.url).stdout)
    assert found["transcript"]["text"] == done.stdout.strip()
    assert found["delivery"]["n_words"] == len(found["transcript"]["words"])


@pytest.mark.parametrize(
    ("args", "speech", "words"),
    [
        (("transcribe", "/nowhere.wav"), {}, "/nowhere.wav: can't be read"),
        (("speech", "doctor"), {"ENGINE": "dragon"}, "no speech engine 'dragon'"),
        (("speech", "doctor"), {"ENGINE": "server"}, "isn't ready: no server named"),
        (("speech", "fetch", "--engine", "sherpa"), {}, "fetches no models"),
    ],
)
def test_what_cannot_be_done_is_one_line_with_the_next_step(
    args: tuple[str, ...], speech: dict[str, str], words: str
) -> None:
    done = _viva(*args, **speech)
    assert done.returncode == 1
    assert done.stderr.startswith("viva: ")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
