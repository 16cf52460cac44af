"""A recording's chunks, in whatever order and however often they come, and through every kill."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viva.exceptions import InputError
from viva.speech import MAX_CHUNK, Recording, SpeechError
from viva.speech import _journal as journal
from viva.speech._journal import JOURNAL, first_missing, join, read_records, write_record

CHUNKS = st.lists(st.binary(min_size=1, max_size=20).map(lambda b: b * 2), min_size=1, max_size=12)


@settings(deadline=None)
@given(CHUNKS, st.data())
def test_chunks_sent_in_any_order_and_any_number_of_times_make_the_same_sound(
    chunks: list[bytes], data: st.DataObject
) -> None:
    sent = data.draw(st.lists(st.sampled_from(range(len(chunks))), max_size=20))
    order = data.draw(st.permutations([*range(len(chunks)), *sent]))
    written = b"".join(write_record(number, chunks[number]) for number in order)
    found, n_whole = read_records(written)
    assert n_whole == len(written)
    assert join(found) == b"".join(chunks)
    assert first_missing(found) == len(chunks)


@settings(deadline=None)
@given(CHUNKS, st.data())
def test_a_journal_cut_anywhere_gives_every_chunk_that_is_whole_and_no_other(
    chunks: list[bytes], data: st.DataObject
) -> None:
    records = [write_record(number, pcm) for number, pcm in enumerate(chunks)]
    written = b"".join(records)
    cut = data.draw(st.integers(0, len(written)))
    ends = [sum(map(len, records[: i + 1])) for i in range(len(records))]
    n_kept = sum(end <= cut for end in ends)
    found, n_whole = read_records(written[:cut])
    assert found == dict(enumerate(chunks[:n_kept]))
    assert n_whole == sum(map(len, records[:n_kept]))


@settings(deadline=None)
@given(CHUNKS, st.data())
def test_a_changed_byte_is_never_taken_for_sound(chunks: list[bytes], data: st.DataObject) -> None:
    written = bytearray(b"".join(write_record(number, pcm) for number, pcm in enumerate(chunks)))
    at = data.draw(st.integers(0, len(written) - 1))
    written[at] ^= data.draw(st.integers(1, 255))
    found, _ = read_records(bytes(written))
    assert all(chunks[number] == pcm for number, pcm in found.items())
    assert len(found) < len(chunks)


@settings(max_examples=40, deadline=None)
@given(CHUNKS, st.data())
def test_a_recording_killed_in_the_middle_of_a_write_goes_on_where_it_was(
    tmp_path_factory: pytest.TempPathFactory, chunks: list[bytes], data: st.DataObject
) -> None:
    patch = pytest.MonkeyPatch()
    patch.setattr(journal.os, "fsync", lambda _: None)  # a killed process leaves what it has written
    folder = tmp_path_factory.mktemp("take")
    first = Recording(folder)
    n_before = data.draw(st.integers(0, len(chunks) - 1))
    for number in range(n_before):
        first.add(number, chunks[number])
    torn = write_record(n_before, chunks[n_before])[: data.draw(st.integers(0, 15))]
    with (folder / JOURNAL).open("ab") as file:
        file.write(torn)
    second = Recording(folder)
    assert second.next_chunk == n_before
    for number in range(n_before, len(chunks)):
        second.add(number, chunks[number])
    assert Recording(folder).pcm() == b"".join(chunks)
    patch.undo()


def test_the_first_of_two_chunks_with_a_number_counts(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    assert recording.add(0, b"aa") == 1
    assert recording.add(0, b"bb") == 1
    assert Recording(tmp_path).pcm() == b"aa"
    assert recording.n_chunks == 1


def test_a_gap_is_asked_for_again_and_left_out_when_it_never_comes(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    recording.add(0, b"aa")
    assert recording.add(2, b"cc") == 1
    assert recording.pcm() == b"aacc"
    assert recording.add(1, b"bb") == 3
    assert recording.pcm() == b"aabbcc"


def test_many_threads_at_once_write_each_chunk_once(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    chunks = [bytes([i, i]) for i in range(12)]
    threads = [
        threading.Thread(target=lambda: [recording.add(i, pcm) for i, pcm in enumerate(chunks)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert recording.pcm() == b"".join(chunks)
    assert (tmp_path / JOURNAL).stat().st_size == 12 * 18


@pytest.mark.parametrize(
    ("number", "pcm"), [(-1, b"aa"), (10**7, b"aa"), (0, b""), (0, b"a"), (0, bytes(MAX_CHUNK + 2))]
)
def test_a_chunk_that_no_browser_of_ours_sends_is_refused_and_changes_nothing(
    tmp_path: Path, number: int, pcm: bytes
) -> None:
    recording = Recording(tmp_path)
    with pytest.raises(InputError, match="wanted: "):
        recording.add(number, pcm)
    assert recording.pcm() == b""


def test_a_full_recording_refuses_more_and_keeps_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "MAX_BYTES", 4)
    recording = Recording(tmp_path)
    recording.add(0, b"aaaa")
    with pytest.raises(InputError, match="the most that one can hold"):
        recording.add(1, b"bb")
    assert recording.add(0, b"aaaa") == 1  # what is here may be sent again
    assert recording.pcm() == b"aaaa"


def test_a_recording_deleted_under_the_browser_says_so_and_stays_deleted(tmp_path: Path) -> None:
    folder = tmp_path / "take"
    folder.mkdir()
    recording = Recording(folder)
    folder.rmdir()
    with pytest.raises(InputError, match="deleted meanwhile"):
        recording.add(0, b"aa")
    assert not folder.exists()


def test_a_full_disk_leaves_no_half_of_a_chunk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = Recording(tmp_path)
    recording.add(0, b"aa")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(journal.os, "fsync", full)
        with pytest.raises(SpeechError, match="No space left on device"):
            recording.add(1, b"bb")
    assert recording.add(1, b"cc") == 2
    assert Recording(tmp_path).pcm() == b"aacc"
