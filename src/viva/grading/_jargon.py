"""Jargon in an answer for a stakeholder: which terms are used and never explained?"""

from __future__ import annotations

import re

from viva.grading._scorecard import Evidence
from viva.grading._text import Token, content_stems, tokens

_EXPLAINS = re.compile(
    r"^\W*(?:,?\s*(?:which|that)\s+(?:is|means|are)|\s+(?:is|are|means?|meaning)\b|,?\s*(?:meaning|"
    r"i\.?e\.?|that is|in other words|or in plain words)|\s*[(:—–]|\s+-\s)",
    re.IGNORECASE,
)
_NAMES = re.compile(
    r"(?:called|call it|call that|known as|the term is|name for (?:this|that) is|"
    r"say|jargon is)\W*(?:the |a |an )?$",
    re.IGNORECASE,
)
_NEAR = 25
"""Words around a term in which its plain meaning is looked for."""


def unexplained_jargon(text: str, jargon: tuple[tuple[str, str], ...]) -> tuple[Evidence, ...]:
    """The first use of each term that the text never explains.

    A term counts as explained when the words around one of its uses introduce it ("we call that …",
    "… means …") or hold two content words of its plain meaning.
    """
    words = tokens(text)
    stems = [w.stem for w in words]
    found = []
    for term, meaning in jargon:
        uses = _uses(stems, [w.stem for w in tokens(term)])
        if uses and not any(_is_explained(text, words, use, meaning) for use in uses):
            first = uses[0]
            found.append(Evidence.of(text, words[first[0]].start, words[first[1] - 1].end))
    return tuple(sorted(found, key=lambda e: e.start))


def _uses(stems: list[str], term: list[str]) -> list[tuple[int, int]]:
    n = len(term)
    return [(i, i + n) for i in range(len(stems) - n + 1) if n and stems[i : i + n] == term]


def _is_explained(text: str, words: list[Token], use: tuple[int, int], meaning: str) -> bool:
    first, last = use
    after = text[words[last - 1].end : words[last - 1].end + 40]
    before = text[max(0, words[first].start - 30) : words[first].start]
    if _EXPLAINS.match(after) or _NAMES.search(before):
        return True
    around = words[max(0, first - _NEAR) : first] + words[last : last + _NEAR]
    return len(set(content_stems(meaning)) & {w.stem for w in around}) >= 2
