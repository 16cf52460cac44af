"""A recording as chunks in a journal: each chunk is kept whole or not at all, and counts once.

The browser numbers its chunks from 0 and sends each until it is told that it arrived; after a lost
connection it may send some again, and another tab may interleave. So the journal takes chunks in any order
and any number of times, the first of each number counts, and what was torn by a power cut is cut off.

A record is ``magic, number, length, CRC-32`` (16 bytes, little-endian) and then 16-bit PCM, see `RATE`.
"""

from __future__ import annotations

import os
import struct
import threading
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from viva.exceptions import InputError
from viva.speech._audio import BYTES_PER_SECOND, MAX_SECONDS, clock
from viva.speech._errors import SpeechError

MAX_CHUNK = 64 * 1024
"""Bytes of the largest chunk: two seconds."""
MAX_BYTES = MAX_SECONDS * BYTES_PER_SECOND
MAX_NUMBER = 1_000_000
JOURNAL = "chunks"
_MAGIC = b"VRC1"
_HEAD = struct.Struct("<4sIII")


def write_record(number: int, pcm: bytes) -> bytes:
    """A chunk as the journal holds it. Raises InputError for a chunk that no browser of ours sends."""
    if not 0 <= number <= MAX_NUMBER:
        raise InputError(f"chunk number: found {number}; wanted: 0 to {MAX_NUMBER}")
    if not pcm or len(pcm) % 2 or len(pcm) > MAX_CHUNK:
        raise InputError(
            f"chunk {number}: found {len(pcm):,} bytes; wanted: 2 to {MAX_CHUNK:,}, an even number"
        )
    return _HEAD.pack(_MAGIC, number, len(pcm), _check(number, pcm)) + pcm


def read_records(journal: bytes) -> tuple[dict[int, bytes], int]:
    """The chunks in a journal by number, and how many of its bytes are whole records."""
    found: dict[int, bytes] = {}
    at = 0
    while at + _HEAD.size <= len(journal):
        magic, number, length, check = _HEAD.unpack_from(journal, at)
        pcm = journal[at + _HEAD.size : at + _HEAD.size + length]
        if magic != _MAGIC or len(pcm) != length or _check(number, pcm) != check:
            break
        found.setdefault(number, pcm)
        at += _HEAD.size + length
    return found, at


def join(chunks: Mapping[int, bytes]) -> bytes:
    """The sound: chunks in the order of their numbers, and nothing for those that never came."""
    return b"".join(chunks[number] for number in sorted(chunks))


def first_missing(chunks: Mapping[int, object]) -> int:
    """The lowest number that hasn't arrived: all before it have."""
    number = 0
    while number in chunks:
        number += 1
    return number


def _check(number: int, pcm: bytes) -> int:
    return zlib.crc32(pcm, zlib.crc32(struct.pack("<I", number)))


@dataclass(eq=False)
class Recording:
    """A recording in a folder that is there. One object a folder in a process; safe for threads."""

    folder: Path
    _sizes: dict[int, int] = field(default_factory=dict, init=False)
    _next: int = field(default=0, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        """Take up what is there; a record torn by a kill is cut off, so that the next one can follow."""
        path = self.folder / JOURNAL
        journal = path.read_bytes() if path.exists() else b""
        chunks, n_whole = read_records(journal)
        if n_whole < len(journal):
            os.truncate(path, n_whole)
        self._sizes = {number: len(pcm) for number, pcm in chunks.items()}
        self._next = first_missing(self._sizes)

    @property
    def next_chunk(self) -> int:
        """The lowest chunk number that hasn't arrived."""
        return self._next

    @property
    def n_chunks(self) -> int:
        """How many chunks are here."""
        return len(self._sizes)

    @property
    def seconds(self) -> float:
        """How long what is here lasts."""
        return sum(self._sizes.values()) / BYTES_PER_SECOND

    def add(self, number: int, pcm: bytes) -> int:
        """Keep a chunk, durable when this returns; one that is here already changes nothing.

        Returns `next_chunk`. Raises InputError for a malformed chunk, when the recording is as long as one
        may be, and when it was deleted meanwhile.
        """
        record = write_record(number, pcm)
        with self._lock:
            if number not in self._sizes:
                self._append(record, len(pcm))
                self._sizes[number] = len(pcm)
                while self._next in self._sizes:
                    self._next += 1
            return self._next

    def _append(self, record: bytes, n_bytes: int) -> None:
        if sum(self._sizes.values()) + n_bytes > MAX_BYTES:
            raise InputError(
                f"the recording has reached {clock(MAX_SECONDS)}, the most that one can hold. "
                "It is kept; stop it, and go on in a new one"
            )
        if not self.folder.is_dir():
            raise InputError("the recording was deleted meanwhile; start a new one")
        path = self.folder / JOURNAL
        n_before = path.stat().st_size if path.exists() else 0
        try:
            with path.open("ab") as file:
                file.write(record)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:  # a full disk: no half of a record may stand before the next one
            if path.exists():
                os.truncate(path, n_before)
            raise SpeechError(
                f"the recording can't be written ({error.strerror}); what came before is kept"
            ) from None

    def pcm(self) -> bytes:
        """The sound so far, as 16-bit PCM."""
        path = self.folder / JOURNAL
        return join(read_records(path.read_bytes())[0]) if path.exists() else b""
