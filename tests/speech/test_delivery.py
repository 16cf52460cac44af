"""Facts of delivery, counted by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.speech.voices import say, scene
from viva.speech import RATE, Audio, delivery_of, read_wav

SILENT = Audio(np.zeros(RATE, np.float32))


@pytest.mark.parametrize(
    ("text", "fillers"),
    [
        ("um it overfits uh um you know", (("um", 2), ("uh", 1), ("you know", 1))),
        (
            "Well, I mean, the model basically sort of memorises",
            (("basically", 1), ("i mean", 1), ("sort of", 1)),
        ),
        ("it looks like a kind of noise", (("kind of", 1),)),
        ("errors are like umbrellas", ()),
        ("you knew", ()),
    ],
)
def test_fillers_are_counted_and_words_that_only_look_like_them_are_not(
    text: str, fillers: tuple[tuple[str, int], ...]
) -> None:
    assert delivery_of(SILENT, text).fillers == fillers


@pytest.mark.parametrize(
    ("text", "repeated"),
    [
        ("the the model", (("the", 1),)),
        ("the um the model", (("the", 1),)),
        ("we can we can see it we can", (("we can", 1),)),
        ("it learns the it learns the noise", (("it learns the", 1),)),
        ("It's it's noise. Noise", (("it's", 1), ("noise", 1))),
        ("a very very long answer that that model had had", ()),
        ("no repeats at all", ()),
    ],
)
def test_what_is_said_twice_in_a_row_is_counted_once_with_its_words(
    text: str, repeated: tuple[tuple[str, int], ...]
) -> None:
    assert delivery_of(SILENT, text).repeated == repeated


def test_pace_counts_from_the_first_word_to_the_last_and_pauses_by_their_length() -> None:
    audio = scene((False, 3), (True, 2), (False, 1), (True, 2), (False, 3), (True, 2), (False, 5))
    found = delivery_of(audio, "word " * 20)
    assert found.seconds == pytest.approx(18)
    assert found.speaking_seconds == pytest.approx(6, abs=0.3)
    assert found.words_per_minute == pytest.approx(20 / 10 * 60, rel=0.03)
    assert found.n_pauses == 2
    (long,) = found.long_pauses
    assert (long.start_s, long.end_s) == pytest.approx((8, 11), abs=0.1)


def test_nothing_said_has_no_pace() -> None:
    assert delivery_of(SILENT, "").words_per_minute is None
    assert delivery_of(scene((False, 1), (True, 2), (False, 1)), "").words_per_minute is None


def test_two_recordings_add_up_and_the_time_between_them_does_not_count() -> None:
    first = delivery_of(scene((False, 1), (True, 2), (False, 1)), "um the the model")
    second = delivery_of(scene((True, 1), (False, 3), (True, 1), (False, 1)), "um uh noise")
    both = first + second
    assert both.n_words == 7
    assert both.seconds == pytest.approx(10)
    assert both.talk_seconds == pytest.approx(7, abs=0.2)
    assert both.fillers == (("um", 2), ("uh", 1))
    assert both.repeated == (("the", 1),)
    (long,) = both.long_pauses
    assert (long.start_s, long.end_s) == pytest.approx((5, 8), abs=0.1)


def test_a_faster_voice_has_the_higher_pace(tmp_path: Path) -> None:
    words = "the model memorises the noise of its training data and fails on new data"
    slow, fast = (
        delivery_of(read_wav(say(tmp_path / f"{pace}.wav", words, pace=pace)), words).words_per_minute
        for pace in (120, 220)
    )
    assert slow is not None
    assert fast is not None
    assert 1.4 < fast / slow < 2.2
