"""lexical.v1: which phrasing of the key does each stretch of the response resemble most, by words?

For a window w and a phrasing p, ``likeness(w, p) = sum(idf of shared stems) / sum(idf of p's stems)``,
where idf counts in how many phrasings of this key a stem stands and the question's own words count a
third. A criterion is supported by the windows that resemble its accepted phrasings more than they
resemble near misses, misconceptions or other criteria.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from viva.bank import Audience, Criterion, Key, Misconception, Verdict
from viva.grading._scorecard import (
    Asked,
    CriterionVerdict,
    Evidence,
    Judge,
    Judgement,
    MisconceptionFound,
)
from viva.grading._text import Window, content_stems, tokens, windows

MET, PARTLY = 0.60, 0.38
"""Probability of credit from which a criterion counts as met, or as partly met."""
SUPPORT_MIDPOINT, SUPPORT_STEEPNESS = 0.28, 11.0
"""Likeness at which credit is as likely as not, and how sharply that changes (fitted on exemplars)."""
RIVAL_WEIGHT = 0.25
"""How much a window loses by resembling a misconception or a near miss more."""
MISCONCEPTION_LIKENESS, MISCONCEPTION_LEAD = 0.55, 0.2
ASKED_WORDS_COUNT = 1 / 3
KEPT_KEYS = 64
_NEGATIONS = frozenset(
    """
    not no never none nothing neither nor without cannot can't don't doesn't isn't aren't won't
    didn't wasn't couldn't shouldn't hardly
    """.split()
)


@dataclass(frozen=True)
class _Phrase:
    stems: frozenset[str]
    negated: bool
    total: float


@dataclass(frozen=True)
class _Prepared:
    """A key made ready: its phrasings as weighted bags of stems."""

    idf: dict[str, float]
    accepts: dict[str, tuple[_Phrase, ...]]
    near_misses: dict[str, tuple[_Phrase, ...]]
    misconceptions: dict[str, tuple[_Phrase, ...]]

    @cached_property
    def all_misconceptions(self) -> tuple[_Phrase, ...]:
        """The phrasings of every misconception."""
        return tuple(p for phrases in self.misconceptions.values() for p in phrases)


@dataclass(frozen=True)
class _Heard:
    """A window of the response as a bag of stems."""

    window: Window
    stems: frozenset[str]
    negated: bool


def make_lexical_judge() -> Judge:
    """A judge that keeps the keys it made ready, for as long as each key lives unchanged."""
    kept: dict[tuple[str, Audience], tuple[Asked, _Prepared]] = {}

    def judge(asked: Asked, text: str) -> Judgement:
        at = (asked.id, asked.audience)
        if at not in kept or kept[at][0].key is not asked.key:
            if len(kept) >= KEPT_KEYS:
                kept.pop(next(iter(kept)))
            kept[at] = (asked, _prepare(asked))
        return _judge(asked, kept[at][1], text)

    return judge


def _judge(asked: Asked, prepared: _Prepared, text: str) -> Judgement:
    """The verdicts that words alone support."""
    heard = [_hear(w) for w in windows(text)]
    criteria = [c for c in asked.key.criteria if c.applies_to(asked.audience)]
    support = {c.id: [_best(h, prepared.accepts[c.id], prepared.idf) for h in heard] for c in criteria}
    found = _misconceptions(asked.key, prepared, heard, support, text)
    return Judgement(
        verdicts=tuple(_verdict(c, prepared, heard, support, found, text) for c in criteria),
        misconceptions=tuple(found),
    )


def phrasing_likeness(asked: Asked) -> dict[tuple[str, str], dict[str, float]]:
    """(criterion, phrasing) → likeness (0-1) to the nearest phrasing of each criterion.

    A phrasing isn't held against itself, so its likeness to its own criterion is to its siblings.
    """
    prepared = _prepare(asked)
    lines = {c.id: (c.claim, *c.accepts) for c in asked.key.criteria}
    heard = {line: _hear(Window(0, len(line), line)) for texts in lines.values() for line in texts}
    phrases = {id: [(line, _phrase(line, prepared.idf)) for line in texts] for id, texts in lines.items()}
    return {
        (c.id, line): {
            id: _best(heard[line], tuple(p for t, p in rivals if t != line and p.total > 0), prepared.idf)
            for id, rivals in phrases.items()
        }
        for c in asked.key.criteria
        for line in c.accepts
    }


def _prepare(asked: Asked) -> _Prepared:
    key = asked.key
    texts = {c.id: (c.claim, *c.accepts) for c in key.criteria}
    wrong = {m.id: m.says for m in key.misconceptions}
    idf = _idf([*texts.values(), *wrong.values()], content_stems(asked.ask))

    def phrases(lines: Iterable[str]) -> tuple[_Phrase, ...]:
        made = (_phrase(line, idf) for line in lines)
        return tuple(p for p in made if p.total > 0)

    return _Prepared(
        idf=idf,
        accepts={id: phrases(lines) for id, lines in texts.items()},
        near_misses={c.id: phrases(c.near_misses) for c in key.criteria},
        misconceptions={id: phrases(lines) for id, lines in wrong.items()},
    )


def _idf(groups: list[tuple[str, ...]], asked: list[str]) -> dict[str, float]:
    lines = [frozenset(content_stems(line)) for group in groups for line in group]
    counts = Counter(stem for line in lines for stem in line)
    return {
        stem: math.log(1 + len(lines) / n) * (ASKED_WORDS_COUNT if stem in asked else 1.0)
        for stem, n in counts.items()
    }


def _phrase(line: str, idf: dict[str, float]) -> _Phrase:
    stems = frozenset(content_stems(line))
    return _Phrase(stems, _is_negated(line), sum(idf.get(s, 0.0) for s in stems))


def _hear(window: Window) -> _Heard:
    return _Heard(window, frozenset(content_stems(window.text)), _is_negated(window.text))


def _is_negated(text: str) -> bool:
    return sum(t.word in _NEGATIONS for t in tokens(text)) % 2 == 1


def _likeness(heard: _Heard, phrase: _Phrase, idf: dict[str, float]) -> float:
    shared = sum(idf.get(s, 0.0) for s in heard.stems & phrase.stems)
    return shared / phrase.total * (1.0 if heard.negated == phrase.negated else 0.8)


def _best(heard: _Heard, phrases: tuple[_Phrase, ...], idf: dict[str, float]) -> float:
    return max((_likeness(heard, p, idf) for p in phrases), default=0.0)


def _verdict(
    criterion: Criterion,
    prepared: _Prepared,
    heard: list[_Heard],
    support: dict[str, list[float]],
    found: list[MisconceptionFound],
    text: str,
) -> CriterionVerdict:
    best, at = 0.0, None
    for i, h in enumerate(heard):
        like = support[criterion.id][i]
        if like <= best:
            continue
        rivals = prepared.near_misses[criterion.id] + prepared.all_misconceptions
        rival = _best(h, rivals, prepared.idf)
        value = like + RIVAL_WEIGHT * min(0.0, like - rival)
        if value > best:
            best, at = value, i
    p = 1 / (1 + math.exp(-SUPPORT_STEEPNESS * (best - SUPPORT_MIDPOINT)))
    denied = next((m for m in found if m.denies == criterion.id), None)
    if denied is not None and p < 0.9:
        evidence = (Evidence.of(text, denied.start, denied.end),)
        return CriterionVerdict(
            criterion=criterion.id, verdict=Verdict.CONTRADICTED, probability=min(p, 0.2),
            evidence=evidence,
        )  # fmt: skip
    verdict = Verdict.MET if p >= MET else Verdict.PARTLY if p >= PARTLY else Verdict.MISSING
    shown = at is not None and verdict is not Verdict.MISSING
    window = heard[at].window if at is not None else None
    return CriterionVerdict(
        criterion=criterion.id,
        verdict=verdict,
        probability=round(p, 4),
        evidence=(Evidence.of(text, window.start, window.end),) if shown and window else (),
        unsure=PARTLY <= p < MET,
    )


def _misconceptions(
    key: Key,
    prepared: _Prepared,
    heard: list[_Heard],
    support: dict[str, list[float]],
    text: str,
) -> list[MisconceptionFound]:
    hits = (_misconception(m, prepared, heard, support, text) for m in key.misconceptions)
    return [hit for hit in hits if hit is not None]


def _misconception(
    m: Misconception,
    prepared: _Prepared,
    heard: list[_Heard],
    support: dict[str, list[float]],
    text: str,
) -> MisconceptionFound | None:
    """The window that states `m`, when one resembles it clearly more than anything right."""
    best, window = 0.0, None
    for i, h in enumerate(heard):
        value = _best(h, prepared.misconceptions[m.id], prepared.idf)
        rival = max((values[i] for values in support.values()), default=0.0)
        if value > best and value >= rival + MISCONCEPTION_LEAD:
            best, window = value, h.window
    if window is None or best < MISCONCEPTION_LIKENESS:
        return None
    span = Evidence.of(text, window.start, window.end)
    return MisconceptionFound(
        id=m.id, quote=span.quote, start=span.start, end=span.end, because=m.because,
        denies=m.contradicts, probability=round(min(1.0, best), 4),
    )  # fmt: skip
