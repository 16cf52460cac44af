"""The unit of training: a span, a claim, and what the span says of the claim."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

ENTAIL, NEUTRAL, CONTRADICT, NOT_ENTAIL = 0, 1, 2, 3
"""Targets. The last one is for data that doesn't tell neutral from contradictory."""


@dataclass(frozen=True)
class Pair:
    """Does `span` say `claim`?"""

    span: str
    claim: str
    target: int
    kind: str
    """Where it comes from, such as ``accepts`` or ``nli.cad``: for counting and for weights."""
    question: str = ""
    """The question that it must be held out with; empty for public data."""
    weight: float = 1.0


def sampled(things: Sequence[T], n: int, rng: random.Random) -> list[T]:
    """At most `n` of `things`, in a random order."""
    return rng.sample(list(things), min(n, len(things)))
