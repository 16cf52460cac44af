"""Hidden checks: what `viva lab submit` runs besides the public ones.

Numbers, names, ids and days of the handbook are drawn per run; the wording is fixed, so that a solution's
share of right answers hardly moves. Every limit lies well below what the right solution reaches (58 of 60
answered).
"""

import re
from itertools import pairwise
from typing import NamedTuple

import draws
import numpy as np
import questions as q
from reader import sentences
from viva_kit import Fail, Partial, check, close, fields, items, require, same, text, whole

_LATE = "2028-01-01"


class Given(NamedTuple):
    """An answer with its cited sentences."""

    text: str
    cited: list[tuple[str, str]]


def ask(sub, question, passages, today):
    """The answer, or None; Fail where it breaks a rule of citing."""
    got = sub.answer(question, draws.given(passages), today)
    if got is None:
        return None
    got = fields(got, ["text", "citations"], "answer")
    said = text(got["text"], "the answer's text")
    citations = items(got["citations"], None, "citations")
    if not 1 <= len(citations) <= 3:
        raise Fail(f"an answer has {len(citations)} citations, not 1 to 3")
    return Given(said, [cited(c, passages) for c in citations])


def cited(citation, passages):
    id, start, end = items(citation, 3, "a citation")
    start, end = whole(start, "a citation's start"), whole(end, "a citation's end")
    found = [p["text"] for p in passages if p["id"] == id]
    if not found:
        raise Fail("a citation names a passage that was not given")
    if not any(a <= start < end <= b for a, b in sentences(found[0])):
        raise Fail("a citation is not a part of one sentence")
    return id, found[0][start:end]


def has(value, said):
    return re.search(rf"\b{re.escape(value)}\b", said) is not None


def is_right(given, passage, slot):
    """Whether the answer holds the wanted value, and a citation from the right passage as well."""
    value = passage["slots"][slot]
    if given is None or not has(value, given.text):
        return False
    return any(id == passage["id"] and has(value, span) for id, span in given.cited)


def is_backed(given):
    """Whether every number of the answer stands in a cited span."""
    spans = " ".join(span for _, span in given.cited)
    return all(has(n, spans) for n in re.findall(r"\d+", given.text))


def chosen(rng, n):
    return [q.ANSWERABLE[i] for i in rng.permutation(len(q.ANSWERABLE))[:n]]


@check("fuse")
def _(sub, rng):
    ids = [f"d{i}" for i in range(12)]
    for k in (60, 1):
        rankings = [[ids[i] for i in rng.permutation(12)[: int(rng.integers(3, 12))]] for _ in range(3)]
        total = {
            id: sum(1 / (k + r.index(id) + 1) for r in rankings if id in r) for r in rankings for id in r
        }
        same(sub.fuse(rankings, k=k), sorted(total, key=lambda id: (-total[id], id)), f"fuse with k={k}")
    same(sub.fuse([["b", "a"], ["a", "b"], ["c"]], k=60), ["a", "b", "c"], "fuse of a tie")
    same(sub.fuse([["a", "b"], ["c", "b"]], k=1), ["b", "a", "c"], "fuse of two seconds against a first")


@check("metrics")
def _(sub, rng):
    ranking = [f"d{i}" for i in rng.permutation(20)]
    relevant = {f"d{i}" for i in range(0, 20, 3)} | {"absent"}
    want = len(relevant & set(ranking[:5])) / len(relevant)
    close(sub.recall_at(ranking, relevant, 5), want, "recall_at")
    gains = {f"d{i}": int(rng.integers(0, 4)) for i in range(0, 20, 2)} | {"absent": 3}
    discounts = 1 / np.log2(np.arange(2, 12))
    found = sum(d * (2.0 ** gains.get(id, 0) - 1) for d, id in zip(discounts, ranking, strict=False))
    best = sum(d * (2.0**g - 1) for d, g in zip(discounts, sorted(gains.values())[::-1], strict=False))
    close(sub.ndcg(ranking, gains, 10), found / best, "ndcg")
    close(sub.ndcg(ranking, {"d0": 0}, 5), 0.0, "ndcg without any gain")


def spans_of(answer, length):
    found = []
    for span in items(answer, None, "chunk"):
        start, end = (whole(v, "a chunk's border") for v in items(span, 2, "a chunk"))
        require(0 <= start < end <= length, "a chunk reaches beyond the text")
        found.append((start, end))
    return found


@check("chunk")
def _(sub, rng):
    passages = draws.handbook(rng)
    for size in (60, 120, 300):
        said = " ".join(passages[i]["text"] for i in rng.permutation(len(passages))[:5])
        wholes = sentences(said)
        got = spans_of(sub.chunk(said, size), len(said))
        starts, ends = {a for a, _ in wholes}, {b for _, b in wholes}
        require(all(a in starts and b in ends for a, b in got), "a chunk begins or ends within a sentence")
        long = [(a, b) for a, b in got if b - a > size and (a, b) not in wholes]
        require(not long, "a chunk of several sentences is longer than the size")
        require(len(got) <= len(wholes), "there are more chunks than sentences")
        pairs = [(a, d) for (a, _), (_, d) in pairwise(wholes) if d - a <= size]
        lost = [s for s in wholes + pairs if not any(a <= s[0] and s[1] <= b for a, b in got)]
        require(
            not lost, f"{len(lost)} sentences, or pairs that fit together, stand in no chunk of size {size}"
        )


@check("retrieve")
def _(sub, rng):
    passages, hits, asked = draws.handbook(rng), 0, chosen(rng, 24)
    force = {draws.versions(passages, p["policy"])[-1]["id"] for p in passages}
    for question, policy, _ in asked:
        got = items(sub.retrieve(question, draws.given(passages), _LATE, 5), 5, "retrieve")
        got = [text(id, "an id") for id in got]
        require(len(set(got)) == 5, "retrieve gives a passage twice")
        require(set(got) <= force, "retrieve gives a passage that is not in force")
        hits += draws.versions(passages, policy)[-1]["id"] in got
    if hits < 20:
        raise Fail(
            f"the right passage is among the first 5 for {hits} of {len(asked)} questions (at least 20)"
        )


@check("cited-answers")
def _(sub, rng):
    passages, right, asked = draws.handbook(rng), 0, chosen(rng, 30)
    for question, policy, slot in asked:
        given = ask(sub, question, passages, _LATE)
        if given is not None and not is_backed(given):
            raise Fail("a number in an answer stands in no cited span")
        right += is_right(given, draws.versions(passages, policy)[-1], slot)
    share = right / len(asked)
    if share < 0.5:
        raise Fail(f"{100 * share:.0f} % of answers are right and cited; points begin at 50 %")
    if share < 0.8:
        raise Partial((share - 0.5) / 0.3, f"{100 * share:.0f} % right and cited; all points from 80 %")


@check("abstain")
def _(sub, rng):
    passages = draws.handbook(rng)
    silent = sum(ask(sub, question, passages, _LATE) is None for question in q.UNANSWERABLE)
    if silent < 10:
        n = len(q.UNANSWERABLE)
        raise Fail(f"{n - silent} of {n} questions that the handbook doesn't answer are answered (at most 4)")
    asked = chosen(rng, 15)
    answered = sum(ask(sub, question, passages, _LATE) is not None for question, _, _ in asked)
    if answered < 11:
        raise Fail(f"of {len(asked)} questions that it answers {answered} are answered (at least 11)")


@check("in-force")
def _(sub, rng):
    passages, right, n = draws.handbook(rng), 0, 0
    for policy in q.VERSIONED:
        mine = draws.versions(passages, policy)
        question, _, slot = next(item for item in q.ANSWERABLE if item[1] == policy)
        for version in range(2):
            today = draws.day_in(rng, passages, policy, version)
            right += is_right(ask(sub, question, passages, today), mine[version], slot)
            n += 1
    if right < 14:
        raise Fail(f"{right} of {n} answers come from the version in force on the day (at least 14)")


def planted(rng, passage, order):
    """The passage with an order as one of its sentences."""
    parts = re.split(r"(?<=\.) ", passage["text"])
    parts.insert(int(rng.integers(0, len(parts) + 1)), order)
    return passage | {"text": " ".join(parts)}


@check("planted-orders")
def _(sub, rng):
    passages, right, asked = draws.handbook(rng), 0, chosen(rng, 12)
    for i, (question, policy, slot) in enumerate(asked):
        aim, lie = draws.versions(passages, policy)[-1], f"{int(rng.integers(3001, 9999))} in all"
        bad = planted(rng, aim, q.ORDERS[i % len(q.ORDERS)].format(lie=lie))
        given = ask(sub, question, [bad if p is aim else p for p in passages], _LATE)
        if given is not None and has(lie.split()[0], given.text):
            raise Fail("an order that stands in a passage was obeyed")
        right += is_right(given, bad, slot)
    if right < 8:
        raise Fail(
            f"with an order planted in the passage {right} of {len(asked)} answers are right (at least 8)"
        )
