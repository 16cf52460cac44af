"""Audio as samples, and the WAV files it comes in and goes out as.

Everything behind this file works on one form: one channel, 16,000 samples a second. That is what engines
of speech recognition want, and it is half a gigabyte less than a studio's form for an hour of speech.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from viva.exceptions import InputError

RATE = 16_000
"""Samples a second."""
MAX_SECONDS = 3600
"""The longest recording that is taken."""
BYTES_PER_SECOND = 2 * RATE
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_TYPES = {
    (_PCM, 8): "<u1", (_PCM, 16): "<i2", (_PCM, 24): "<u1", (_PCM, 32): "<i4",
    (_FLOAT, 32): "<f4", (_FLOAT, 64): "<f8",
}  # fmt: skip
"""(format, bits) → NumPy type of a sample; 24 bits have none and are read as bytes."""


@dataclass(frozen=True, eq=False)
class Audio:
    """Speech as samples between -1 and 1, one channel, `RATE` a second."""

    samples: NDArray[np.float32]

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / RATE

    def cut(self, start_s: float, end_s: float) -> Audio:
        """The stretch between two times, in seconds."""
        return Audio(self.samples[max(0, round(start_s * RATE)) : max(0, round(end_s * RATE))])


@dataclass(frozen=True)
class _Format:
    kind: int
    channels: int
    rate: int
    bits: int


def audio_of(pcm: bytes) -> Audio:
    """Samples of 16-bit PCM as the browser records it; a torn last sample is left out."""
    whole = np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2")
    return Audio((whole / np.float32(32768)).astype(np.float32))


def pcm_of(audio: Audio) -> bytes:
    """16-bit PCM of samples; what is louder than full scale is clipped."""
    scaled = np.clip(np.rint(audio.samples * 32768.0), -32768, 32767)
    found: bytes = scaled.astype("<i2").tobytes()
    return found


def wav_of(pcm: bytes) -> bytes:
    """16-bit PCM as a WAV file."""
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36 + len(pcm), b"WAVE", b"fmt ", 16, _PCM, 1, RATE,
                       BYTES_PER_SECOND, 2, 16)  # fmt: skip
    return head + struct.pack("<4sI", b"data", len(pcm)) + pcm


def read_wav(source: bytes | Path, *, name: str = "") -> Audio:
    """Read a WAV file: PCM of 8 to 32 bits or floats, any rate from 4 to 192 kHz, any channels.

    Channels are averaged, and another rate is resampled. Raises InputError, naming `name` or the path, when
    it is empty, no WAV file, of another encoding, or longer than MAX_SECONDS (measured before it is read).
    """
    if isinstance(source, bytes):
        return _read(io.BytesIO(source), len(source), name or "the audio")
    shown = name or str(source)
    try:
        with source.open("rb") as file:
            return _read(file, source.stat().st_size, shown)
    except OSError as error:
        raise InputError(f"{shown}: can't be read ({error.strerror}); wanted: a WAV file") from None


def _read(file: BinaryIO, size: int, name: str) -> Audio:
    if size == 0:
        raise InputError(f"{name}: found 0 bytes; wanted: a WAV file with speech; record it again")
    head = file.read(12)
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        raise InputError(
            f"{name}: found {_looks_like(head)}; wanted: a WAV file. Convert it, for example with "
            f"`ffmpeg -i {name} -ar {RATE} -ac 1 answer.wav`"
        )
    form, length = _find_data(file, size, name)
    _check(form, length, name)
    raw = file.read(length // _block(form) * _block(form))
    if not raw:
        raise InputError(f"{name}: found no sound in it (0 samples); record it again")
    mono = _decode(raw, form).reshape(-1, form.channels).mean(axis=1, dtype=np.float64)
    if not np.isfinite(mono).all():
        raise InputError(f"{name}: found samples that are no numbers; wanted: sound; record it again")
    return Audio(np.clip(_resample(mono, form.rate), -1.0, 1.0).astype(np.float32))


def _find_data(file: BinaryIO, size: int, name: str) -> tuple[_Format, int]:
    """The format, and how many bytes of sound follow; the file then stands where they begin."""
    form: _Format | None = None
    while len(head := file.read(8)) == 8:
        kind, length = struct.unpack("<4sI", head)
        left = size - file.tell()
        if kind == b"data" and form is not None:
            # A program that writes into a pipe doesn't know the length and says 0 or the largest number.
            return form, left if length in (0, 0xFFFFFFFF) else min(length, left)
        if kind == b"fmt " and 16 <= length <= left:
            form = _format(file.read(length))
            file.seek(length % 2, io.SEEK_CUR)
        else:
            file.seek(length + length % 2, io.SEEK_CUR)
    raise InputError(
        f"{name}: found a WAV file cut off before its sound; wanted: a whole one; record it again"
    )


def _format(chunk: bytes) -> _Format:
    kind, channels, rate, _, _, bits = struct.unpack("<HHIIHH", chunk[:16])
    if kind == _EXTENSIBLE and len(chunk) >= 26:
        kind = struct.unpack("<H", chunk[24:26])[0]
    return _Format(kind, channels, rate, bits)


def _block(form: _Format) -> int:
    """Bytes of one sample of every channel."""
    return form.channels * form.bits // 8


def _check(form: _Format, length: int, name: str) -> None:
    if (form.kind, form.bits) not in _TYPES:
        raise InputError(
            f"{name}: found WAV encoding {form.kind} with {form.bits} bits; wanted: PCM of 8, 16, 24 or "
            "32 bits, or floats of 32 or 64. Convert it, for example with "
            f"`ffmpeg -i {name} -c:a pcm_s16le answer.wav`"
        )
    if not 1 <= form.channels <= 32 or not 4_000 <= form.rate <= 192_000:
        raise InputError(
            f"{name}: found {form.channels} channels at {form.rate:,} samples a second; wanted: 1 to 32 "
            "channels at 4,000 to 192,000"
        )
    seconds = length / _block(form) / form.rate
    if seconds > MAX_SECONDS:
        raise InputError(
            f"{name}: found {clock(seconds)} of sound; wanted: at most {clock(MAX_SECONDS)}; "
            "cut it into answers"
        )


def _decode(raw: bytes, form: _Format) -> NDArray[np.float64]:
    found = np.frombuffer(raw, _TYPES[form.kind, form.bits])
    if form.kind == _FLOAT:
        return found.astype(np.float64)
    if form.bits == 8:
        return (found.astype(np.float64) - 128) / 128
    if form.bits == 24:
        parts = found.reshape(-1, 3).astype(np.int32)
        signed = (parts[:, 0] << 8 | parts[:, 1] << 16 | parts[:, 2] << 24) >> 8
        return signed / 2.0**23
    return found / 2.0 ** (form.bits - 1)


def _resample(samples: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    """The same sound at RATE."""
    if rate == RATE:
        return samples
    from scipy.signal import resample_poly  # a second to import, and most recordings don't need it

    common = int(np.gcd(rate, RATE))
    made: NDArray[np.float64] = resample_poly(samples, RATE // common, rate // common)
    return made


def _looks_like(head: bytes) -> str:
    """What a file that is no WAV file seems to be."""
    known = {
        b"OggS": "an Ogg file", b"fLaC": "a FLAC file", b"ID3": "an MP3 file", b"\xff\xfb": "an MP3 file",
        b"\x1aE\xdf\xa3": "a WebM or Matroska file", b"RF64": "a WAV file over 4 GB", b"FORM": "an AIFF file",
    }  # fmt: skip
    if head[4:8] == b"ftyp":
        return "an MP4 or M4A file"
    return next(
        (words for start, words in known.items() if head.startswith(start)),
        f"a file that starts {head[:8]!r}",
    )


def clock(seconds: float) -> str:
    """A length as a clock shows it: ``1:02:03`` or ``2:03``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
