"""Takes: begun by a chunk, kept through kills, turned into words, deleted for good."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import Clock
from tests.speech.voices import Listener, say, scene
from viva.app import Viva, speech
from viva.app.practice import delete_everything, start_practice
from viva.app.speech import MAX_TAKES, RECORDINGS, TakeKey, UnknownTake
from viva.exceptions import IllegalMove, InputError, UsageError
from viva.speech import MAX_CHUNK, SpeechError, Transcript, Where, pcm_of, read_wav, words_of


@pytest.fixture(autouse=True)
def _no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine at hand has installed doesn't matter here."""
    for name in ("URL", "KEY", "ENGINE", "LANGUAGE"):
        monkeypatch.delenv(f"VIVA_SPEECH_{name}", raising=False)
    monkeypatch.setenv("VIVA_SPEECH_MODEL", "/nowhere/at-all")


@pytest.fixture
def key(viva: Viva) -> TakeKey:
    return TakeKey(start_practice(viva, "overfitting").id, 1, "abcdefgh")


def _send(viva: Viva, key: TakeKey, pcm: bytes) -> int:
    """All of a recording, in chunks; how many there were."""
    chunks = [pcm[at : at + MAX_CHUNK] for at in range(0, len(pcm), MAX_CHUNK)]
    for number, chunk in enumerate(chunks):
        speech.add_chunk(viva, key, number, chunk)
    return len(chunks)


def test_a_take_is_what_was_sent_however_often_it_was_sent(viva: Viva, key: TakeKey, clock: Clock) -> None:
    assert speech.add_chunk(viva, key, 1, b"bb") == 0
    assert speech.add_chunk(viva, key, 0, b"aa") == 2
    assert speech.add_chunk(viva, key, 0, b"zz") == 2
    found = speech.read_take(viva, key)
    assert (found.next_chunk, found.is_finished, found.started_at) == (2, False, clock())
    assert speech.sound_of(viva, key).endswith(b"aabb")


def test_a_take_cannot_be_finished_while_a_chunk_is_missing_unless_it_never_will_come(
    viva: Viva, key: TakeKey
) -> None:
    speech.add_chunk(viva, key, 0, b"aa")
    with pytest.raises(IllegalMove, match="chunk 1 of 3 hasn't arrived"):
        speech.finish_take(viva, key, n_chunks=3)
    assert not speech.read_take(viva, key).is_finished
    assert speech.finish_take(viva, key).is_finished


def test_no_take_begins_once_the_turn_is_answered_but_late_chunks_of_one_are_kept(
    viva: Viva, key: TakeKey
) -> None:
    with pytest.raises(IllegalMove, match="turn 1 is answered already"):
        speech.add_chunk(viva, key, 0, b"aa", may_begin=False)
    assert speech.takes_of(viva, key.session, 1) == ()
    speech.add_chunk(viva, key, 0, b"aa")
    assert speech.add_chunk(viva, key, 1, b"bb", may_begin=False) == 2


@pytest.mark.parametrize(
    ("session", "turn", "take"),
    [
        ("../../etc", 1, "abcdefgh"), ("s", 0, "abcdefgh"), ("s", 1, "../abcdef"), ("s", 1, "ABCDEFGH"),
        ("s", 1, "a" * 41), ("s", 1, ""), ("", 1, "abcdefgh"), ("s", 1, "abcd\nefgh"),
    ],
)  # fmt: skip
def test_a_name_that_could_lead_elsewhere_is_refused(session: str, turn: int, take: str) -> None:
    with pytest.raises(UsageError, match="no recording"):
        TakeKey(session, turn, take)


def test_a_take_that_is_not_there_is_said_not_to_be(viva: Viva, key: TakeKey) -> None:
    for use in (speech.read_take, speech.sound_of, speech.finish_take, speech.transcribe_take):
        with pytest.raises(UnknownTake, match="deleted, or never begun"):
            use(viva, key)


def test_a_turn_holds_so_many_takes_and_no_more(
    viva: Viva, key: TakeKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speech, "MAX_TAKES", 2)
    assert MAX_TAKES > 2
    for i in range(2):
        speech.add_chunk(viva, TakeKey(key.session, 1, f"take0000{i}"), 0, b"aa")
    with pytest.raises(InputError, match="found 2 recordings of this turn"):
        speech.add_chunk(viva, key, 0, b"aa")


def test_a_spoken_take_becomes_words_that_are_kept_with_it(
    viva: Viva, key: TakeKey, listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVA_SPEECH_URL", listener.url)
    sound = read_wav(say(tmp_path / "a.wav", before=0.5, after=0.5))
    n = _send(viva, key, pcm_of(sound))
    speech.finish_take(viva, key, n_chunks=n)
    made = speech.transcribe_take(viva, key)
    assert {"model", "noise", "training"} & set(made.text.split())
    again = Viva(viva.settings)
    assert speech.read_take(again, key).transcript == made
    facts = speech.delivery_of_turn(again, key.session, 1)
    assert facts is not None
    assert facts.n_words == len(made.words)
    assert facts.seconds == pytest.approx(sound.seconds, abs=0.01)
    assert viva.store.draft(key.session, 1) == ""  # words get into the answer by the person's hand alone
    assert viva.store.load(key.session).turn.response is None


def test_without_an_engine_the_take_is_kept_and_the_next_step_said(viva: Viva, key: TakeKey) -> None:
    _send(viva, key, pcm_of(scene((True, 1), (False, 1))))
    with pytest.raises(SpeechError, match="viva speech doctor"):
        speech.transcribe_take(viva, key)
    assert speech.read_take(viva, key).seconds == pytest.approx(2)


def test_silence_is_told_and_the_take_is_kept(
    viva: Viva, key: TakeKey, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVA_SPEECH_URL", listener.url)
    n_asked = len(listener.asked)
    _send(viva, key, bytes(2 * 16000 * 3))
    with pytest.raises(InputError, match=r"found silence \(3\.0 s"):
        speech.transcribe_take(viva, key)
    assert speech.read_take(viva, key).seconds == pytest.approx(3)
    assert len(listener.asked) == n_asked


def test_words_of_the_browser_are_kept_and_words_of_anyone_else_are_not_taken_for_them(
    viva: Viva, key: TakeKey
) -> None:
    speech.add_chunk(viva, key, 0, b"aa")
    made = Transcript(words_of("it learns noise"), "the browser's own recognition", "en-US", Where.BROWSER)
    assert speech.keep_transcript(viva, key, made).transcript == made
    with pytest.raises(UsageError, match="wanted: the browser's own"):
        speech.keep_transcript(viva, key, Transcript(words_of("x"), "e", "en", Where.HERE))
    assert speech.read_take(viva, key).transcript == made


def test_delivery_counts_the_takes_that_became_words_and_all_of_them_when_none_did(
    viva: Viva, key: TakeKey
) -> None:
    other = TakeKey(key.session, 1, "otherone")
    _send(viva, key, pcm_of(scene((True, 2), (False, 1))))
    _send(viva, other, pcm_of(scene((True, 1), (False, 1))))
    both = speech.delivery_of_turn(viva, key.session, 1)
    assert both is not None
    assert both.seconds == pytest.approx(5)
    made = Transcript(words_of("um it it learns"), "the browser's own recognition", "en", Where.BROWSER)
    speech.keep_transcript(viva, other, made)
    heard = speech.delivery_of_turn(viva, key.session, 1)
    assert heard is not None
    assert (heard.seconds, heard.n_words, heard.n_fillers) == (pytest.approx(2), 4, 1)
    assert speech.delivery_of_turn(viva, key.session, 2) is None


def test_a_deleted_take_is_gone_and_its_name_can_be_used_again(viva: Viva, key: TakeKey) -> None:
    speech.add_chunk(viva, key, 0, b"aa")
    speech.delete_take(viva, key)
    speech.delete_take(viva, key)
    assert speech.takes_of(viva, key.session, 1) == ()
    assert speech.add_chunk(viva, key, 0, b"cc") == 1
    assert speech.sound_of(viva, key).endswith(b"cc")


def test_deleting_everything_leaves_no_sound_behind(viva: Viva, key: TakeKey) -> None:
    speech.add_chunk(viva, key, 0, b"aa")
    folder = viva.settings.home / RECORDINGS
    assert list(folder.rglob("chunks"))
    delete_everything(viva)
    assert not folder.exists()


def test_recordings_of_a_deleted_session_are_swept_and_the_others_stay(viva: Viva, key: TakeKey) -> None:
    kept = TakeKey(start_practice(viva, "rag").id, 1, "abcdefgh")
    for one in (key, kept):
        speech.add_chunk(viva, one, 0, b"aa")
    viva.store.delete(key.session)
    assert speech.sweep_recordings(viva) == 1
    assert not (viva.settings.home / RECORDINGS / key.session).exists()
    assert speech.read_take(viva, kept).next_chunk == 1
    speech.forget_recordings(viva, kept.session)
    assert speech.sweep_recordings(viva) == 0
    assert speech.takes_of(viva, kept.session, 1) == ()


@pytest.mark.parametrize(
    ("name", "value"), [("THREADS", "none"), ("THREADS", "0"), ("LANGUAGE", "English, please")]
)
def test_a_setting_that_cannot_be_read_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"VIVA_SPEECH_{name}", value)
    with pytest.raises(InputError, match=f"VIVA_SPEECH_{name}: found"):
        speech.speech_options()


WRITER = """
import sys
from pathlib import Path
from viva.app import Settings, Viva, speech
viva = Viva(Settings(home=Path(sys.argv[1])))
key = speech.TakeKey(sys.argv[2], 1, "abcdefgh")
for number in range(100_000):
    n = speech.add_chunk(viva, key, number, number.to_bytes(4, "little") * 2000)
    print(n, flush=True)
"""


def test_a_writer_killed_at_work_loses_no_chunk_that_it_answered_for(viva: Viva, key: TakeKey) -> None:
    command = [sys.executable, "-c", WRITER, str(viva.settings.home), key.session]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ))
    assert writer.stdout is not None
    answered = 0
    for line in writer.stdout:
        answered = int(line)
        if answered >= 8:
            break
    time.sleep(0.02)
    writer.send_signal(signal.SIGKILL)
    answered = max([answered, *(int(line) for line in writer.stdout if line.strip())])
    writer.wait()
    writer.stdout.close()
    found = speech.read_take(viva, key)
    assert found.next_chunk >= answered
    sound = speech.sound_of(viva, key)[44:]
    expected = b"".join(i.to_bytes(4, "little") * 2000 for i in range(found.next_chunk))
    assert sound == expected
    assert speech.add_chunk(viva, key, found.next_chunk, b"aa") == found.next_chunk + 1
