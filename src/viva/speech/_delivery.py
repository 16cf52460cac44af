"""How an answer was delivered: facts for the candidate alone. No score is made of them.

Only what is counted or timed is said: pace, pauses, fillers, words said twice. Nothing is inferred about
the person: no mood, no confidence, no accent.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from viva.speech._activity import Span, find_speech
from viva.speech._audio import Audio

LONG_PAUSE_S = 2.0
PAUSE_S = 0.4
"""A gap in speech counts as a pause from here; shorter ones are part of talking."""
FILLERS = frozenset("um umm uh uhh uhm er err erm ah hm hmm mm mmm".split())
"""Sounds that stand for no word in English."""
PHRASES = (
    ("you", "know"), ("i", "mean"), ("sort", "of"), ("kind", "of"),
    ("basically",), ("actually",), ("literally",),
)  # fmt: skip
"""Phrases that often fill. "Like" and "so" are left out: they are words more often than fillers."""
MEANT_TWICE = frozenset({"that", "had", "very", "really", "no", "yes", "much", "far"})
"""Words that are said twice on purpose often enough that it means nothing."""
MAX_REPEATED = 3
"""The longest run of words looked for as said twice over."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class Delivery:
    """Facts about how an answer was spoken; counts and seconds."""

    n_words: int
    seconds: float
    """The whole recording."""
    speaking_seconds: float
    talk_seconds: float
    """From the first word to the last, pauses included."""
    n_pauses: int
    """Gaps of PAUSE_S or more between stretches of speech."""
    long_pauses: tuple[Span, ...]
    """Those of LONG_PAUSE_S or more."""
    fillers: tuple[tuple[str, int], ...]
    """Filler → how often, the commonest first."""
    repeated: tuple[tuple[str, int], ...]
    """Words said twice in a row → how often."""

    @property
    def words_per_minute(self) -> float | None:
        """Pace from the first word to the last; None when nothing was said."""
        return 60 * self.n_words / self.talk_seconds if self.talk_seconds and self.n_words else None

    @property
    def n_fillers(self) -> int:
        """All fillers together."""
        return sum(n for _, n in self.fillers)

    def __add__(self, later: Delivery) -> Delivery:
        """The facts of two recordings, one spoken after the other; the time between them isn't counted."""
        return Delivery(
            n_words=self.n_words + later.n_words,
            seconds=self.seconds + later.seconds,
            speaking_seconds=self.speaking_seconds + later.speaking_seconds,
            talk_seconds=self.talk_seconds + later.talk_seconds,
            n_pauses=self.n_pauses + later.n_pauses,
            long_pauses=self.long_pauses
            + tuple(Span(p.start_s + self.seconds, p.end_s + self.seconds) for p in later.long_pauses),
            fillers=_commonest(Counter(dict(self.fillers)) + Counter(dict(later.fillers))),
            repeated=_commonest(Counter(dict(self.repeated)) + Counter(dict(later.repeated))),
        )


def delivery_of(audio: Audio, text: str) -> Delivery:
    """The facts about a recording whose words (as the engine heard them, unedited) are `text`."""
    spans, words = find_speech(audio), _plain(text)
    gaps = [Span(a.end_s, b.start_s) for a, b in pairwise(spans)]
    return Delivery(
        n_words=len(words),
        seconds=audio.seconds,
        speaking_seconds=sum(span.seconds for span in spans),
        talk_seconds=spans[-1].end_s - spans[0].start_s if spans else 0.0,
        n_pauses=sum(gap.seconds >= PAUSE_S for gap in gaps),
        long_pauses=tuple(gap for gap in gaps if gap.seconds >= LONG_PAUSE_S),
        fillers=_fillers(words),
        repeated=_repeated(words),
    )


def _plain(text: str) -> list[str]:
    return [word.lower().replace("’", "'") for word in _WORD.findall(text)]


def _fillers(words: list[str]) -> tuple[tuple[str, int], ...]:
    found = Counter(word for word in words if word in FILLERS)
    for phrase in PHRASES:
        n = sum(tuple(words[i : i + len(phrase)]) == phrase for i in range(len(words)))
        if n:
            found[" ".join(phrase)] = n
    return _commonest(found)


def _repeated(words: list[str]) -> tuple[tuple[str, int], ...]:
    """Runs of one to three words that follow themselves; a longer run is counted, not its parts."""
    spoken = [word for word in words if word not in FILLERS]
    found: Counter[str] = Counter()
    at = 0
    while at < len(spoken):
        n = next((n for n in range(MAX_REPEATED, 0, -1) if _follows_itself(spoken, at, n)), 0)
        if n:
            found[" ".join(spoken[at : at + n])] += 1
        at += n or 1
    return _commonest(found)


def _follows_itself(words: list[str], at: int, n: int) -> bool:
    run = words[at : at + n]
    return run == words[at + n : at + 2 * n] and not set(run) <= MEANT_TWICE


def _commonest(found: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
