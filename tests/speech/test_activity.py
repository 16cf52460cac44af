"""Where somebody speaks, against times that are known because the sound was made that way."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.speech.voices import say
from viva.exceptions import InputError
from viva.speech import RATE, Audio, check_speech, find_speech, read_wav


def _speechlike(seconds: float, rng: np.random.Generator, loud: float) -> np.ndarray:
    """Noise that rises and falls four times a second, as syllables do."""
    t = np.arange(round(seconds * RATE)) / RATE
    return loud * rng.normal(size=len(t)) * (0.3 + 0.7 * np.abs(np.sin(2 * np.pi * 4 * t)))


def _scene(
    parts: list[tuple[bool, float]], *, loud: float = 0.1, hiss: float = 0.001, seed: int = 0
) -> Audio:
    """Stretches of (somebody speaks, seconds) over a hiss."""
    rng = np.random.default_rng(seed)
    sound = [_speechlike(s, rng, loud) if speaks else np.zeros(round(s * RATE)) for speaks, s in parts]
    whole = np.concatenate(sound)
    return Audio((whole + hiss * rng.normal(size=len(whole))).astype(np.float32))


SCENE = [(False, 0.7), (True, 1.5), (False, 0.8), (True, 2.0), (False, 2.5), (True, 1.0), (False, 0.5)]
TIMES = [(0.7, 2.2), (3.0, 5.0), (7.5, 8.5)]


@pytest.mark.parametrize("loud", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("hiss", [0.0, 0.0003, 0.002])
def test_speech_is_found_to_a_few_hundredths_of_a_second_loud_or_soft(loud: float, hiss: float) -> None:
    found = find_speech(_scene(SCENE, loud=loud, hiss=hiss))
    assert len(found) == len(TIMES)
    for span, (start, end) in zip(found, TIMES, strict=True):
        assert span.start_s == pytest.approx(start, abs=0.06)
        assert span.end_s == pytest.approx(end, abs=0.06)


def test_a_word_in_a_long_silence_is_found() -> None:
    (span,) = find_speech(_scene([(False, 20.0), (True, 0.4), (False, 20.0)]))
    assert span.start_s == pytest.approx(20.0, abs=0.06)


def test_spoken_words_and_the_pause_between_them_are_found(tmp_path: Path) -> None:
    first = say(tmp_path / "a.wav", "overfitting", after=1.5)
    second = say(tmp_path / "b.wav", "memorises noise")
    a, b = read_wav(first), read_wav(second)
    found = find_speech(Audio(np.concatenate([a.samples, b.samples])))
    gaps = [y.start_s - x.end_s for x, y in pairwise(found)]
    assert 1.4 < max(gaps) < 2.2
    assert sum(gap > 0.5 for gap in gaps) == 1


@pytest.mark.parametrize("level", [0.0, 0.0005, 0.01, 0.3])
def test_an_even_hiss_is_nobody_speaking_however_loud(level: float) -> None:
    noise = np.random.default_rng(1).normal(size=5 * RATE) * level
    assert find_speech(Audio(noise.astype(np.float32))) == ()


def test_a_hum_is_nobody_speaking() -> None:
    hum = 0.2 * np.sin(2 * np.pi * 50 * np.arange(5 * RATE) / RATE)
    assert find_speech(Audio(hum.astype(np.float32))) == ()


def test_silence_and_noise_are_told_apart_in_what_is_said_of_them() -> None:
    with pytest.raises(InputError, match=r"found silence \(2\.0 s, never louder than -90 dB\)"):
        check_speech(Audio(np.zeros(2 * RATE, np.float32)))
    noise = (0.1 * np.random.default_rng(2).normal(size=2 * RATE)).astype(np.float32)
    with pytest.raises(InputError, match=r"found an even noise \(2\.0 s at -\d+ dB\)"):
        check_speech(Audio(noise))
    with pytest.raises(InputError, match=r"0 samples"):
        check_speech(Audio(np.zeros(0, np.float32)))


def test_less_than_a_frame_is_nobody_speaking() -> None:
    assert find_speech(Audio(np.ones(100, np.float32))) == ()
