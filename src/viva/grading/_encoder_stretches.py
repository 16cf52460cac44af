"""Which stretches of an answer are wrong: each is weighed beside what the rest of the answer says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viva.grading._encoder_features import Candidates, Found
from viva.grading._encoder_layer import FLOOR, WRONG_FEATURES, Logistic, Odds, sigmoid
from viva.grading._encoder_net import Floats

BESIDE = 3
"""How many of the strongest stretches elsewhere stand for the rest of an answer."""
ALONE = -4.0
"""Log odds taken for the rest of an answer that has no other stretch."""


def stretch_features(found: Found, odds: Odds) -> tuple[NDArray[np.int64], Floats]:
    """The windows that were read, and (windows, WRONG_FEATURES) of them."""
    own = np.full((len(found.windows), 3), FLOOR, np.float32)
    np.maximum.at(own[:, 0], found.beliefs.window, odds.states)
    np.maximum.at(own[:, 1], found.criteria.window, odds.denies)
    np.maximum.at(own[:, 2], found.criteria.window, odds.meets)
    seen = np.flatnonzero((own > FLOOR).any(1))
    if not len(seen):
        return seen, np.zeros((0, len(WRONG_FEATURES)), np.float32)
    starts = np.array([found.windows[w].start for w in seen])
    ends = np.array([found.windows[w].end for w in seen])
    apart = (ends[:, None] <= starts) | (starts[:, None] >= ends)
    beside = [_strongest(own[seen[row]]) for row in apart]
    return seen, np.concatenate([own[seen], np.array(beside, np.float32)], 1)


def _strongest(rest: Floats) -> Floats:
    if not len(rest):
        return np.full(3, ALONE, np.float32)
    return np.asarray(np.sort(rest, 0)[-BESIDE:].mean(0), np.float32)


@dataclass(frozen=True)
class WrongStretch:
    """A stretch that reads as wrong and the candidate that it most clearly states or denies."""

    window: int
    probability: float
    is_belief: bool
    """A misconception is stated; else a criterion is denied."""
    owner: int
    """The index of that misconception or criterion."""


@dataclass(frozen=True)
class Wrong:
    """How much of an answer is wrong, and where."""

    share: float
    """Mean probability over the stretches that were read, 0-1."""
    stretches: tuple[WrongStretch, ...]
    """Apart from each other, the surest first."""


def find_wrong(found: Found, odds: Odds, layer: Logistic, least: float) -> Wrong:
    """The wrong stretches of at least probability `least`."""
    seen, features = stretch_features(found, odds)
    if not len(seen):
        return Wrong(0.0, ())
    sure = sigmoid(layer.odds(features))
    taken: list[WrongStretch] = []
    for i in np.argsort(-sure, kind="stable"):
        window = int(seen[i])
        if sure[i] < least:
            break
        if all(_apart(found, window, other.window) for other in taken):
            taken.append(WrongStretch(window, float(sure[i]), *_nearest(found, odds, window)))
    return Wrong(float(sure.mean()), tuple(taken))


def _apart(found: Found, a: int, b: int) -> bool:
    one, two = found.windows[a], found.windows[b]
    return one.end <= two.start or two.end <= one.start


def _nearest(found: Found, odds: Odds, window: int) -> tuple[bool, int]:
    belief, stated = _best(found.beliefs, odds.states, window)
    criterion, denied = _best(found.criteria, odds.denies, window)
    return (True, belief) if stated >= denied else (False, criterion)


def _best(candidates: Candidates, odds: Floats, window: int) -> tuple[int, float]:
    mine = np.flatnonzero(candidates.window == window)
    if not len(mine):
        return 0, -np.inf
    top = mine[odds[mine].argmax()]
    return int(candidates.owner[top]), float(odds[top])
