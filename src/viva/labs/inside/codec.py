"""Plain data to bytes and back, between processes that don't trust each other.

A value is a one-byte tag and its content. The decoder calls nothing that the sender chose: it
builds exact built-ins and base-class arrays, and stops at every bound below. Pickle would run the
sender's code, and JSON has no arrays, no bytes and no cheap bound on depth or on integers.

    tag  value      content
    N    None       -
    T F  bool       -
    i    int        8 bytes, little-endian, signed
    I    int        length, decimal digits (at most MAX_INT_DIGITS)
    f    float      8 bytes
    c    complex    16 bytes
    s b  str bytes  length, bytes (str as UTF-8)
    l t  list tuple count, values
    S    set        count, values
    d    dict       count, key and value in turn
    a    ndarray    dtype code, number of axes, shape, little-endian data
    u    of text    number of axes, shape, a str for each element

The order of a set's or a dict's values is the sender's; lengths and counts are 4 bytes unsigned.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, Final

import numpy as np

MAX_FRAME: Final = 16 << 20
MAX_DEPTH: Final = 16
MAX_NODES: Final = 400_000
MAX_INT_DIGITS: Final = 4_000
MAX_AXES: Final = 8

_DTYPES: Final = (
    *("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"),
    *("f2", "f4", "f8", "c8", "c16"),
)
_DTYPE_CODES: Final = {np.dtype(name).str.lstrip("<|="): k for k, name in enumerate(_DTYPES)}
_KEY_TYPES: Final = (str, int, float, bool, bytes, tuple, type(None))
_INT_BITS: Final = int(MAX_INT_DIGITS * 3.32)


class CodecError(ValueError):
    """The value can't be sent, or the bytes aren't a value; the message says which bound broke."""


def encode(value: object) -> bytes:
    """The bytes of `value`; subclasses are sent as their base type.

    Raises CodecError for a type outside the table, or a value past a bound.
    """
    encoder = _Encoder()
    encoder.put(value, 0)
    data = b"".join(encoder.parts)
    if len(data) > MAX_FRAME - 64:
        raise CodecError(f"the value takes {len(data)} bytes; at most {MAX_FRAME - 64} may be sent")
    return data


def decode(data: bytes) -> Any:
    """The value in `data`. Raises CodecError for anything but one whole value within bounds."""
    if len(data) > MAX_FRAME:
        raise CodecError(f"the frame has {len(data)} bytes; at most {MAX_FRAME} are read")
    decoder = _Decoder(data)
    value = decoder.take(0)
    if decoder.at != len(data):
        raise CodecError(f"{len(data) - decoder.at} bytes follow the value")
    return value


class _Encoder:
    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.left = MAX_NODES

    def put(self, value: object, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise CodecError(f"the value is nested more than {MAX_DEPTH} deep")
        self.left -= 1
        if self.left < 0:
            raise CodecError(f"more than {MAX_NODES} elements; return a NumPy array instead")
        for base, write in _WRITERS:
            if isinstance(value, base):
                write(self, value, depth)
                return
        kind = type(value)
        raise CodecError(
            f"a value of type {kind.__module__}.{kind.__qualname__} can't be returned; "
            "return numbers, strings, lists, dicts or NumPy arrays"
        )

    def none(self, _value: None, _depth: int) -> None:
        self.parts.append(b"N")

    def boolean(self, value: bool, _depth: int) -> None:
        self.parts.append(b"T" if value else b"F")

    def integer(self, value: int, _depth: int) -> None:
        value = int.__int__(value)
        if -(1 << 63) <= value < 1 << 63:
            self.parts.append(b"i" + struct.pack("<q", value))
        elif value.bit_length() <= _INT_BITS:
            self._sized(b"I", str(value).encode())
        else:
            raise CodecError(f"an integer of more than {MAX_INT_DIGITS} digits")

    def real(self, value: float, _depth: int) -> None:
        self.parts.append(b"f" + struct.pack("<d", float.__float__(value)))

    def complex(self, value: complex, _depth: int) -> None:
        self.parts.append(b"c" + struct.pack("<dd", value.real, value.imag))

    def text(self, value: str, _depth: int) -> None:
        self._sized(b"s", str.__str__(value).encode("utf-8", "replace"))

    def raw(self, value: bytes | bytearray, _depth: int) -> None:
        self._sized(b"b", bytes(value))

    def sequence(self, value: Any, depth: int) -> None:
        tag, items = _sequence(value)
        self.parts.append(tag + struct.pack("<I", len(items)))
        for item in items:
            self.put(item, depth + 1)

    def mapping(self, value: dict[Any, Any], depth: int) -> None:
        items = list(dict.items(value))
        self.parts.append(b"d" + struct.pack("<I", len(items)))
        for key, item in items:
            self.put(key, depth + 1)
            self.put(item, depth + 1)

    def scalar(self, value: np.generic, depth: int) -> None:
        self.put(value.item(), depth)

    def array(self, value: np.ndarray, depth: int) -> None:
        plain = np.asarray(value)  # the base class, whatever the subclass says
        if plain.dtype.kind == "U" and plain.size <= MAX_NODES and plain.ndim <= MAX_AXES:
            self._text_array(plain, depth)
            return
        code = _DTYPE_CODES.get(plain.dtype.str.lstrip("<>|="))
        if code is None or plain.ndim > MAX_AXES:
            raise CodecError(f"an array of dtype {plain.dtype} and {plain.ndim} axes can't be sent")
        if plain.nbytes > MAX_FRAME:
            raise CodecError(f"an array of {plain.nbytes} bytes; at most {MAX_FRAME} may be sent")
        self.parts.append(b"a" + struct.pack("<BB", code, plain.ndim))
        self.parts.append(struct.pack(f"<{plain.ndim}Q", *plain.shape))
        self.parts.append(plain.astype(np.dtype(_DTYPES[code]).newbyteorder("<")).tobytes())

    def _text_array(self, plain: np.ndarray, depth: int) -> None:
        shape = struct.pack(f"<{plain.ndim}Q", *plain.shape)
        self.parts.append(b"u" + struct.pack("<B", plain.ndim) + shape)
        for item in plain.reshape(-1).tolist():
            self.put(item, depth + 1)

    def _sized(self, tag: bytes, content: bytes) -> None:
        if len(content) > MAX_FRAME:
            raise CodecError(f"a value of {len(content)} bytes; at most {MAX_FRAME} may be sent")
        self.parts.append(tag + struct.pack("<I", len(content)) + content)


def _sequence(value: Any) -> tuple[bytes, list[Any]]:
    # The base class's own iterator: a subclass may lie about its length or never end.
    if isinstance(value, list):
        return b"l", list.copy(value)
    if isinstance(value, tuple):
        return b"t", [tuple.__getitem__(value, k) for k in range(tuple.__len__(value))]
    base: Any = set if isinstance(value, set) else frozenset
    return b"S", list(base.__iter__(value))


_Writer = Callable[[_Encoder, Any, int], None]
# In order: bool is an int, and NumPy's float64 is a float, so the narrower type stands first.
_WRITERS: Final[list[tuple[type | tuple[type, ...], _Writer]]] = [
    (type(None), _Encoder.none),
    (bool, _Encoder.boolean),
    (np.ndarray, _Encoder.array),
    (np.generic, _Encoder.scalar),
    (int, _Encoder.integer),
    (float, _Encoder.real),
    (complex, _Encoder.complex),
    (str, _Encoder.text),
    ((bytes, bytearray), _Encoder.raw),
    ((list, tuple, set, frozenset), _Encoder.sequence),
    (dict, _Encoder.mapping),
]


class _Decoder:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.left = MAX_NODES

    def take(self, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise CodecError(f"the value is nested more than {MAX_DEPTH} deep")
        self.left -= 1
        if self.left < 0:
            raise CodecError(f"more than {MAX_NODES} elements")
        tag = self._bytes(1)
        read = _READERS.get(tag)
        if read is None:
            raise CodecError(f"{tag!r} is not a tag")
        return read(self, depth)

    def integer(self, _depth: int) -> int:
        value: int = struct.unpack("<q", self._bytes(8))[0]
        return value

    def big_integer(self, _depth: int) -> int:
        n = self._length()
        if n > MAX_INT_DIGITS + 1:
            raise CodecError(f"an integer of {n} digits; at most {MAX_INT_DIGITS} are read")
        digits = self._bytes(n)
        body = digits[1:] if digits[:1] == b"-" else digits
        if not body.isdigit():
            raise CodecError("an integer with something other than digits")
        return int(digits)

    def real(self, _depth: int) -> float:
        value: float = struct.unpack("<d", self._bytes(8))[0]
        return value

    def complex(self, _depth: int) -> complex:
        return complex(*struct.unpack("<dd", self._bytes(16)))

    def text(self, _depth: int) -> str:
        return self._bytes(self._length()).decode("utf-8", "replace")

    def raw(self, _depth: int) -> bytes:
        return self._bytes(self._length())

    def items(self, depth: int) -> list[Any]:
        return [self.take(depth + 1) for _ in range(self._count())]

    def set(self, depth: int) -> set[Any]:
        try:
            return set(self.items(depth))
        except TypeError:
            raise CodecError("a set holds a value that can't be in one") from None

    def mapping(self, depth: int) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for _ in range(self._count()):
            key = self.take(depth + 1)
            if not isinstance(key, _KEY_TYPES):
                raise CodecError(f"a {type(key).__name__} can't be a key")
            try:
                found[key] = self.take(depth + 1)
            except TypeError:
                raise CodecError("a tuple key holds a value that can't be in one") from None
        return found

    def array(self, _depth: int) -> np.ndarray:
        code, n_axes = self._bytes(2)
        if code >= len(_DTYPES) or n_axes > MAX_AXES:
            raise CodecError("an array's header names no dtype or too many axes")
        shape = struct.unpack(f"<{n_axes}Q", self._bytes(8 * n_axes))
        dtype = np.dtype(_DTYPES[code]).newbyteorder("<")
        count = 1
        for length in shape:
            count *= length
            if length > MAX_FRAME or count > MAX_FRAME:
                raise CodecError(f"an array of shape {shape} is too large")
        raw = self._bytes(count * dtype.itemsize)
        return np.frombuffer(raw, dtype=dtype, count=count).reshape(shape).copy()

    def text_array(self, depth: int) -> np.ndarray:
        n_axes = self._bytes(1)[0]
        if n_axes > MAX_AXES:
            raise CodecError("an array's header names too many axes")
        shape = struct.unpack(f"<{n_axes}Q", self._bytes(8 * n_axes))
        count = 1
        for length in shape:
            count *= length
            if count > MAX_NODES or length > MAX_NODES:
                raise CodecError(f"an array of text of shape {shape} is too large")
        items = [self.take(depth + 1) for _ in range(count)]
        if not all(isinstance(item, str) for item in items):
            raise CodecError("an array of text holds something else")
        # Each element takes the room of the longest.
        if 4 * count * max(map(len, items), default=0) > 4 * MAX_FRAME:
            raise CodecError("an array of text with an element too long for its number of elements")
        return np.array(items, dtype=np.str_).reshape(shape)

    def _bytes(self, n: int) -> bytes:
        if self.at + n > len(self.data):
            raise CodecError("the value ends too early")
        start, self.at = self.at, self.at + n
        return self.data[start : self.at]

    def _length(self) -> int:
        n: int = struct.unpack("<I", self._bytes(4))[0]
        return n

    def _count(self) -> int:
        n = self._length()
        if n > len(self.data) - self.at:  # each value takes at least a byte
            raise CodecError(f"{n} values announced in {len(self.data) - self.at} bytes")
        return n


_READERS: Final[dict[bytes, Callable[[_Decoder, int], Any]]] = {
    b"N": lambda _decoder, _depth: None,
    b"T": lambda _decoder, _depth: True,
    b"F": lambda _decoder, _depth: False,
    b"i": _Decoder.integer,
    b"I": _Decoder.big_integer,
    b"f": _Decoder.real,
    b"c": _Decoder.complex,
    b"s": _Decoder.text,
    b"b": _Decoder.raw,
    b"l": _Decoder.items,
    b"t": lambda decoder, depth: tuple(decoder.items(depth)),
    b"S": _Decoder.set,
    b"d": _Decoder.mapping,
    b"a": _Decoder.array,
    b"u": _Decoder.text_array,
}
