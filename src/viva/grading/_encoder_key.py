"""A key made ready for the encoder: its phrasings as vectors and as weighted bags of stems."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viva.bank import Criterion, Misconception
from viva.grading._encoder_net import EncoderNet, Floats, Words, unit
from viva.grading._scorecard import Asked
from viva.grading._text import STOPWORDS, content_stems

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
    pieces: NDArray[np.int8]
    """The word pieces of all phrasings (pieces, hidden), as int8 with `piece_scales`."""
    piece_scales: Floats
    piece_weights: Floats
    """What share of its phrasing's weight a piece carries."""
    first_pieces: NDArray[np.int64]
    """Where each phrasing's pieces start."""
    asked_stems: frozenset[str]
    """The question's own content stems."""

    @property
    def is_bare(self) -> bool:
        """Is this a reference cut into claims, with nothing beside them?"""
        return not self.misconceptions and all(
            not c.near_misses and c.accepts in ((), (c.claim,)) for c in self.criteria
        )

    def overlap(self, texts: list[str]) -> Floats:
        """(texts, phrasings): the share of each phrasing's weight whose stems a text holds."""
        held = np.zeros((len(texts), self.bags.shape[1]), np.float32)
        for row, text in enumerate(texts):
            for stem in content_stems(text):
                if stem in self.columns:
                    held[row, self.columns[stem]] = 1.0
        return held @ self.bags.T

    def coverage(self, states: Floats, spans: list[tuple[int, int]]) -> Floats:
        """(spans, phrasings): how well the pieces in a span cover each phrasing's meaning.

        `states` (pieces, hidden) are unit rows of the text; a span is (first, end) in pieces.
        coverage = sum over a phrasing's pieces of weight * best cosine to a piece of the span
        (the greedy matching of Zhang et al., BERTScore, 2020, recall side).
        """
        own = self.pieces.astype(np.float32) * self.piece_scales[:, None]
        likeness = states @ own.T  # a piece of the text a row, so that a span's rows lie together
        out = np.zeros((len(spans), len(self.texts)), np.float32)
        for row, (first, end) in enumerate(spans):
            if end > first:
                best = likeness[first:end].max(0) * self.piece_weights
                out[row] = np.add.reduceat(best, self.first_pieces)
        return out


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
    words = net.words_of(texts)
    weights = _piece_weights(words, net.words_of([asked.ask])[0], net)
    states = unit(np.concatenate([w.states for w in words]))
    scales = np.abs(states).max(1) / 127
    sizes = [len(w.ids) for w in words]
    return ReadyKey(
        criteria=criteria,
        misconceptions=wrong,
        texts=texts,
        says=tuple(rows[:n]),
        misses=tuple(rows[n : 2 * n]),
        beliefs=tuple(rows[2 * n :]),
        denied=tuple(place.get(m.contradicts or "", -1) for m in wrong),
        vectors=unit(np.stack([w.states.mean(0) for w in words])),
        bags=bags,
        columns=columns,
        pieces=np.round(states / scales[:, None]).astype(np.int8),
        piece_scales=scales,
        piece_weights=weights,
        first_pieces=np.concatenate([[0], np.cumsum(sizes)[:-1]]),
        asked_stems=frozenset(content_stems(asked.ask)),
    )


def _piece_weights(words: list[Words], ask: Words, net: EncoderNet) -> Floats:
    """Rare pieces weigh more, the question's own less, small words and marks nothing."""
    counts = Counter(int(id) for w in words for id in set(w.ids.tolist()))
    asked = set(ask.ids.tolist())
    weight = {
        id: 0.0 if _is_small(net.word_piece(id))
        else math.log(1 + len(words) / n) * (ASKED_WORDS_COUNT if id in asked else 1.0)
        for id, n in counts.items()
    }  # fmt: skip
    shares = []
    for w in words:
        own = np.array([weight[int(id)] for id in w.ids], np.float32)
        shares.append(own / max(float(own.sum()), 1e-6))
    return np.concatenate(shares)


def _is_small(piece: str) -> bool:
    return piece in STOPWORDS or not any(c.isalnum() for c in piece)


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
