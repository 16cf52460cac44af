"""Frames over two file descriptors: four bytes of length, then the bytes.

Both programs in the boxes speak this way; the other end is ``viva.labs._box``.
"""

from __future__ import annotations

import os
import struct

from . import codec

_CHUNK = 1 << 20


class Pipes:
    """The program's own ends of its pipes, taken over from standard input and output."""

    def __init__(self) -> None:
        self._in, self._out = os.dup(0), os.dup(1)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(2, 1)  # what the candidate prints goes to the log, never among the answers
        os.close(null)

    def receive(self) -> bytes:
        """The next frame. Ends the process when the other end is gone."""
        n = struct.unpack("<I", self._exactly(4))[0]
        if n > codec.MAX_FRAME:
            os._exit(3)
        return self._exactly(n)

    def send(self, frame: bytes) -> None:
        """Write one frame whole."""
        view = memoryview(struct.pack("<I", len(frame)) + frame)
        while view:
            view = view[os.write(self._out, view) :]

    def _exactly(self, n: int) -> bytes:
        got = bytearray()
        while len(got) < n:
            chunk = os.read(self._in, min(n - len(got), _CHUNK))
            if not chunk:
                os._exit(0)
            got += chunk
        return bytes(got)
