"""The codec: what it carries arrives, and nothing else gets through."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viva.labs.inside.codec import MAX_NODES, CodecError, decode, encode

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**200), 2**200)
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.binary()
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text("ab") | st.integers(), inner)
    ),
    max_leaves=20,
)


@given(values)
@settings(max_examples=150, deadline=None)
def test_a_plain_value_arrives_as_it_was(value: object) -> None:
    assert decode(encode(value)) == value
    assert type(decode(encode(value))) is type(value)


@pytest.mark.parametrize("dtype", ["?", "i1", "u8", "f2", "f4", "f8", "c16", ">f8", ">i4"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3, 4)])
def test_an_array_arrives_with_dtype_shape_and_values(dtype: str, shape: tuple[int, ...]) -> None:
    array = (np.arange(np.prod(shape)) % 2).reshape(shape).astype(dtype)
    found = decode(encode(array))
    assert found.dtype.kind == array.dtype.kind
    assert found.shape == shape
    assert np.array_equal(found, array)


@pytest.mark.parametrize("shape", [(0,), (3,), (2, 3)])
def test_an_array_of_text_arrives_as_one(shape: tuple[int, ...]) -> None:
    array = np.array(["a", "", "naïve", "日本", "x y", "b"])[: int(np.prod(shape))].reshape(shape)
    found = decode(encode(array))
    assert found.dtype.kind == "U"
    assert found.shape == shape
    assert (found == array).all()


@given(st.binary(max_size=200))
@settings(max_examples=400, deadline=None)
def test_any_bytes_are_a_value_or_refused(data: bytes) -> None:
    try:
        decode(data)
    except CodecError:
        return
    except RecursionError:  # pragma: no cover - the depth is bounded
        pytest.fail("the depth is not bounded")


@given(values, st.integers(0, 10**6), st.integers(0, 255))
@settings(max_examples=200, deadline=None)
def test_a_value_with_a_byte_changed_is_a_value_or_refused(value: object, at: int, byte: int) -> None:
    data = bytearray(encode(value))
    data[at % len(data)] = byte
    try:
        decode(bytes(data))
    except CodecError:
        return


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "ends too early"),
        (b"Nx", "follow the value"),
        (b"Z", "not a tag"),
        (b"s" + struct.pack("<I", 0xFFFFFFFF), "ends too early"),
        (b"l" + struct.pack("<I", 1 << 30), "announced"),
        (b"l\x01\0\0\0" * 40 + b"N", "deep"),
        (b"I" + struct.pack("<I", 5000) + b"9" * 5000, "digits"),
        (b"I" + struct.pack("<I", 3) + b"1_0", "digits"),
        (b"a" + bytes([11, 2]) + struct.pack("<2Q", 1 << 40, 1), "too large"),
        (b"a" + bytes([11, 3]) + struct.pack("<3Q", 1 << 23, 1 << 23, 1 << 23), "too large"),
        (b"a" + bytes([99, 0]), "dtype"),
        (b"u" + bytes([1]) + struct.pack("<Q", 1 << 40), "too large"),
        (b"u" + bytes([1]) + struct.pack("<Q", 1) + b"N", "something else"),
        (
            b"u"
            + bytes([1])
            + struct.pack("<Q", 3000)
            + b"s"
            + struct.pack("<I", 9000)
            + b"x" * 9000
            + (b"s" + struct.pack("<I", 0)) * 2999,
            "too long",
        ),
        (b"S\x01\0\0\0l\0\0\0\0", "can't be in one"),
        (b"d\x01\0\0\0l\0\0\0\0N", "can't be a key"),
    ],
)
def test_malformed_bytes_are_refused_by_what_is_wrong(data: bytes, what: str) -> None:
    with pytest.raises(CodecError, match=what):
        decode(data)


def test_values_past_a_bound_are_not_sent() -> None:
    deep: list[Any] = []
    for _ in range(40):
        deep = [deep]
    with pytest.raises(CodecError, match="nested"):
        encode(deep)
    with pytest.raises(CodecError, match="elements"):
        encode([0] * (MAX_NODES + 1))
    with pytest.raises(CodecError, match="digits"):
        encode(10**5000)
    with pytest.raises(CodecError, match="type"):
        encode(object())
    with pytest.raises(CodecError, match="dtype"):
        encode(np.array([object()]))


def test_a_lying_list_is_sent_as_what_it_holds() -> None:
    class Liar(list[int]):
        def __len__(self) -> int:
            return 10**9

        def __iter__(self) -> Any:
            while True:
                yield 1

    assert decode(encode(Liar([1, 2]))) == [1, 2]


def test_an_array_subclass_arrives_as_a_plain_array() -> None:
    class Yes(np.ndarray):
        def __eq__(self, other: object) -> Any:
            return True

        __hash__ = None  # type: ignore[assignment]

    found = decode(encode(np.zeros(3).view(Yes)))
    assert type(found) is np.ndarray
    assert not np.array_equal(found, np.ones(3))
