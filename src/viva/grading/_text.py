"""Words, clauses and windows of a response, always with offsets into the original."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

STOPWORDS = frozenset(
    """
    a about after again all also am an and any are as at be because been before being both but by
    can could did do does doing done down each either else even ever every few for from further get
    gets getting give gives go goes going got had has have having he her here hers him his how i if
    in into is it its itself just kind let like lot lots made make makes many may me might more most
    much must my myself need now of off often on once one only or other our out over own per put
    quite rather really same say says see she should so some something sort still such take than
    that the their them then there these they thing things this those through to too under until up
    us use used uses using very want was way we well were what when where which while who whom whose
    why will with within without would yes yet you your okay ok um uh er erm hmm basically actually
    literally right mean know think guess maybe it's that's don't doesn't i'm you're we're they're
    isn't aren't can't won't let's there's what's he's she's
    """.split()
)
FILLERS = frozenset(
    """
    um uh er erm hmm mm like basically actually literally okay ok so yeah well
    """.split()
)

_HIDDEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
"""Characters that are not seen: zero-width spaces and joiners, soft hyphens."""
_LETTERS = rf"[^\W_](?:[{_HIDDEN}]*[^\W_])*"
_TOKEN = re.compile(rf"{_LETTERS}(?:['’\-.]{_LETTERS})*", re.UNICODE)
_LOOK_ALIKES = str.maketrans("аеорсухкмтвніјѕαορτυν", "aeopcyxkmtbhijsaoptuv", _HIDDEN)
"""Cyrillic and Greek letters that look Latin, and hidden characters."""
_SENTENCE_END = re.compile(r"(?<=[.!?;:])[\"')\]]*\s+|\n+")
_CLAUSE_SEAM = re.compile(
    r",\s+|\s+[—–-]\s+|\s+(?=(?:and then|and|but|so|because|whereas|while|which means|which|then|"
    r"um|uh|okay|also|plus|or)\s)",
    re.IGNORECASE,
)
_SUFFIXES = (
    "isations",
    "izations",
    "isation",
    "ization",
    "ingly",
    "ations",
    "ation",
    "ities",
    "ments",
    "ment",
    "ness",
    "ised",
    "ized",
    "ises",
    "izes",
    "ising",
    "izing",
    "ise",
    "ize",
    "ings",
    "ing",
    "edly",
    "ity",
    "ies",
    "ied",
    "ed",
    "es",
    "ly",
    "s",
    "e",
)
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1$")


@dataclass(frozen=True)
class Token:
    """A word: its stem for matching and where it stands."""

    stem: str
    word: str
    start: int
    end: int


@dataclass(frozen=True)
class Window:
    """A stretch of the response that may say one thing."""

    start: int
    end: int
    text: str


def fold(text: str) -> str:
    """`text` with look-alike characters folded and case removed. Offsets are not kept."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").casefold()
    return plain if plain.isascii() else plain.translate(_LOOK_ALIKES)


@lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    """A crude stem that joins a word's inflections and British and American spellings."""
    word = fold(word).replace("-", "").replace("'s", "").replace("'", "").replace("our", "or")
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return _DOUBLED.sub(r"\1", word[: -len(suffix)])
    return word


_folded = lru_cache(maxsize=1 << 15)(fold)
"""Windows overlap, so the same words come again and again."""


def tokens(text: str) -> list[Token]:
    """The words of `text` in order, with offsets (characters)."""
    return [Token(stem(m[0]), _folded(m[0]), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def content_stems(text: str) -> list[str]:
    """The stems of the words that carry meaning, in order."""
    return [t.stem for t in tokens(text) if t.word not in STOPWORDS]


def sentences(text: str) -> list[Window]:
    """The punctuated stretches of `text`, without edges of white space."""
    return list(_split(text, 0, len(text), _SENTENCE_END))


def windows(text: str, *, size: int = 24, stride: int = 8) -> list[Window]:
    """Overlapping stretches in which a claim may be made.

    Sentences of up to `size` words, their clauses when they have several, neighbouring clauses joined,
    and for longer runs (unpunctuated speech) stretches of `size` words every `stride` words.
    """
    found: dict[tuple[int, int], Window] = {}
    for sentence in sentences(text):
        for window in _of_sentence(text, sentence, size, stride):
            found.setdefault((window.start, window.end), window)
    return sorted(found.values(), key=lambda w: (w.start, w.end))


def _of_sentence(text: str, sentence: Window, size: int, stride: int) -> Iterator[Window]:
    words = tokens(sentence.text)
    if len(words) <= size * 1.5:
        yield sentence
    clauses = [
        c for c in _split(text, sentence.start, sentence.end, _CLAUSE_SEAM) if len(tokens(c.text)) >= 3
    ]
    if len(clauses) > 1:
        yield from (c for c in clauses if len(tokens(c.text)) <= size)
        for left, right in pairwise(clauses):
            joined = text[left.start : right.end]
            if len(tokens(joined)) <= size:
                yield Window(left.start, right.end, joined)
    if len(words) > size:
        yield from _slide(text, sentence, words, size, stride)


def _slide(text: str, sentence: Window, words: list[Token], size: int, stride: int) -> Iterator[Window]:
    for at in range(0, max(1, len(words) - size + stride), stride):
        part = words[at : at + size]
        start, end = sentence.start + part[0].start, sentence.start + part[-1].end
        yield Window(start, end, text[start:end])


def _split(text: str, start: int, end: int, seam: re.Pattern[str]) -> Iterator[Window]:
    at = start
    for match in [*seam.finditer(text, start, end), None]:
        stop = match.start() if match else end
        raw = text[at:stop]
        if raw.strip():
            left = at + len(raw) - len(raw.lstrip())
            yield Window(left, left + len(raw.strip()), raw.strip())
        at = match.end() if match else end
