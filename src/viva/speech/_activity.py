"""Where somebody speaks: voice activity by energy.

Sound is measured in frames of 20 ms every 10 ms. The quiet of this recording (its 10th percentile) and its
loud (the 95th) are taken from the recording itself, and a frame is speech when it stands clearly above the
quiet: 35% of the way up in decibels, and no more than 35 dB below the loud. Gaps of up to 0.2 s are within
words; bursts under 0.06 s are clicks. A recording whose level hardly moves holds a hum or a hiss: speech
always rises and falls.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viva.exceptions import InputError
from viva.speech._audio import RATE, Audio

FRAME_S, STEP_S = 0.02, 0.01
JOIN_S, CLICK_S = 0.2, 0.06
QUIETEST_DB = -55.0
"""A recording that never gets louder than this (relative to full scale) is silence."""
MIN_RANGE_DB = 9.0
"""The least distance between a recording's loud and quiet frames when somebody speaks."""
SHARE, BELOW_LOUD_DB = 0.35, 35.0


@dataclass(frozen=True)
class Span:
    """A stretch of time in a recording, in seconds."""

    start_s: float
    end_s: float

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.end_s - self.start_s


def levels(audio: Audio) -> NDArray[np.float64]:
    """Loudness every STEP_S, in decibels below full scale, at least -90."""
    step, frame = round(STEP_S * RATE), round(FRAME_S * RATE)
    if len(audio.samples) < frame:
        return np.zeros(0)
    energy = np.concatenate([[0.0], np.cumsum(audio.samples.astype(np.float64) ** 2)])
    starts = np.arange(0, len(audio.samples) - frame + 1, step)
    power = (energy[starts + frame] - energy[starts]) / frame
    found: NDArray[np.float64] = 10 * np.log10(np.maximum(power, 1e-9))
    return found


def find_speech(audio: Audio) -> tuple[Span, ...]:
    """The stretches in which somebody speaks, in order; none in silence, hum or hiss."""
    found = levels(audio)
    if not len(found):
        return ()
    quiet, loud = np.percentile(found, (10, 95))
    # Speech that fills a small part of a recording doesn't reach its 95th percentile.
    loud = max(loud, np.percentile(found, 99.5) - 6)
    if loud < QUIETEST_DB or loud - quiet < MIN_RANGE_DB:
        return ()
    threshold = max(quiet + SHARE * (loud - quiet), loud - BELOW_LOUD_DB)
    return _spans(found > threshold)


def _spans(speaks: NDArray[np.bool_]) -> tuple[Span, ...]:
    """Runs of speaking frames, joined over short gaps, without clicks."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], speaks.astype(np.int8), [0]])))
    runs: list[list[float]] = []
    for start, end in edges.reshape(-1, 2):
        start_s, end_s = float(start * STEP_S), float((end - 1) * STEP_S + FRAME_S)
        if runs and start_s - runs[-1][1] <= JOIN_S:
            runs[-1][1] = end_s
        else:
            runs.append([start_s, end_s])
    return tuple(Span(a, b) for a, b in runs if b - a >= CLICK_S)


def check_speech(audio: Audio, *, name: str = "the recording") -> tuple[Span, ...]:
    """`find_speech`, but raises InputError where nobody speaks."""
    if not len(audio.samples):
        raise InputError(f"{name}: found no sound in it (0 samples); record it again")
    found = find_speech(audio)
    if found:
        return found
    loudest = float(levels(audio).max(initial=-90.0))
    if loudest < QUIETEST_DB:
        raise InputError(
            f"{name}: found silence ({audio.seconds:.1f} s, never louder than {loudest:.0f} dB); "
            "wanted: speech. Is the right microphone chosen, and is it switched on? What there is, is kept"
        )
    raise InputError(
        f"{name}: found an even noise ({audio.seconds:.1f} s at {loudest:.0f} dB) and no speech; "
        "move closer to the microphone, or choose another. What there is, is kept"
    )
