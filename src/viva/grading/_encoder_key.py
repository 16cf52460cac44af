"""A key made ready for the encoder: its phrasings as vectors and as weighted bags of stems."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viva.bank import Criterion, Misconception
from viva.grading._encoder_net import EncoderNet, Floats
from viva.grading._scorecard import Asked
from viva.grading._text import content_stems

ASKED_WORDS_COUNT = 1 / 3
"""What a word of the question counts: an answer that only repeats it has said little."""


@dataclass(frozen=True)
class ReadyKey:
    """The phrasings of a key, one row each, and who owns which rows."""

    criteria: tuple[Criterion, ...]
    misconceptions: tuple[Misconception, ...]
    texts: tuple[str, ...]
    says: tuple[NDArray[np.int64], ...]
    """For each criterion, the rows of its claim (first) and accepted phrasings."""
    misses: tuple[NDArray[np.int64], ...]
    """For each criterion, the rows of its near misses; may be empty."""
    beliefs: tuple[NDArray[np.int64], ...]
    """For each misconception, the rows of its phrasings."""
    denied: tuple[int, ...]
    """For each misconception, the index of the criterion it contradicts, or -1."""
    vectors: Floats
    bags: Floats
    """(texts, stems): the share of a phrasing's weight that a stem carries."""
    columns: dict[str, int]

    def overlap(self, texts: list[str]) -> Floats:
        """(texts, phrasings): the share of each phrasing's weight whose stems a text holds."""
        held = np.zeros((len(texts), self.bags.shape[1]), np.float32)
        for row, text in enumerate(texts):
            for stem in content_stems(text):
                if stem in self.columns:
                    held[row, self.columns[stem]] = 1.0
        return held @ self.bags.T


def make_ready(asked: Asked, net: EncoderNet) -> ReadyKey:
    """The key of `asked`, with the criteria that apply to its audience."""
    criteria = tuple(c for c in asked.key.criteria if c.applies_to(asked.audience))
    wrong = asked.key.misconceptions
    groups = [(c.claim, *c.accepts) for c in criteria]
    groups += [c.near_misses for c in criteria]
    groups += [m.says for m in wrong]
    texts = tuple(text for group in groups for text in group)
    rows = np.split(np.arange(len(texts)), np.cumsum([len(g) for g in groups])[:-1])
    n = len(criteria)
    place = {c.id: i for i, c in enumerate(criteria)}
    columns, bags = _bags(texts, asked.ask)
    return ReadyKey(
        criteria=criteria,
        misconceptions=wrong,
        texts=texts,
        says=tuple(rows[:n]),
        misses=tuple(rows[n : 2 * n]),
        beliefs=tuple(rows[2 * n :]),
        denied=tuple(place.get(m.contradicts or "", -1) for m in wrong),
        vectors=net.vectors(texts),
        bags=bags,
        columns=columns,
    )


def _bags(texts: tuple[str, ...], ask: str) -> tuple[dict[str, int], Floats]:
    held = [frozenset(content_stems(text)) for text in texts]
    counts = Counter(stem for stems in held for stem in stems)
    columns = {stem: i for i, stem in enumerate(sorted(counts))}
    asked = frozenset(content_stems(ask))
    bags = np.zeros((len(texts), len(columns)), np.float32)
    for row, stems in enumerate(held):
        for stem in stems:
            rare = math.log(1 + len(texts) / counts[stem])
            bags[row, columns[stem]] = rare * (ASKED_WORDS_COUNT if stem in asked else 1.0)
    return columns, bags / np.maximum(bags.sum(1, keepdims=True), 1e-6)
