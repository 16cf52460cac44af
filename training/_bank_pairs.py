"""Pairs from questions: phrasings, near misses, misconceptions and the labelled clauses of answers."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from training._augment import joined, reversed_once, salad, swapped, typed, varied
from training._pairs import CONTRADICT, ENTAIL, NEUTRAL, NOT_ENTAIL, Pair, sampled
from viva.bank import Criterion, Exemplar, Key, Misconception, Question, read_question
from viva.grading._text import content_stems


@dataclass(frozen=True)
class Amounts:
    """How many pairs of each kind a criterion, misconception or clause gives in one pass."""

    paraphrases: int = 6
    breaths: int = 6
    near_miss_phrases: int = 3
    siblings: int = 10
    turned: int = 5
    salads: int = 1
    misconception_phrases: int = 6
    clause_misses: int = 2
    hard: bool = True
    """Take half of the siblings among those that share most words with the claim."""


@dataclass(frozen=True)
class Material:
    """One question with all labelled answers to it."""

    question: Question
    answers: tuple[Exemplar, ...]


def read_material(content: Path, answers: Path | None = None) -> list[Material]:
    """The questions under `content`, each with its exemplars and the lines of `answers`/<id>.jsonl."""
    found = []
    for path in sorted(content.glob("*/*.yaml")):
        question = read_question(path)
        extra = _answers(answers / f"{question.id}.jsonl") if answers else ()
        found.append(Material(question, (*question.exemplars, *extra)))
    return found


def _answers(path: Path) -> tuple[Exemplar, ...]:
    if not path.exists():
        return ()
    read = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            row = json.loads(line)
            kept = {k: row[k] for k in row if k not in _BESIDE}
            read.append(Exemplar.model_validate(kept | {"id": str(row["id"]).lower()}))
    return tuple(read)


_BESIDE = ("question", "writer", "claims", "note", "variant")


def bank_pairs(material: Iterable[Material], amounts: Amounts, rng: random.Random) -> Iterator[Pair]:
    """One pass over `material`; another generator state gives other negatives and wordings."""
    for one in material:
        question = one.question
        terms = list(question.jargon)
        yield from _key(question, question.id, question.ask.peer, terms, amounts, rng)
        for variant in question.variants:
            yield from _key(variant, question.id, variant.ask.peer, terms, amounts, rng)
        for answer in one.answers:
            yield from _answer(question, answer, amounts, rng)


def _key(
    key: Key, q: str, ask: str, terms: list[str], amounts: Amounts, rng: random.Random
) -> Iterator[Pair]:
    for criterion in key.criteria:
        others = [c for c in key.criteria if c.id != criterion.id]
        yield from _says(criterion, others, q, amounts, rng)
        yield from _says_not(criterion, others, q, amounts, rng)
        yield from _breaks(criterion, ask, terms, q, amounts, rng)
    for misconception in key.misconceptions:
        yield from _wrong(misconception, key, q, amounts, rng)


def _says(
    criterion: Criterion, others: list[Criterion], q: str, amounts: Amounts, rng: random.Random
) -> Iterator[Pair]:
    claim, accepts = criterion.claim, criterion.accepts
    yield Pair(varied(claim, rng), claim, ENTAIL, "same", q)
    for text in accepts:
        yield Pair(varied(text, rng), claim, ENTAIL, "accepts", q)
    for _ in range(min(amounts.paraphrases, len(accepts) // 2)):
        one, two = rng.sample(accepts, 2)
        yield Pair(varied(one, rng), two, ENTAIL, "paraphrase", q, 0.5)
    beside = [t for c in others for t in c.accepts if len(t.split()) <= 16]
    short = [t for t in accepts if len(t.split()) <= 20]
    for text in sampled(short, amounts.breaths, rng):
        if beside:
            both = [text, rng.choice(beside)]
            rng.shuffle(both)
            yield Pair(varied(joined(*both, rng), rng), claim, ENTAIL, "breath", q)


def _says_not(
    criterion: Criterion, others: list[Criterion], q: str, amounts: Amounts, rng: random.Random
) -> Iterator[Pair]:
    claim = criterion.claim
    for text in criterion.near_misses:
        yield Pair(varied(text, rng), claim, NOT_ENTAIL, "near-miss", q)
        if rng.random() < 0.25 and criterion.accepts:
            yield Pair(varied(text, rng), rng.choice(criterion.accepts), NOT_ENTAIL, "near-miss", q)
    phrases = [t for c in others for t in (*c.accepts, c.claim)]
    n = min(amounts.siblings, len(criterion.accepts))
    for text in _neighbours(claim, phrases, n, rng, hard=amounts.hard):
        yield Pair(varied(text, rng), claim, NEUTRAL, "sibling", q, 0.8)
    misses = [t for c in others for t in c.near_misses]
    for text in _neighbours(claim, misses, amounts.near_miss_phrases, rng, hard=amounts.hard):
        yield Pair(varied(text, rng), claim, NOT_ENTAIL, "sibling-miss", q, 0.8)


def _breaks(
    criterion: Criterion, ask: str, terms: list[str], q: str, amounts: Amounts, rng: random.Random
) -> Iterator[Pair]:
    claim = criterion.claim
    for _ in range(amounts.turned):
        text = rng.choice((*criterion.accepts, claim))
        turned = swapped(text, terms, rng) if rng.random() < 0.5 else None
        turned = turned or reversed_once(text, rng)
        if turned:
            target = CONTRADICT if text == claim else NOT_ENTAIL
            yield Pair(varied(turned, rng), claim, target, "turned", q, 0.8)
    for _ in range(amounts.salads):
        yield Pair(salad(rng.choice((claim, *criterion.accepts)), rng), claim, NEUTRAL, "salad", q)
    if rng.random() < 0.4:
        yield Pair(varied(ask, rng), claim, NEUTRAL, "echo", q)


def _wrong(wrong: Misconception, key: Key, q: str, amounts: Amounts, rng: random.Random) -> Iterator[Pair]:
    says = wrong.says
    n = min(amounts.misconception_phrases, len(says))
    for text in says:
        others = [s for s in says if s != text]
        if others:
            yield Pair(varied(text, rng), rng.choice(others), ENTAIL, "belief", q)
    for text in sampled(says, 2, rng):
        yield Pair(typed(text, rng), text, ENTAIL, "belief-same", q, 0.5)
        turned = reversed_once(text, rng)
        if turned:
            yield Pair(varied(turned, rng), text, NOT_ENTAIL, "belief-turned", q, 0.8)
    if wrong.contradicts is not None:
        criterion = key.criterion(wrong.contradicts)
        for text in says:
            yield Pair(varied(text, rng), criterion.claim, CONTRADICT, "denies", q)
        for text in sampled((*criterion.accepts, criterion.claim), n, rng):
            yield Pair(varied(text, rng), rng.choice(says), CONTRADICT, "right-belief", q)
    rest = [c for c in key.criteria if c.id != wrong.contradicts]
    texts = [t for c in rest for t in c.accepts]
    for text in _neighbours(says[0], texts, n, rng, hard=amounts.hard):
        yield Pair(varied(text, rng), rng.choice(says), NOT_ENTAIL, "other-belief", q, 0.8)
    for text in sampled(says, min(3, n), rng):
        if rest:
            yield Pair(varied(text, rng), rng.choice(rest).claim, NOT_ENTAIL, "belief-claim", q)
    siblings = [t for m in key.misconceptions if m.id != wrong.id for t in m.says]
    for text in _neighbours(says[0], siblings, min(3, n), rng, hard=amounts.hard):
        yield Pair(varied(text, rng), rng.choice(says), NEUTRAL, "belief-sibling", q, 0.8)


def _answer(question: Question, answer: Exemplar, amounts: Amounts, rng: random.Random) -> Iterator[Pair]:
    clauses = answer.clauses
    for at, clause in enumerate(clauses):
        labels = dict.fromkeys(clause.meets, ENTAIL)
        labels |= {c: CONTRADICT for c in clause.contradicts if c not in labels}
        text = clause.text
        for criterion in question.criteria:
            claim, id = criterion.claim, criterion.id
            if id in labels:
                yield Pair(varied(text, rng), claim, labels[id], "clause", question.id, 1.5)
            elif id in clause.partly:
                yield Pair(text, claim, rng.choice((ENTAIL, NOT_ENTAIL)), "partly", question.id, 0.5)
        free = [c for c in question.criteria if c.id not in (*labels, *clause.partly)]
        for claim in _neighbours(
            text, [c.claim for c in free], amounts.clause_misses, rng, hard=amounts.hard
        ):
            yield Pair(varied(text, rng), claim, NOT_ENTAIL, "clause-miss", question.id)
        yield from _beliefs(question, clause.states, text, rng)
        if at + 1 < len(clauses):
            both = f"{text} {clauses[at + 1].text}"
            if len(both.split()) <= 32:
                labelled = {*clause.meets, *clauses[at + 1].meets}
                yield from _window(question, both, labelled, {*clause.partly, *clauses[at + 1].partly}, rng)


def _window(
    question: Question, text: str, meets: set[str], partly: set[str], rng: random.Random
) -> Iterator[Pair]:
    """Two clauses together: one pair that holds or one that doesn't."""
    criterion = rng.choice(
        [c for c in question.criteria if c.id in meets] if meets and rng.random() < 0.6 else question.criteria
    )
    if criterion.id in partly - meets:
        return
    target = ENTAIL if criterion.id in meets else NOT_ENTAIL
    yield Pair(varied(text, rng), criterion.claim, target, "window", question.id)


def _beliefs(question: Question, states: tuple[str, ...], text: str, rng: random.Random) -> Iterator[Pair]:
    held = [m for m in question.misconceptions if m.id in states]
    for misconception in held:
        for says in sampled(misconception.says, 2, rng):
            yield Pair(varied(text, rng), says, ENTAIL, "clause-belief", question.id)
    free = [s for m in question.misconceptions if m.id not in states for s in m.says]
    if free:
        says = _neighbours(text, free, 1, rng, hard=rng.random() < 0.7)[0]
        yield Pair(varied(text, rng), says, NOT_ENTAIL, "clause-no-belief", question.id)


def _neighbours(claim: str, texts: list[str], n: int, rng: random.Random, *, hard: bool) -> list[str]:
    """`n` of `texts`, half of them (when `hard`) among those that share most words with `claim`."""
    if n <= 0 or not texts:
        return []
    if not hard:
        return sampled(texts, n, rng)
    own = set(content_stems(claim))
    pool = sampled(texts, max(12, n * 4), rng)
    pool.sort(key=lambda t: -len(own & set(content_stems(t))))
    near = pool[: max(1, n // 2)]
    return near + sampled(pool[len(near) :], n - len(near), rng)
