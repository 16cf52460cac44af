"""Wording lifted from known texts: a fact beside the score, never a penalty.

A run of RUN words counts as lifted when at least ALIKE of them stand, in order, in one known text: small
edits don't hide it, and common short turns of phrase don't trigger it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from viva.grading._scorecard import Evidence
from viva.grading._text import Token, tokens

RUN, ALIKE = 9, 8
SHARE_TO_FLAG = 0.3
"""Share of the response's words that must be lifted before the notice is given."""

_Grams = frozenset[tuple[str, ...]]


def recited_spans(text: str, known_texts: Iterable[str]) -> tuple[Evidence, ...]:
    """The stretches of `text` that stand almost word for word in one of `known_texts`."""
    words = tokens(text)
    lifted = [False] * len(words)
    known: set[tuple[str, ...]] = set()
    for line in known_texts:
        known |= _gapped(line)
    for at in range(len(words) - RUN + 1):
        run = tuple(t.word for t in words[at : at + RUN])
        if any(gram in known for gram in _one_left_out(run)):
            lifted[at : at + RUN] = [True] * RUN
    return tuple(_spans(text, words, lifted))


def is_recitation(text: str, spans: tuple[Evidence, ...]) -> bool:
    """Is enough of `text` lifted for the person to be told?"""
    n = len(tokens(text))
    return n > 0 and sum(len(tokens(s.quote)) for s in spans) >= SHARE_TO_FLAG * n


@lru_cache(maxsize=4096)
def _gapped(line: str) -> _Grams:
    """Every run of the line with any one word left out, so that one edit still matches."""
    words = [t.word for t in tokens(line)]
    runs = (tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1))
    return frozenset(gram for run in runs for gram in _one_left_out(run))


def _one_left_out(run: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    return (run[:i] + run[i + 1 :] for i in range(len(run)))


def _spans(text: str, words: list[Token], lifted: list[bool]) -> Iterable[Evidence]:
    start = None
    for i, is_lifted in enumerate([*lifted, False]):
        if is_lifted and start is None:
            start = i
        elif not is_lifted and start is not None:
            yield Evidence.of(text, words[start].start, words[i - 1].end)
            start = None
