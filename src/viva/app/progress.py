"""Ability by topic from the log: numbers with intervals, and the words for them.

A question or variant that got a score is an answer, its score out of 10 a fraction of four credit steps;
the newest answer to each item counts. Warm-ups and probes ask for a part of an item and have no
parameters of their own, so they don't count. A lab's points are partial credit on an item of its own, in the
topic of the question it comes first for; it tells more than a question of words does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from viva.app._parameters import N_STEPS, Known, credit, known_items
from viva.app._tables import Floats
from viva.app._viva import Viva
from viva.interviewer import Chooser
from viva.interviewer.adaptive import AdaptiveChooser
from viva.measure import Ability, Items, topic_abilities
from viva.session import LabStarted, Session

LEVEL = 0.9
"""The intervals' probability, as a scorecard's."""
BANDS: tuple[tuple[float, str], ...] = ((-0.75, "junior"), (0.25, "mid"), (1.25, "senior"), (np.inf, "staff"))
"""Where a level ends on the ability scale (people are N(0, 1)): a convention, to be read with the number."""
WIDTHS: tuple[tuple[float, str], ...] = ((0.6, "narrow"), (1.2, "fair"), (np.inf, "wide"))
"""The width of an interval → the word for it."""
COUNTED = ("question", "variant")


LAB_DISCRIMINATION = 2.0
"""Strong, beside about 1.3 of questions: what one can build is hard to bluff. An expert's guess."""
LAB_DIFFICULTY = {1: -1.2, 2: -0.6, 3: 0.0, 4: 0.6, 5: 1.2}
"""A lab's stated difficulty → where half of its points are expected, on the ability scale. A guess too."""


@dataclass(frozen=True)
class ItemAnswer:
    """One scored answer to an item, ``<question>``, ``<question>/<variant>`` or ``lab:<lab>``."""

    session: str
    item: str
    score: float
    """Out of 10."""
    lab: LabStarted | None = None
    """The lab, where it is one's result."""


@dataclass(frozen=True)
class Standing:
    """Ability in one topic (or overall), in numbers and in words."""

    topic: str
    ability: Ability
    words: str


@dataclass(frozen=True)
class Progress:
    """Where a person stands. ``source``: which parameters it rests on; ``spread``: how far topics differ
    within a person, as calibration found or, before that, as is usual."""

    overall: Standing
    topics: tuple[Standing, ...]
    n_sessions: int
    source: str
    spread: float


def answers_of(id: str, session: Session) -> list[ItemAnswer]:
    """The scored answers of a session, oldest first."""
    found = []
    for turn in session.turns:
        score = turn.scorecard.score if turn.scorecard is not None else None
        if turn.asked.step in COUNTED and score is not None:
            name = turn.asked.question
            name = f"{name}/{turn.asked.variant}" if turn.asked.variant else name
            found.append(ItemAnswer(id, name, score))
    for work in session.labs:
        if (done := work.submitted) is not None and done.max_points:
            share = min(1.0, done.net_score / done.max_points)
            found.append(ItemAnswer(id, f"lab:{done.lab}", 10 * share, work.started))
    return found


def answers_in_log(viva: Viva, *, without: str | None = None) -> list[ItemAnswer]:
    """Every scored answer in the store, oldest session first; ``without`` leaves out a session."""
    lines = sorted(viva.store.lines(), key=lambda line: (line.opened_at, line.id))
    return [
        found
        for line in lines
        if line.id != without
        for found in answers_of(line.id, viva.store.load(line.id))
    ]


def chooser_of(viva: Viva, id: str, session: Session) -> Chooser:
    """What an adaptive interview goes by: this session's answers, so that each interview stands alone."""
    ids = list(session.settings.questions) or list(viva.bank.paths)
    answers = answers_of(id, session)
    known = with_labs(viva, known_items(viva, ids), answers)
    responses = credits_of(known, answers)
    return AdaptiveChooser(known.ids, known.topics, known.items, responses)


def show_progress(viva: Viva) -> Progress:
    """Where the person stands, by everything in the log."""
    return progress_of(viva, answers_in_log(viva))


def progress_of(viva: Viva, answers: Sequence[ItemAnswer]) -> Progress:
    """Where someone with these answers (oldest first) stands in every topic of the bank.

    A topic without an answer is told from the others, and wide.
    """
    known = with_labs(viva, known_items(viva), answers)
    x = credits_of(known, answers)
    found = topic_abilities(known.items, x, known.topics, spread=known.spread, level=LEVEL)
    labs = [topic for id, topic in zip(known.ids, known.topics, strict=True) if id.startswith("lab:")]
    topics = tuple(_standing(t, ability, labs.count(t)) for t, ability in sorted(found.by_topic.items()))
    n_sessions = len({a.session for a in answers})
    return Progress(
        _standing("overall", found.overall, len(labs)), topics, n_sessions, known.source, found.spread
    )


def with_labs(viva: Viva, known: Known, answers: Iterable[ItemAnswer]) -> Known:
    """`known` with an item for each lab among the answers whose question the bank has."""
    labs = {a.item: (topic, a.lab) for a in answers if a.lab and (topic := lab_topic(viva, a.lab))}
    if not labs:
        return known
    b = [LAB_DIFFICULTY[lab.difficulty] for _, lab in labs.values()]
    guess = Items.rubric([LAB_DISCRIMINATION] * len(labs), b, n_steps=N_STEPS)
    items = Items(
        "gpcm",
        np.concatenate([known.items.discrimination, guess.discrimination]),
        np.concatenate([known.items.difficulty, guess.difficulty]),
    )
    topics = (*known.topics, *(topic for topic, _ in labs.values()))
    return replace(known, ids=(*known.ids, *labs), topics=topics, items=items)


def lab_topic(viva: Viva, lab: LabStarted) -> str | None:
    """The topic that a lab's result counts in: that of the first of its questions that the bank has."""
    return next((viva.bank.question(id).topic for id in lab.topics if id in viva.bank.paths), None)


def standing_after(viva: Viva, id: str, session: Session) -> str | None:
    """One line on the topic of the turn just graded, by the whole log; None when it doesn't count."""
    mine, turn = answers_of(id, session), session.turn
    if turn.asked.step not in COUNTED or turn.scorecard is None or turn.scorecard.score is None:
        return None
    found = progress_of(viva, [*answers_in_log(viva, without=id), *mine])
    topic = viva.bank.question(turn.asked.question).topic
    return line_for(next(s for s in found.topics if s.topic == topic))


def credits_of(known: Known, answers: Iterable[ItemAnswer]) -> Floats:
    """(J,) the newest answer to each item in credit steps, NaN where there is none."""
    newest = {a.item: credit(a.score) for a in answers}
    return np.array([newest.get(id, np.nan) for id in known.ids])


def _standing(topic: str, ability: Ability, n_labs: int) -> Standing:
    return Standing(topic, ability, in_words(topic, ability, n_labs=n_labs))


def in_words(topic: str, ability: Ability, *, n_labs: int = 0) -> str:
    """One line: level, how many answers and how many of them are labs, how sure."""
    where = "overall" if topic == "overall" else f"on {topic.replace('-', ' ')}"
    n = ability.n_responses
    answers = "no answers yet" if n == 0 else "1 answer" if n == 1 else f"{n} answers"
    if n_labs:
        answers += f", {n_labs} of them {'a lab' if n_labs == 1 else 'labs'}"
    return f"{level_words(ability)} {where}; {answers}; {_word(WIDTHS, ability.width)}"


def level_words(ability: Ability) -> str:
    """The levels that the interval spans: "mid", "between junior and mid", "anywhere from …"."""
    low, high = _word(BANDS, ability.lower), _word(BANDS, ability.upper)
    names = [name for _, name in BANDS]
    apart = names.index(high) - names.index(low)
    if apart == 0:
        return low
    return f"between {low} and {high}" if apart == 1 else f"anywhere from {low} to {high}"


def _word(table: Sequence[tuple[float, str]], value: float) -> str:
    return next(word for end, word in table if value < end or end == np.inf)


def line_for(standing: Standing) -> str:
    """The words with the number beside them."""
    a = standing.ability
    interval = f"{100 * a.level:.0f}% interval {a.lower:+.1f} to {a.upper:+.1f}"
    return f"{standing.words} ({a.estimate:+.1f}, {interval})"
