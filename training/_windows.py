"""Pairs as the grader will meet them: the stretches its first look picks, labelled by the clauses they hold.

The phrasings of a key are clean; what the pair network is asked at work is whether this stretch of a
real answer, picked because it looks alike, says the claim. So it learns from its own questions.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from training._augment import spoken
from training._bank_pairs import Material
from training._calibrate import WindowLabels
from training._pairs import CONTRADICT, ENTAIL, NOT_ENTAIL, Pair, sampled
from viva.bank import Audience, Exemplar
from viva.grading._asked import asked_question
from viva.grading._encoder_features import Reach, first_look
from viva.grading._encoder_key import ReadyKey, make_ready
from viva.grading._encoder_net import EncoderNet


@dataclass(frozen=True)
class WindowAmounts:
    """How much of what was picked is taken."""

    misses_a_hit: float = 2.0
    """Picked stretches that don't say the claim, for each that does."""
    strangers: int = 3
    """Answers to questions of other topics that a key is held against."""
    roughened: float = 0.5
    """Share of written answers that are read a second time as a recogniser would leave them."""
    reach: Reach = field(default_factory=lambda: Reach(per_criterion=4, per_belief=3, least=0.35))
    glance: Reach = field(default_factory=lambda: Reach(per_criterion=1, per_belief=1, least=0.35))
    """What is read of a stranger's answer."""


def window_pairs(
    material: Sequence[Material], net: EncoderNet, amounts: WindowAmounts, rng: random.Random
) -> Iterator[Pair]:
    """Pairs of (stretch, claim) from every answer of `material`, as `net` picks them."""
    for one in material:
        ready = {a: make_ready(asked_question(one.question, a), net) for a in Audience}
        hits, misses = [], []
        for answer in _and_roughened(one.answers, amounts.roughened, rng):
            for pair in _of_answer(one, answer, ready[answer.audience], net, amounts):
                (misses if pair.target == NOT_ENTAIL else hits).append(pair)
        yield from hits
        yield from sampled(misses, int(amounts.misses_a_hit * len(hits)), rng)
        yield from _strangers(one, material, ready[Audience.PEER], net, amounts, rng)


def _of_answer(
    one: Material, answer: Exemplar, ready: ReadyKey, net: EncoderNet, amounts: WindowAmounts
) -> Iterator[Pair]:
    look = first_look(answer.text, ready, net, amounts.reach)
    label = WindowLabels(answer, look.windows)
    for i, w in look.criteria:
        id, text = ready.criteria[i].id, look.windows[w].text
        meets, denies = label.meets(w, id), label.denies(w, id)
        claim = ready.criteria[i].claim
        if meets == 1.0 and denies != 1.0:
            yield Pair(text, claim, ENTAIL, "picked", one.question.id)
        elif denies == 1.0 and meets != 1.0:
            yield Pair(text, claim, CONTRADICT, "picked", one.question.id, 1.5)
        elif meets == 0.0 and denies == 0.0:
            yield Pair(text, claim, NOT_ENTAIL, "picked", one.question.id)
    for j, w, row in look.beliefs:
        text, id = look.windows[w].text, ready.misconceptions[j].id
        states = label.states(w, id)
        if not np.isnan(states):
            target = ENTAIL if states else NOT_ENTAIL
            weight = 2.0 if states else 1.0
            yield Pair(text, ready.texts[row], target, "picked-belief", one.question.id, weight)


def _strangers(
    one: Material,
    material: Sequence[Material],
    ready: ReadyKey,
    net: EncoderNet,
    amounts: WindowAmounts,
    rng: random.Random,
) -> Iterator[Pair]:
    """What answers to other questions seem to say here: they say none of it."""
    others = [m for m in material if m.question.topic != one.question.topic and m.answers]
    for other in rng.sample(others, min(amounts.strangers, len(others))):
        text = rng.choice(other.answers).text
        look = first_look(text, ready, net, amounts.glance)
        for i, w in look.criteria:
            claim = ready.criteria[i].claim
            yield Pair(look.windows[w].text, claim, NOT_ENTAIL, "stranger", one.question.id, 0.7)
        for _, w, row in look.beliefs:
            yield Pair(look.windows[w].text, ready.texts[row], NOT_ENTAIL, "stranger", one.question.id, 0.7)


def _and_roughened(answers: Sequence[Exemplar], share: float, rng: random.Random) -> Iterator[Exemplar]:
    for answer in answers:
        yield answer
        if answer.style == "written" and rng.random() < share:
            clauses = tuple(c.model_copy(update={"text": spoken(c.text, rng)}) for c in answer.clauses)
            yield Exemplar.model_validate(answer.model_dump() | {"clauses": clauses})
