"""Reading WAV files: what is understood, and what is said of what isn't."""

from __future__ import annotations

import io
import struct
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viva.exceptions import InputError
from viva.speech import MAX_SECONDS, RATE, Audio, audio_of, pcm_of, read_wav, wav_of


def _tone(rate: int, hertz: float = 440, seconds: float = 0.5) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate)


def _riff(kind: int, channels: int, rate: int, bits: int, data: bytes, *, tail: bytes = b"") -> bytes:
    """A WAV file written byte by byte, as the standard describes it."""
    block = channels * bits // 8
    form = struct.pack("<HHIIHH", kind, channels, rate, rate * block, block, bits) + tail
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def test_what_is_written_reads_back_sample_by_sample_here_and_in_the_standard_library() -> None:
    audio = Audio(_tone(RATE).astype(np.float32))
    wav = wav_of(pcm_of(audio))
    assert np.abs(read_wav(wav).samples - audio.samples).max() <= 0.5 / 32768
    with wave.open(io.BytesIO(wav)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getnframes()) == (RATE, 1, len(audio.samples))


@pytest.mark.parametrize(
    ("kind", "bits", "encode"),
    [
        (1, 8, lambda x: np.rint(x * 127 + 128).astype("u1").tobytes()),
        (1, 16, lambda x: np.rint(x * 32767).astype("<i2").tobytes()),
        (1, 24, lambda x: b"".join(int(v).to_bytes(3, "little", signed=True) for v in np.rint(x * 8388607))),
        (1, 32, lambda x: np.rint(x * 2147483647).astype("<i4").tobytes()),
        (3, 32, lambda x: x.astype("<f4").tobytes()),
        (3, 64, lambda x: x.astype("<f8").tobytes()),
    ],
)
def test_every_encoding_gives_the_same_sound(kind: int, bits: int, encode: object) -> None:
    tone = _tone(RATE)
    found = read_wav(_riff(kind, 1, RATE, bits, encode(tone)))  # type: ignore[operator]
    assert np.abs(found.samples - tone).max() < (0.01 if bits == 8 else 0.0001)


def test_the_extensible_form_is_read_by_the_encoding_it_holds() -> None:
    tail = struct.pack("<HHI", 22, 16, 0) + struct.pack("<H", 1) + bytes(14)
    data = np.rint(_tone(RATE) * 32767).astype("<i2").tobytes()
    assert read_wav(_riff(0xFFFE, 1, RATE, 16, data, tail=tail)).seconds == pytest.approx(0.5)


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000])
def test_another_rate_is_resampled_and_keeps_its_pitch_and_length(rate: int) -> None:
    data = np.rint(_tone(rate, hertz=1000) * 32767).astype("<i2").tobytes()
    found = read_wav(_riff(1, 1, rate, 16, data))
    spectrum = np.abs(np.fft.rfft(found.samples * np.hanning(len(found.samples))))
    assert np.argmax(spectrum) * RATE / len(found.samples) == pytest.approx(1000, abs=3)
    assert found.seconds == pytest.approx(0.5, abs=0.001)


def test_what_the_new_rate_cannot_hold_is_gone_and_not_folded_down() -> None:
    data = np.rint(_tone(48000, hertz=11000) * 32767).astype("<i2").tobytes()  # would fold to 5 kHz
    found = read_wav(_riff(1, 1, 48000, 16, data)).samples
    assert np.sqrt((found[400:-400] ** 2).mean()) < 0.005


def test_channels_are_averaged() -> None:
    both = np.stack([np.full(1000, 0.5), np.full(1000, -0.1)], axis=1)
    found = read_wav(_riff(3, 2, RATE, 32, both.astype("<f4").tobytes()))
    assert found.samples == pytest.approx(np.full(1000, 0.2), abs=1e-6)


def test_a_file_written_into_a_pipe_states_no_length_and_is_read_to_its_end() -> None:
    whole = bytearray(wav_of(pcm_of(Audio(_tone(RATE).astype(np.float32)))))
    whole[40:44] = b"\xff\xff\xff\xff"
    assert read_wav(bytes(whole)).seconds == pytest.approx(0.5)


def test_a_file_cut_off_in_its_sound_gives_what_there_is() -> None:
    whole = wav_of(pcm_of(Audio(_tone(RATE).astype(np.float32))))
    assert read_wav(whole[: 44 + 8001]).seconds == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "found 0 bytes"),
        (b"RIFF", "wanted: a WAV file"),
        (b"OggS" + bytes(40), "an Ogg file"),
        (b"\x00\x00\x00\x18ftypM4A " + bytes(40), "an MP4 or M4A file"),
        (b"\x1aE\xdf\xa3" + bytes(40), "a WebM or Matroska file"),
        (b"hello, world, this is text", "found a file that starts b'hello, w'"),
        (wav_of(b"")[:40], "cut off before its sound"),
        (wav_of(b""), "0 samples"),
        (_riff(7, 1, 8000, 8, bytes(100)), "WAV encoding 7 with 8 bits"),
        (_riff(1, 0, 8000, 16, bytes(100)), "0 channels"),
        (_riff(1, 1, 1, 16, bytes(100)), "1 samples a second"),
        (_riff(3, 1, RATE, 32, np.full(9, np.nan, "<f4").tobytes()), "samples that are no numbers"),
    ],
)
def test_what_is_no_sound_is_named_with_what_was_wanted(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=r"answer\.wav") as caught:
        read_wav(data, name="answer.wav")
    assert words in str(caught.value)


def test_two_hours_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    seconds = 2 * MAX_SECONDS
    head = bytearray(wav_of(b""))
    head[40:44] = struct.pack("<I", seconds * RATE * 2)
    path.write_bytes(bytes(head))
    with path.open("r+b") as file:
        file.truncate(44 + seconds * RATE * 2)  # a hole: it takes no room, and would take long to read
    with pytest.raises(InputError, match=r"found 2:00:00 of sound; wanted: at most 1:00:00"):
        read_wav(path)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.wav: can't be read"):
        read_wav(tmp_path / "nowhere.wav")


def test_pcm_with_half_a_sample_at_its_end_loses_only_that() -> None:
    assert len(audio_of(b"\1\0\2\0\3").samples) == 2


def test_what_is_louder_than_full_scale_is_clipped_and_does_not_wrap_around() -> None:
    found = audio_of(pcm_of(Audio(np.array([2.0, -2.0], np.float32))))
    assert found.samples == pytest.approx([1.0, -1.0], abs=1e-4)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 255)), max_size=6), st.integers(0, 120))
def test_a_damaged_file_is_read_as_far_as_it_goes_or_refused_and_nothing_else(
    changes: list[tuple[int, int]], cut: int
) -> None:
    wav = bytearray(wav_of(b"\1\0\2\0" * 19))
    for at, value in changes:
        wav[at] = value
    with np.errstate(all="ignore"):  # floats out of damaged bytes may be of any size
        try:
            found = read_wav(bytes(wav[:cut]))
        except InputError:
            return
    assert np.isfinite(found.samples).all()
    assert np.abs(found.samples).max() <= 1
