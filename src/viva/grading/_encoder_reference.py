"""What the encoder looks at when the key is a bare reference: no phrasings, no near misses, few words.

The answer is read whole and in stretches beside each claim, forwards and backwards (an answer to which
the claim says nothing new is close to it), with shared meaning and shared words beside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viva.grading._encoder_features import is_negated, read_pieces
from viva.grading._encoder_key import ReadyKey
from viva.grading._encoder_net import EncoderNet, Floats, unit
from viva.grading._text import STOPWORDS, Window, content_stems, tokens, windows

REFERENCE_FEATURES = (
    "entails_whole", "contradicts_whole", "entails_best", "contradicts_best", "entails_back",
    "contradicts_back", "vector", "cover", "cover_back", "words", "words_back", "negation_differs",
    "length", "claim_length",
)  # fmt: skip
ANSWER_FEATURES = (
    "met", "most_met", "least_met", "denied", "plain_cover", "vector", "cover_back", "words_back",
    "length_ratio",
)  # fmt: skip
"""Of an answer beside a whole reference; `met` and `denied` are probabilities over its claims."""
STRETCHES = 2
"""Stretches of the answer read beside each claim, besides the whole."""
WHOLE_WORDS = 60
"""An answer of more words than this is read in stretches alone; the longest pair is 72 word pieces."""
_LARGE = 12.0


@dataclass(frozen=True)
class Compared:
    """An answer beside each claim of a reference: (claims, features), and the stretch that fits best."""

    features: Floats
    best: tuple[Window, ...]


def compare(text: str, ready: ReadyKey, net: EncoderNet) -> Compared:
    """Everything the reference layer needs to know of `text`; at least one word."""
    whole = Window(0, len(text), text)
    cut = [w for w in windows(text) if tokens(w.text)]
    found = (whole, *(w for w in cut if (w.start, w.end) != (0, len(text.strip()))))
    likeness = _Likeness(text, found, ready, net)
    claims = [int(rows[0]) for rows in ready.says]
    picked = [_picked(likeness, row, is_long=len(tokens(text)) > WHOLE_WORDS) for row in claims]
    pairs = [(found[w].text, ready.texts[row]) for row, ws in zip(claims, picked, strict=True) for w in ws]
    back = [(ready.texts[row], found[ws[0]].text) for row, ws in zip(claims, picked, strict=True)]
    got = net.entailment([*pairs, *back])
    odds = np.clip(np.log((got + 1e-5) / (1 - got + 1e-5)), -_LARGE, _LARGE)
    rows, best, at = [], [], 0
    for i, (row, ws) in enumerate(zip(claims, picked, strict=True)):
        mine = odds[at : at + len(ws)]
        at += len(ws)
        rows.append(_features(mine, odds[len(pairs) + i], likeness, row, text, ready.texts[row]))
        best.append(found[ws[int(mine[:, 0].argmax())]])
    return Compared(np.array(rows, np.float32), tuple(best))


def whole_features(compared: Compared, met: Floats, denied: Floats, ready: ReadyKey, text: str) -> Floats:
    """(1, len(ANSWER_FEATURES)): what all claims say together of an answer.

    `plain_cover` is the share of the reference's stems, the question's own left out, that the answer
    holds: the baseline that a trained judge must beat.
    """
    said = set(content_stems(text))
    wanted = {s for rows in ready.says for s in content_stems(ready.texts[int(rows[0])])} - ready.asked_stems
    weight = np.maximum(compared.features[:, _CLAIM_LENGTH], 0.1)
    own = compared.features[:, _SHOWN]
    vector, cover_back, words_back = np.average(own, axis=0, weights=weight)
    row = [
        float(np.average(met, weights=weight)), float(met.max()), float(met.min()), float(denied.max()),
        len(said & wanted) / max(1, len(wanted)), vector, cover_back, words_back,
        float(np.log1p(len(said)) - np.log1p(len(wanted))),
    ]  # fmt: skip
    return np.array([row], np.float32)


_CLAIM_LENGTH = REFERENCE_FEATURES.index("claim_length")
_SHOWN = [REFERENCE_FEATURES.index(n) for n in ("vector", "cover_back", "words_back")]


class _Likeness:
    """Shared meaning of the whole answer and of its stretches with each phrasing."""

    def __init__(self, text: str, found: tuple[Window, ...], ready: ReadyKey, net: EncoderNet) -> None:
        pieces = read_pieces(text, found, net)
        self._ids, self._states = pieces.ids, unit(pieces.states)
        self.cover = ready.coverage(self._states, pieces.spans)
        self.vector = unit(pieces.states.mean(0, keepdims=True))[0] @ ready.vectors.T
        self.words = ready.overlap([text])[0]
        self._ready, self._net = ready, net

    def back(self, row: int) -> float:
        """How well a phrasing covers the answer: the mean best likeness of the answer's content words."""
        ready = self._ready
        end = ready.first_pieces[row + 1] if row + 1 < len(ready.first_pieces) else len(ready.pieces)
        first = int(ready.first_pieces[row])
        own = ready.pieces[first:end].astype(np.float32) * ready.piece_scales[first:end, None]
        real = [not _is_small(self._net.word_piece(int(i))) for i in self._ids]
        return float((self._states[real] @ own.T).max(1).mean()) if any(real) else 0.0


def _is_small(piece: str) -> bool:
    return piece in STOPWORDS or not any(c.isalnum() for c in piece)


def _picked(likeness: _Likeness, row: int, *, is_long: bool) -> list[int]:
    """The whole answer (when it can be read at once) and the stretches most like the claim."""
    order = np.argsort(-likeness.cover[1:, row], kind="stable")[: STRETCHES + is_long] + 1
    picked = [int(w) for w in order]
    return picked if is_long and picked else [0, *picked]


def _features(
    odds: Floats, back: Floats, likeness: _Likeness, row: int, text: str, claim: str
) -> list[float]:
    said, wanted = set(content_stems(text)), set(content_stems(claim))
    return [
        float(odds[0, 0]), float(odds[0, 2]), float(odds[:, 0].max()), float(odds[:, 2].max()),
        float(back[0]), float(back[2]), float(likeness.vector[row]), float(likeness.cover[0, row]),
        likeness.back(row), float(likeness.words[row]), len(said & wanted) / max(1, len(said)),
        float(is_negated(text) != is_negated(claim)), float(np.log1p(len(said))),
        float(np.log1p(len(wanted))),
    ]  # fmt: skip
