"""Chooses the next move from what happened so far.

The rules stand in `_RULES`, in order: the first that proposes a move wins. Chance comes from the
session's seed alone, so the same session with the same bank always goes the same way.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from viva.bank import Criterion, CriterionLevel, Question, Verdict
from viva.exceptions import UsageError
from viva.grading import Scorecard
from viva.interviewer._moves import Ask, Chooser, Close, Move, Work
from viva.session import Session, SessionOpened, Turn

if TYPE_CHECKING:  # the sandboxes take a quarter of a second to import; here a lab is only read
    from viva.labs import Lab

N_WARM_UPS = 2
MAX_PROBES = 2
MINUTES = {"warm-up": 1.0, "probe": 1.0, "variant": 3.0, "debrief": 1.5}
"""Time set aside for a step; a question says its own."""
AROUND_LABS = 8.0
"""Minutes of an interview that its labs leave to the warm-up and the first debrief."""
_LEVEL_ORDER = {CriterionLevel.CORE: 0, CriterionLevel.STRONG: 1, CriterionLevel.EXCEPTIONAL: 2}


@dataclass(frozen=True)
class _Scene:
    """All a rule may look at."""

    session: Session
    bank: Sequence[Question]
    chooser: Chooser | None = None
    labs: Sequence[Lab] = ()

    @property
    def settings(self) -> SessionOpened:
        return self.session.settings

    @property
    def minutes_left(self) -> float:
        worked = sum(max(work.seconds / 60, work.started.minutes / 2) for work in self.session.labs)
        return self.settings.minutes - worked - sum(self._minutes_spent(turn) for turn in self.turns)

    def _minutes_spent(self, turn: Turn) -> float:
        """A quick answer still counts for half of the time set aside: an interview isn't a race."""
        question = self.question(turn.asked.question)
        step = turn.asked.step
        aside = question.minutes if step == "question" and question else MINUTES.get(step, 0.0)
        return max(turn.seconds / 60, aside / 2)

    @property
    def turns(self) -> tuple[Turn, ...]:
        return self.session.turns

    @property
    def plan(self) -> list[Question]:
        """The questions in the order they will be asked, as far as time allows."""
        return planned_questions(self.settings, self.bank)

    @property
    def asked(self) -> list[str]:
        return [t.asked.question for t in self.turns if t.asked.step == "question"]

    @property
    def warmed_up_on(self) -> list[str]:
        return [t.asked.question for t in self.turns if t.asked.step == "warm-up"]

    def question(self, id: str) -> Question | None:
        return next((q for q in self.bank if q.id == id), None)

    def fits(self, question: Question) -> bool:
        """Is there time for this question, with time kept for the variant?"""
        kept = 0.0 if self.settings.mode == "single" else MINUTES["variant"]
        has_begun = bool(self.asked or self.session.labs)
        return question.minutes + kept <= self.minutes_left or not has_begun


def next_move(
    session: Session,
    bank: Sequence[Question],
    chooser: Chooser | None = None,
    *,
    labs: Sequence[Lab] = (),
) -> Move:
    """The next move in an interview whose last turn is graded, or that has just begun.

    An adaptive interview takes its questions from `chooser`, which knows the person's ability. Raises
    UsageError when there is none. `labs`: those of the session's settings, in order.
    """
    scene = _Scene(session, bank, chooser, labs)
    for rule in _RULES:
        move = rule(scene)
        if move is not None:
            return move
    return Close("everything planned was asked")


def planned_questions(settings: SessionOpened, bank: Sequence[Question]) -> list[Question]:
    """The questions an interview with these settings draws from, in order.

    The twenty core questions come before others; within them the order is the seed's.
    """
    if settings.questions:
        by_id = {q.id: q for q in bank}
        return [by_id[id] for id in settings.questions if id in by_id]
    eligible = [q for q in bank if not settings.topics or q.topic in settings.topics]
    shuffled = sorted(eligible, key=lambda q: q.id)
    random.Random(settings.seed).shuffle(shuffled)
    return sorted(shuffled, key=lambda q: not q.core)


def plan_labs(
    labs: Sequence[Lab], *, minutes: int, seed: int, topics: Sequence[str] = (), steps: Sequence[str] = ()
) -> list[Lab]:
    """The labs of an interview: as many as leave time for a warm-up and a debrief, in the seed's order.

    `topics`: question ids; `steps`: steps of a loop. Empty means all.
    """
    eligible = [
        lab
        for lab in sorted(labs, key=lambda lab: lab.id)
        if (not topics or set(topics) & set(lab.topics)) and (not steps or lab.step in steps)
    ]
    random.Random(seed).shuffle(eligible)
    chosen: list[Lab] = []
    for lab in eligible:
        if sum(other.minutes for other in chosen) + lab.minutes + AROUND_LABS <= minutes:
            chosen.append(lab)
    return chosen


def _single(scene: _Scene) -> Move | None:
    """`viva ask`: one question, nothing around it."""
    if scene.settings.mode == "single" and scene.asked:
        return Close("the question was answered")
    return None


def _debrief(scene: _Scene) -> Move | None:
    """After a submit its follow-up questions, to the last: who copied a solution is found out here."""
    work = scene.session.labs[-1] if scene.session.labs else None
    if work is None or work.submitted is None:
        return None
    asked = [turn.asked.follow_up for turn in scene.session.turns_on_lab(work.submitted.lab)]
    left = [id for id in work.submitted.debrief if id not in asked]
    if left:
        about = f"debrief {len(asked) + 1} of {len(work.submitted.debrief)}: {work.started.title}"
        topic = work.started.topics[0]
        return Ask("debrief", topic, reason=about, lab=work.submitted.lab, follow_up=left[0])
    return Close("the debrief is over") if scene.settings.mode == "lab" else None


def _lab(scene: _Scene) -> Move | None:
    """The next lab that there is time for; the first one always."""
    begun = [work.started.lab for work in scene.session.labs]
    for lab in scene.labs:
        if lab.id not in begun and (lab.minutes <= scene.minutes_left or not begun):
            return Work(lab.id, reason=f"lab {len(begun) + 1}: {lab.title}")
    return None


def _time_is_up(scene: _Scene) -> Move | None:
    return Close("the time is up") if scene.minutes_left <= 0 else None


def _warm_up(scene: _Scene) -> Move | None:
    """Recall first: one core idea each, from questions that aren't asked in full."""
    done = [t for t in scene.turns if t.asked.step == "warm-up"]
    wanted = min(N_WARM_UPS, scene.settings.minutes // 6)
    if scene.settings.mode == "single" or len(done) >= wanted or scene.asked or scene.session.labs:
        return None
    used = {t.asked.question for t in done} | {q.id for q in scene.plan[:3]}
    pool = [q for q in [*scene.plan[3:], *scene.bank] if q.id not in used and q.kind == "concept"]
    practised = {topic for lab in scene.labs for topic in lab.topics}
    pool.sort(key=lambda q: q.id not in practised)  # recall of what the lab then has one do
    if not pool:
        return None
    question = pool[0]
    core = [c for c in question.criteria if c.level is CriterionLevel.CORE]
    criterion = _chance(scene).choice(core or list(question.criteria))
    return Ask(
        "warm-up",
        question.id,
        reason=f"warming up: one idea from {question.title.lower()}, a sentence or two will do",
        criterion=criterion.id,
    )


def _probe(scene: _Scene) -> Move | None:
    """At most two follow-ups, aimed at what the answer got wrong, left vague or left out."""
    if scene.settings.mode == "single" or not scene.turns:
        return None
    last = scene.turns[-1]
    question = scene.question(last.asked.question)
    if last.asked.step not in ("question", "probe") or question is None:
        return None
    about = _turns_on(scene, question.id)
    probed = [t.asked.criterion for t in about if t.asked.step == "probe"]
    card = about[0].scorecard
    if len(probed) >= MAX_PROBES or card is None or not _worth_probing(card):
        return None
    return _probe_move(question, card, probed)


def _probe_move(question: Question, card: Scorecard, probed: list[str | None]) -> Ask | None:
    open_points = [
        (_URGENCY[v.verdict], _LEVEL_ORDER[c.level], i, c)
        for i, c in enumerate(question.criteria)
        if (v := card.verdict_on(c.id)) and v.verdict in _URGENCY and c.id not in probed
    ]
    if not open_points:
        return None
    criterion = min(open_points)[3]
    return Ask("probe", question.id, reason=_why(criterion, question, card), criterion=criterion.id)


_URGENCY = {Verdict.CONTRADICTED: 0, Verdict.PARTLY: 1, Verdict.MISSING: 2}
"""What is probed first; what was met isn't probed."""


def _why(criterion: Criterion, question: Question, card: Scorecard) -> str:
    """One line for the person: what led to this probe."""
    here = _in_words(criterion.id)
    verdict = card.verdict_on(criterion.id)
    if verdict is not None and verdict.verdict is Verdict.CONTRADICTED:
        return f"probing: what you said about {here} doesn't sound right yet"
    if verdict is not None and verdict.verdict is Verdict.PARTLY:
        return f"probing: you touched on {here}, and I'd like it in full"
    met = [c for c in question.criteria if (v := card.verdict_on(c.id)) and v.verdict is Verdict.MET]
    if met:
        return f"probing: you covered {_in_words(met[0].id)} but not {here}"
    return f"probing: {here} hasn't come up yet"


def _in_words(id: str) -> str:
    return id.replace("-", " ")


def _worth_probing(card: Scorecard) -> bool:
    """Someone who said they don't know, or nothing that can be judged, isn't pressed."""
    return card.score is not None and "dont-know" not in card.flags


def _adaptive(scene: _Scene) -> Move | None:
    """The question that tells most about this person now, until the ability is known well enough."""
    if not scene.settings.adaptive:
        return None
    if scene.chooser is None:
        raise UsageError("an adaptive interview needs what is known of the person; pass a chooser")
    if scene.chooser.knows_enough:
        return None
    open_to = [
        q for q in scene.plan
        if q.id not in scene.asked and q.id not in scene.warmed_up_on and scene.fits(q)
    ]  # fmt: skip
    chosen = scene.chooser.choose([q.id for q in open_to], asked=scene.asked, chance=_chance(scene))
    question = scene.question(chosen) if chosen is not None else None
    if question is None:
        return None
    about = f"question {len(scene.asked) + 1}: {question.title.lower()}"
    return Ask("question", question.id, reason=f"{about}, which tells most about you now")


def _question(scene: _Scene) -> Move | None:
    """The next planned question that fits, with time kept for the variant."""
    if scene.settings.adaptive:
        return None
    for question in scene.plan:
        if question.id not in scene.asked and scene.fits(question):
            n = len(scene.asked) + 1
            return Ask("question", question.id, reason=f"question {n}: {question.title.lower()}")
    return None


def _variant(scene: _Scene) -> Move | None:
    """Once, near the end: the same ideas in an unfamiliar situation, where recall went best."""
    if any(t.asked.step == "variant" for t in scene.turns):
        return None
    scored = [
        (t.scorecard.score or 0.0, -i, q)
        for i, t in enumerate(scene.turns)
        if t.asked.step == "question" and t.scorecard is not None
        if (q := scene.question(t.asked.question)) is not None and q.variants
    ]
    if not scored:
        return None
    question = max(scored, key=lambda s: s[:2])[2]
    variant = _chance(scene).choice(question.variants)
    return Ask(
        "variant",
        question.id,
        reason=f"transfer: the ideas of {question.title.lower()} in a situation you haven't met",
        variant=variant.id,
    )


def _known_well_enough(scene: _Scene) -> Move | None:
    """An adaptive interview ends early when more questions would hardly change the picture."""
    if scene.settings.adaptive and scene.chooser is not None and scene.chooser.knows_enough:
        return Close("your ability is known well enough")
    return None


def _turns_on(scene: _Scene, question: str) -> list[Turn]:
    """The turns on a question since it was last asked in full."""
    starts = [
        i for i, t in enumerate(scene.turns) if t.asked.question == question and t.asked.step == "question"
    ]
    return [t for t in scene.turns[starts[-1] :] if t.asked.question == question] if starts else []


def _chance(scene: _Scene) -> random.Random:
    return random.Random(f"{scene.settings.seed}:{len(scene.turns)}")


_RULES: tuple[Callable[[_Scene], Move | None], ...] = (
    _single,
    _debrief,
    _time_is_up,
    _warm_up,
    _lab,
    _probe,
    _adaptive,
    _question,
    _variant,
    _known_well_enough,
)
