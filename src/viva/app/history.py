"""Use-cases of looking back: ability over time, how well confidence fitted what was right, days practised."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from viva.app._viva import Viva
from viva.app.progress import ItemAnswer, Standing, answers_of, lab_topic, progress_of
from viva.measure import Calibration, calibration


@dataclass(frozen=True)
class Moment:
    """Where the person stood after a session."""

    at: dt.datetime
    session: str
    standing: Standing


@dataclass(frozen=True)
class Practised:
    """On which days something was answered."""

    days: frozenset[dt.date]
    today: dt.date

    @property
    def in_a_row(self) -> int:
        """Days in a row up to today; a day that isn't over yet breaks nothing."""
        last = self.today if self.today in self.days else self.today - dt.timedelta(days=1)
        n = 0
        while last - dt.timedelta(days=n) in self.days:
            n += 1
        return n

    @property
    def of_last_30(self) -> int:
        """Days practised of the last 30, today among them."""
        return sum(dt.timedelta(0) <= self.today - day < dt.timedelta(days=30) for day in self.days)


def days_practised(viva: Viva) -> Practised:
    """The days, in the machine's zone, on which something was answered."""
    days = frozenset(at.astimezone().date() for at in viva.store.times_of("ResponseGiven"))
    return Practised(days, viva.now().astimezone().date())


def ability_over_time(viva: Viva, *, topic: str | None = None, last: int = 60) -> list[Moment]:
    """The ability (overall, or in one topic) after each session with a scored answer, oldest first.

    Only the `last` moments are worked out. A session without an answer in `topic` adds no moment.
    """
    answers: list[ItemAnswer] = []
    told: list[tuple[dt.datetime, str, tuple[ItemAnswer, ...]]] = []
    for line in sorted(viva.store.lines(), key=lambda line: (line.opened_at, line.id)):
        found = answers_of(line.id, viva.store.load(line.id))
        answers += found
        if any(topic is None or _topic(viva, a) == topic for a in found):
            told.append((line.opened_at, line.id, tuple(answers)))
    return [Moment(at, id, _standing(viva, known, topic)) for at, id, known in told[-last:]]


def _standing(viva: Viva, answers: tuple[ItemAnswer, ...], topic: str | None) -> Standing:
    made = progress_of(viva, answers)
    return made.overall if topic is None else next(s for s in made.topics if s.topic == topic)


def _topic(viva: Viva, answer: ItemAnswer) -> str | None:
    """The answer's topic; None when its question is no longer in the bank."""
    if answer.lab is not None:
        return lab_topic(viva, answer.lab)
    pack_and_id = answer.item if answer.item in viva.bank.paths else answer.item.rpartition("/")[0]
    return viva.bank.question(pack_and_id).topic if pack_and_id in viva.bank.paths else None


def calibration_so_far(viva: Viva) -> Calibration | None:
    """Stated confidence against the share of the score earned, over every graded answer; None without any."""
    pairs = [
        (turn.confidence / 100, turn.scorecard.score / 10)
        for line in viva.store.lines()
        for turn in viva.store.load(line.id).turns
        if turn.confidence is not None and turn.scorecard is not None and turn.scorecard.score is not None
    ]
    if not pairs:
        return None
    return calibration([c for c, _ in pairs], [score for _, score in pairs], n_bins=5, level=0.9)
