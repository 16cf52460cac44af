"""A plan towards the interview: which criteria on which day, within so many minutes a day.

FSRS makes a criterion due when the chance of recalling it has fallen to 90%. So whatever is not due again
before the interview will be recalled there with at least that chance, and the plan is: place everything
when it becomes due, and fill what is left of each day with criteria never met. The future is foretold
as going well (each review is known; each new criterion is learned on its day), and the plan is made anew
whenever it is looked at, from what really happened.

Rules, in order:
1. A criterion that comes due before the interview has a place, always. If no day has room for it, it goes
   to the lightest day on which it is due, and that day says by how much it is over.
2. Everything has its first place before anything has its second; core before further claims.
3. Reviews before new criteria. What finds no room is named: `skipped` (a repetition) or `left_out` (new).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from viva.bank import Question
from viva.exceptions import UsageError
from viva.study._exercise import LEVELS, MINUTES, NEW_MINUTES, level_of, variant_for
from viva.study._memory import COMES_BACK, Memory, review
from viva.study._review import CardId, Grade, Review, Way

MAX_DAYS = 366
_SLACK = 1e-9
"""Minutes are sums of floats."""


@dataclass(frozen=True)
class Placed:
    """A criterion's place in a day."""

    card: CardId
    way: Way
    variant: str | None
    minutes: float
    """The time it adds; 0 where a variant of that day practises it along."""
    is_new: bool = False


@dataclass(frozen=True)
class Day:
    """A day of study."""

    date: dt.date
    limit: float
    """Minutes there are."""
    placed: tuple[Placed, ...] = ()

    @property
    def minutes(self) -> float:
        """Minutes it takes."""
        return sum(p.minutes for p in self.placed)

    @property
    def over(self) -> float:
        """Minutes it takes beyond its limit; 0 where it fits."""
        beyond = self.minutes - self.limit
        return beyond if beyond > _SLACK else 0.0

    @property
    def variants(self) -> dict[str, list[str]]:
        """Question → its variants placed here."""
        found: dict[str, list[str]] = {}
        for p in self.placed:
            if p.variant is not None:
                found.setdefault(p.card.question, []).append(p.variant)
        return found

    def fits(self, minutes: float) -> bool:
        """Is there room for so many minutes more?"""
        return self.minutes + minutes <= self.limit + _SLACK


@dataclass(frozen=True)
class Plan:
    """The days up to an interview. ``skipped``: repetitions that found no room; ``left_out``: criteria
    never met that found none; ``recalled``: of how many criteria (known or in the plan) recall is foretold
    at the interview, as a sum of chances; ``n_cards``: out of so many."""

    interview: dt.date
    minutes: float
    days: tuple[Day, ...]
    skipped: tuple[CardId, ...]
    left_out: tuple[CardId, ...]
    recalled: float
    n_cards: int


def plan_days(
    memories: Mapping[CardId, Memory],
    new: Sequence[CardId],
    questions: Mapping[str, Question],
    *,
    now: dt.datetime,
    interview: dt.date,
    minutes: float,
    minutes_today: float | None = None,
) -> Plan:
    """The plan from `now` (aware; its zone says what a day is) to the day before `interview`.

    `new` are criteria never met, the most important first; `minutes_today` is what is left of today, when
    that isn't a whole day's `minutes`. On the day of the interview itself, that day is all there is. Raises
    UsageError for a date that is past or too far, or minutes that aren't positive.
    """
    today = now.date()
    if not today <= interview <= today + dt.timedelta(days=MAX_DAYS):
        raise UsageError(
            f"the interview is on {interview}, today is {today}; wanted: a date from today on, "
            f"at most {MAX_DAYS} days away"
        )
    if not 1 <= minutes <= 24 * 60:
        raise UsageError(f"found {minutes:g} minutes a day; wanted: 1 to {24 * 60}")
    known = {c: m for c, m in memories.items() if level_of(c, questions) is not None}
    course = _Course(questions, now, dict(known), [c for c in new if c not in known])
    n_days = max(1, (interview - today).days)
    left = minutes if minutes_today is None else minutes_today
    for i in range(n_days):
        course.fill(Day(today + dt.timedelta(days=i), left if i == 0 else minutes))
    course.place_the_rest()
    return course.plan(interview, minutes)


@dataclass
class _Course:
    """The plan in the making. What is due is followed day by day, as if each review went well."""

    questions: Mapping[str, Question]
    now: dt.datetime
    memories: dict[CardId, Memory]
    new: list[CardId]
    days: list[Day] = field(default_factory=list)
    done: set[CardId] = field(default_factory=set)

    def fill(self, day: Day) -> None:
        """Place what is due on this day, as far as it fits, then new criteria."""
        at = self._at(day.date)
        for card in self._due_on(day.date):
            placed = self._place(card, day)
            if day.fits(placed.minutes):
                day = replace(day, placed=(*day.placed, placed))
                self._practise(card, at, placed)
        while self.new and day.fits(NEW_MINUTES):
            card = self.new.pop(0)
            placed = Placed(card, Way.RECALL, None, NEW_MINUTES, is_new=True)
            day = replace(day, placed=(*day.placed, placed))
            self._learn(card, at)
        self.days.append(day)

    def place_the_rest(self) -> None:
        """Give every criterion that came due and found no room its place, on the lightest day it can have."""
        for card in self._due_on(self.days[-1].date):
            if card in self.done:
                continue
            since = self._due_date(card)
            fit = [i for i, day in enumerate(self.days) if day.date >= since]
            lightest = min(fit, key=lambda i: (self.days[i].minutes - self.days[i].limit, i))
            day = self.days[lightest]
            placed = self._place(card, day)
            self.days[lightest] = replace(day, placed=(*day.placed, placed))
            self._practise(card, self._at(day.date), placed)

    def plan(self, interview: dt.date, minutes: float) -> Plan:
        """What came of it."""
        at = self._at(interview)
        return Plan(
            interview=interview,
            minutes=minutes,
            days=tuple(self.days),
            skipped=tuple(self._due_on(self.days[-1].date)),
            left_out=tuple(self.new),
            recalled=sum(m.retrievability(at) for m in self.memories.values()),
            n_cards=len(self.memories),
        )

    def _due_on(self, date: dt.date) -> list[CardId]:
        return sorted((c for c in self.memories if self._due_date(c) <= date), key=self._order)

    def _order(self, card: CardId) -> tuple[bool, bool, int, dt.date, CardId]:
        memory, level = self.memories[card], level_of(card, self.questions)
        assert level is not None
        again = card in self.done
        return (again, not memory.is_sure_and_wrong, LEVELS[level], self._due_date(card), card)

    def _place(self, card: CardId, day: Day) -> Placed:
        """How this criterion would be practised on this day, and what time that adds."""
        here = day.variants.get(card.question, [])
        variant = variant_for(self.memories[card], self.questions[card.question], prefer=here)
        if variant is None:
            return Placed(card, Way.RECALL, None, MINUTES[Way.RECALL])
        return Placed(card, Way.TRANSFER, variant, 0.0 if variant in here else MINUTES[Way.TRANSFER])

    def _practise(self, card: CardId, at: dt.datetime, placed: Placed) -> None:
        self.done.add(card)
        good = Review(card, at, Grade.GOOD, placed.way, placed.variant)
        self.memories[card] = review(self.memories[card], good)

    def _learn(self, card: CardId, at: dt.datetime) -> None:
        """A first try that fails, the lesson, and the same asked again a little later."""
        self.done.add(card)
        first = review(None, Review(card, at, Grade.AGAIN))
        self.memories[card] = review(first, Review(card, at + COMES_BACK, Grade.GOOD))

    def _at(self, date: dt.date) -> dt.datetime:
        """The same time of day as now, on another date (UTC)."""
        return dt.datetime.combine(date, self.now.timetz()).astimezone(dt.UTC)

    def _date(self, at: dt.datetime) -> dt.date:
        return at.astimezone(self.now.tzinfo).date()

    def _due_date(self, card: CardId) -> dt.date:
        return self._date(self.memories[card].due)


def new_cards(questions: Iterable[Question], known: Mapping[CardId, Memory]) -> list[CardId]:
    """The criteria never met, in the order to meet them: core claims of the core questions first.

    The first claim of every question comes before the second of any, so that a short plan is broad.
    """
    ranked = [
        (LEVELS[criterion.level], not question.core, rank, question.id, criterion.id)
        for question in questions
        for rank, criterion in enumerate(question.criteria)
    ]
    cards = [CardId(question, criterion) for *_, question, criterion in sorted(ranked)]
    return [card for card in cards if card not in known]


def days_left(now: dt.datetime, interview: dt.date) -> int:
    """Days from today (in `now`'s zone) to the interview; negative when it is past."""
    return (interview - now.date()).days
