"""What the encoder looks at: for each claim of a key, the stretches that may state it, in numbers.

Cheap likeness (vectors and shared stems, the best over all phrasings) picks the few stretches that
the pair network then reads beside the claim and beside its nearest phrasing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viva.grading._encoder_key import ReadyKey
from viva.grading._encoder_net import EncoderNet, Floats, Spans, unit
from viva.grading._text import Window, content_stems, sentences, tokens, windows

CRITERION_FEATURES = (
    "vector", "words", "cover", "vector_claim", "cover_claim", "vector_miss", "words_miss",
    "cover_miss", "vector_belief", "words_belief", "cover_belief", "vector_rival", "words_rival",
    "cover_rival", "entails_claim", "contradicts_claim",
    "length", "negation_differs",
)  # fmt: skip
BELIEF_FEATURES = (
    "vector", "words", "cover", "vector_right", "words_right", "cover_right", "vector_sibling",
    "cover_sibling", "entails_belief", "contradicts_belief", "contradicts_denied",
    "entails_denied", "vector_miss", "cover_miss", "length", "negation_differs",
)  # fmt: skip
WHOLE_FEATURES = ("cover_all", "cover_all_top", "words_all", "vector_all", "cover_claim_all")
"""Of a whole answer beside a criterion: a claim may be spread over sentences, none of which says it."""
TOP = 3
"""How many phrasings count for `cover_all_top`."""
CHUNK_WORDS = 36
"""Words are read in context of at most this many."""
WORDS_COUNT = 0.3
"""What shared words add to covered meaning when stretches are picked."""
LEAST_LIKENESS = 0.4
"""A stretch less like every phrasing than this isn't read further."""
_LARGE = 12.0
_NOT = re.compile(r"\b(?:not|no|never|none|nor|without|cannot|\w+n't|\w+n’t|dont|doesnt|isnt|cant)\b")


@dataclass(frozen=True)
class Candidates:
    """The stretches that may state each owner's claim: one row a pair of owner and window."""

    owner: NDArray[np.int64]
    window: NDArray[np.int64]
    features: Floats


@dataclass(frozen=True)
class Found:
    """What was read: windows of the text, candidates for criteria and for misconceptions."""

    windows: tuple[Window, ...]
    criteria: Candidates
    beliefs: Candidates
    whole: Floats
    """(criteria, WHOLE_FEATURES)."""


@dataclass(frozen=True)
class Reach:
    """How many stretches a claim is compared with by the pair network."""

    per_criterion: int = 2
    per_belief: int = 1
    least: float = LEAST_LIKENESS


@dataclass(frozen=True)
class _Likeness:
    """(windows, owners) each: the best over the owner's phrasings, and which phrasing that was."""

    vector: Floats
    words: Floats
    cover: Floats
    nearest: NDArray[np.int64]


def read(text: str, ready: ReadyKey, net: EncoderNet, reach: Reach = Reach()) -> Found:
    """Everything the calibrated layer needs to know of `text`."""
    found = _stretches(text)
    n_criteria, n_beliefs = len(ready.criteria), len(ready.misconceptions)
    if not found:
        nothing = np.zeros((n_criteria, len(WHOLE_FEATURES)), np.float32)
        return Found((), _none(CRITERION_FEATURES), _none(BELIEF_FEATURES), nothing)
    says, misses, beliefs, claim, whole = _likenesses(text, found, ready, net)
    picked = _pick(says, n_criteria, reach.per_criterion, reach.least)
    doubted = _pick(beliefs, n_beliefs, reach.per_belief, reach.least)
    asked = _Asked(found, ready, net, picked, doubted, says.nearest, beliefs.nearest)
    shape = np.array([[np.log1p(len(content_stems(w.text)))] for w in found], np.float32)
    return Found(
        found,
        _criteria(ready, picked, asked, (says, misses, beliefs), claim, shape),
        _beliefs(ready, doubted, asked, (says, misses, beliefs), shape),
        whole,
    )


def _stretches(text: str) -> tuple[Window, ...]:
    """The windows that hold words; what is said again word for word counts once."""
    first: dict[str, Window] = {}
    for window in windows(text):
        if tokens(window.text):
            first.setdefault(window.text, window)
    return tuple(first.values())


@dataclass(frozen=True)
class FirstLook:
    """What likeness alone picks for reading: (owner, window) of criteria; of misconceptions also the
    row of the nearest phrasing."""

    windows: tuple[Window, ...]
    criteria: list[tuple[int, int]]
    beliefs: list[tuple[int, int, int]]


def first_look(text: str, ready: ReadyKey, net: EncoderNet, reach: Reach) -> FirstLook:
    """The stretches of `text` that the pair network would be asked about."""
    found = _stretches(text)
    if not found:
        return FirstLook((), [], [])
    says, _, beliefs, *_ = _likenesses(text, found, ready, net)
    c, w = _pick(says, len(ready.criteria), reach.per_criterion, reach.least)
    m, v = _pick(beliefs, len(ready.misconceptions), reach.per_belief, reach.least)
    return FirstLook(
        found,
        [(int(i), int(j)) for i, j in zip(c, w, strict=True)],
        [(int(i), int(j), int(beliefs.nearest[j, i])) for i, j in zip(m, v, strict=True)],
    )


def _likenesses(
    text: str, found: tuple[Window, ...], ready: ReadyKey, net: EncoderNet
) -> tuple[_Likeness, _Likeness, _Likeness, tuple[Floats, Floats], Floats]:
    """Likeness to what is right, to near misses and to misconceptions; to the bare claims; and the
    whole text's likeness to each criterion."""
    pieces = read_pieces(text, found, net)
    states, spans = pieces.states, pieces.spans
    means = [states[a:b].mean(0) if b > a else np.zeros(net.n_hidden) for a, b in spans]
    vector = unit(np.array([*means, states.mean(0)], np.float32)) @ ready.vectors.T
    cover = ready.coverage(unit(states), [*spans, (0, len(states))])
    words = ready.overlap([*(w.text for w in found), text])
    whole = _whole(vector[-1], words[-1], cover[-1], ready)
    vector, words, cover = vector[:-1], words[:-1], cover[:-1]
    says, misses, beliefs = (
        _likeness(vector, words, cover, rows) for rows in (ready.says, ready.misses, ready.beliefs)
    )
    first = [int(rows[0]) for rows in ready.says]
    return says, misses, beliefs, (vector[:, first], cover[:, first]), whole


def _whole(vector: Floats, words: Floats, cover: Floats, ready: ReadyKey) -> Floats:
    rows = [
        (
            cover[own].max(),
            np.sort(cover[own])[-TOP:].mean(),
            words[own].max(),
            vector[own].max(),
            cover[own[0]],
        )
        for own in ready.says
    ]
    return np.array(rows, np.float32).reshape(len(ready.says), len(WHOLE_FEATURES))


@dataclass(frozen=True)
class Pieces:
    """The word pieces of a text, each read in the context of its chunk, and where windows stand in them."""

    ids: NDArray[np.int64]
    states: Floats
    """(pieces, hidden)."""
    spans: Spans
    """For each window, its first piece and the one after its last."""


def read_pieces(text: str, found: tuple[Window, ...], net: EncoderNet) -> Pieces:
    """The word pieces of `text`, which holds at least one word."""
    parts = chunks(text)
    words = net.words_of([text[start:end] for start, end in parts])
    at = np.concatenate([w.offsets + c[0] for w, c in zip(words, parts, strict=True)])
    spans = [
        (int(np.searchsorted(at[:, 0], w.start)), int(np.searchsorted(at[:, 1], w.end, "right")))
        for w in found
    ]
    return Pieces(np.concatenate([w.ids for w in words]), np.concatenate([w.states for w in words]), spans)


def chunks(text: str) -> Spans:
    """Sentences, and runs of CHUNK_WORDS words of longer ones: together all words, none twice."""
    found: Spans = []
    for sentence in sentences(text):
        words = tokens(sentence.text)
        for at in range(0, len(words), CHUNK_WORDS):
            part = words[at : at + CHUNK_WORDS]
            found.append((sentence.start + part[0].start, sentence.start + part[-1].end))
    return found


def _likeness(
    vector: Floats, words: Floats, cover: Floats, groups: tuple[NDArray[np.int64], ...]
) -> _Likeness:
    best = np.zeros((3, len(vector), len(groups)), np.float32)
    nearest = np.zeros((len(vector), len(groups)), np.int64)
    for j, rows in enumerate(groups):
        if len(rows):
            best[:, :, j] = [values[:, rows].max(1) for values in (vector, words, cover)]
            nearest[:, j] = rows[cover[:, rows].argmax(1)]
    return _Likeness(best[0], best[1], best[2], nearest)


def _pick(
    like: _Likeness, n_owners: int, most: int, least: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Owner and window of the stretches worth reading, at most `most` an owner."""
    owners, picked = [], []
    for owner in range(n_owners):
        value = like.cover[:, owner] + WORDS_COUNT * like.words[:, owner]
        for window in np.argsort(-value, kind="stable")[:most]:
            if value[window] >= least:
                owners.append(owner)
                picked.append(int(window))
    return np.array(owners, np.int64), np.array(picked, np.int64)


class _Asked:
    """The pair network's answers, each distinct pair asked once."""

    def __init__(
        self,
        found: tuple[Window, ...],
        ready: ReadyKey,
        net: EncoderNet,
        picked: tuple[NDArray[np.int64], NDArray[np.int64]],
        doubted: tuple[NDArray[np.int64], NDArray[np.int64]],
        near_say: NDArray[np.int64],
        near_belief: NDArray[np.int64],
    ) -> None:
        self.claim = [(int(w), int(ready.says[c][0])) for c, w in zip(*picked, strict=True)]
        self.phrase = [int(near_say[w, c]) for c, w in zip(*picked, strict=True)]
        self.belief = [(int(w), int(near_belief[w, m])) for m, w in zip(*doubted, strict=True)]
        denied = [(ready.denied[m], int(w)) for m, w in zip(*doubted, strict=True)]
        self.denied = [(w, int(ready.says[c][0])) if c >= 0 else None for c, w in denied]
        wanted = [*self.claim, *self.belief, *(d for d in self.denied if d)]
        pairs = list(dict.fromkeys(wanted))
        self.negated = [is_negated(window.text) for window in found]
        got = net.entailment([(found[w].text, ready.texts[row]) for w, row in pairs])
        odds = np.clip(np.log((got + 1e-5) / (1 - got + 1e-5)), -_LARGE, _LARGE)
        self._odds = dict(zip(pairs, odds, strict=True))
        self.n_pairs = len(pairs)

    def odds(self, pairs: list[tuple[int, int]] | list[tuple[int, int] | None]) -> Floats:
        """(pairs, 3) log odds; a missing pair is as even as three classes are."""
        even = np.full(3, np.log(0.5), np.float32)
        rows = [self._odds[p] if p is not None else even for p in pairs]
        return np.array(rows, np.float32).reshape(len(pairs), 3)


def _criteria(
    ready: ReadyKey,
    picked: tuple[NDArray[np.int64], NDArray[np.int64]],
    asked: _Asked,
    like: tuple[_Likeness, _Likeness, _Likeness],
    claim: tuple[Floats, Floats],
    length: Floats,
) -> Candidates:
    c, w = picked
    says, misses, beliefs = like
    by_claim = asked.odds(asked.claim)
    columns = [
        says.vector[w, c], says.words[w, c], says.cover[w, c], claim[0][w, c], claim[1][w, c],
        misses.vector[w, c], misses.words[w, c], misses.cover[w, c],
        _top(beliefs.vector)[w], _top(beliefs.words)[w], _top(beliefs.cover)[w],
        _rival(says.vector)[w, c], _rival(says.words)[w, c], _rival(says.cover)[w, c],
        by_claim[:, 0], by_claim[:, 2],
        length[w, 0], _negation(asked, ready, w, asked.phrase),
    ]  # fmt: skip
    return Candidates(c, w, np.stack(columns, 1).astype(np.float32))


def _beliefs(
    ready: ReadyKey,
    doubted: tuple[NDArray[np.int64], NDArray[np.int64]],
    asked: _Asked,
    like: tuple[_Likeness, _Likeness, _Likeness],
    length: Floats,
) -> Candidates:
    m, w = doubted
    says, misses, beliefs = like
    by_belief, by_denied = asked.odds(asked.belief), asked.odds(asked.denied)
    phrase = [row for _, row in asked.belief]
    columns = [
        beliefs.vector[w, m], beliefs.words[w, m], beliefs.cover[w, m],
        _top(says.vector)[w], _top(says.words)[w], _top(says.cover)[w],
        _rival(beliefs.vector)[w, m], _rival(beliefs.cover)[w, m],
        by_belief[:, 0], by_belief[:, 2], by_denied[:, 2], by_denied[:, 0],
        _top(misses.vector)[w], _top(misses.cover)[w], length[w, 0],
        _negation(asked, ready, w, phrase),
    ]  # fmt: skip
    return Candidates(m, w, np.stack(columns, 1).astype(np.float32))


def _top(values: Floats) -> Floats:
    return values.max(1) if values.shape[1] else np.zeros(len(values), np.float32)


def _rival(values: Floats) -> Floats:
    """For each (window, owner), the best of the other owners; 0 when there is none."""
    n = values.shape[1]
    if n < 2:
        return np.zeros_like(values)
    top = np.sort(values, 1)[:, -2:]
    return np.where(values == top[:, 1:], top[:, :1], top[:, 1:]).astype(np.float32)


def _negation(asked: _Asked, ready: ReadyKey, windows_: NDArray[np.int64], phrases: list[int]) -> Floats:
    said = [asked.negated[int(w)] for w in windows_]
    wanted = [is_negated(ready.texts[row]) for row in phrases]
    return np.array([a != b for a, b in zip(said, wanted, strict=True)], np.float32)


def is_negated(text: str) -> bool:
    """Does `text` hold an odd number of negations?"""
    return len(_NOT.findall(text.lower())) % 2 == 1


def _none(names: tuple[str, ...]) -> Candidates:
    empty = np.zeros(0, np.int64)
    return Candidates(empty, empty, np.zeros((0, len(names)), np.float32))
