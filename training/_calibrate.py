"""The calibrated layer, fitted on what the exported networks say of answers they never learned from."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from viva.bank import Clause, Exemplar, Question, Verdict
from viva.grading._asked import asked_question
from viva.grading._encoder_features import (
    BELIEF_FEATURES,
    CRITERION_FEATURES,
    Found,
    Reach,
    read,
)
from viva.grading._encoder_key import ReadyKey, make_ready
from viva.grading._encoder_layer import (
    CREDIT_FEATURES,
    WRONG_FEATURES,
    Layer,
    Logistic,
    ReferenceLayer,
    Thresholds,
    credit_features,
    odds_of,
)
from viva.grading._encoder_net import EncoderNet
from viva.grading._encoder_stretches import stretch_features
from viva.grading._text import Window

COVERED = 0.6
"""Share of a labelled clause that a window must hold to count as saying it."""
ELSEWHERE_COUNTS = 0.5
"""What an answer to another question counts when credit is fitted."""
FAR = 0.72
"""Two questions none of whose claims are more alike (cosine) than this have little in common."""


@dataclass(frozen=True)
class Seen:
    """One answer as the networks read it, beside its labels."""

    question: Question
    answer: Exemplar
    ready: ReadyKey
    found: Found
    meets: NDArray[np.float64] = field(repr=False)
    """1, 0, or nan where the label can't be told, for each criterion candidate."""
    denies: NDArray[np.float64] = field(repr=False)
    states: NDArray[np.float64] = field(repr=False)
    wrong: NDArray[np.float64] = field(repr=False)
    """1, 0 or nan for each window."""
    credit: NDArray[np.float64] = field(repr=False)
    """1 or 0 for each criterion of the key."""
    is_elsewhere: bool = False
    """It answers another question: it counts for credit alone, which it must not get."""


def see(
    questions: Iterable[tuple[Question, Sequence[Exemplar]]],
    net: EncoderNet,
    reach: Reach = Reach(),  # noqa: B008
) -> list[Seen]:
    """Read every answer with `net`."""
    seen = []
    for question, answers in questions:
        ready: dict[str, ReadyKey] = {}
        for answer in answers:
            asked = asked_question(question, answer.audience)
            if answer.audience not in ready:
                ready[answer.audience] = make_ready(asked, net)
            seen.append(_seen(question, answer, ready[answer.audience], net, reach))
    return seen


def see_elsewhere(
    questions: Sequence[tuple[Question, Sequence[Exemplar]]], net: EncoderNet, rng: random.Random
) -> list[Seen]:
    """Each strong answer read beside the key of another question, far from its own."""
    claims = [net.vectors([c.claim for c in q.criteria]) for q, _ in questions]
    far = [[j for j, b in enumerate(claims) if (a @ b.T).max() < FAR] for a in claims]
    moved: list[tuple[Question, list[Exemplar]]] = [(q, []) for q, _ in questions]
    for i, (_, answers) in enumerate(questions):
        for answer in answers:
            if answer.tier in ("expert", "good") and far[i]:
                moved[rng.choice(far[i])][1].append(_stripped(answer))
    return [replace(s, is_elsewhere=True) for s in see(moved, net)]


def _stripped(answer: Exemplar) -> Exemplar:
    bare = tuple(Clause(text=c.text) for c in answer.clauses)
    return answer.model_copy(update={"clauses": bare})


def _seen(question: Question, answer: Exemplar, ready: ReadyKey, net: EncoderNet, reach: Reach) -> Seen:
    found = read(answer.text, ready, net, reach)
    label = WindowLabels(answer, found.windows)
    c, b = found.criteria, found.beliefs
    ids = [x.id for x in ready.criteria]
    beliefs = [m.id for m in ready.misconceptions]
    return Seen(
        question, answer, ready, found,
        np.array([label.meets(w, ids[i]) for i, w in zip(c.owner, c.window, strict=True)]),
        np.array([label.denies(w, ids[i]) for i, w in zip(c.owner, c.window, strict=True)]),
        np.array([label.states(w, beliefs[i]) for i, w in zip(b.owner, b.window, strict=True)]),
        np.array([label.wrong(w) for w in range(len(found.windows))]),
        np.array([float(answer.verdict(i) in (Verdict.MET, Verdict.PARTLY)) for i in ids]),
    )  # fmt: skip


class WindowLabels:
    """What a careful reader would say of each window, from the clauses it covers."""

    def __init__(self, answer: Exemplar, windows: tuple[Window, ...]) -> None:
        self._clauses = answer.clauses
        self._cover = np.zeros((len(windows), len(answer.clauses)))
        for i, window in enumerate(windows):
            for j, (start, end) in enumerate(answer.spans):
                shared = max(0, min(end, window.end) - max(start, window.start))
                self._cover[i, j] = shared / max(1, end - start)

    def meets(self, window: int, id: str) -> float:
        return self._of(window, [id in c.meets for c in self._clauses],
                        [id in c.partly for c in self._clauses])  # fmt: skip

    def denies(self, window: int, id: str) -> float:
        return self._of(window, [id in c.contradicts for c in self._clauses],
                        [bool(c.wrong) for c in self._clauses])  # fmt: skip

    def states(self, window: int, id: str) -> float:
        return self._of(window, [id in c.states for c in self._clauses],
                        [_is_wrong(c) for c in self._clauses])  # fmt: skip

    def wrong(self, window: int) -> float:
        return self._of(window, [_is_wrong(c) for c in self._clauses], [])

    def _of(self, window: int, yes: list[bool], unclear: list[bool]) -> float:
        cover = self._cover[window]
        if cover[yes].max(initial=0.0) >= COVERED:
            return 1.0
        if cover[yes].max(initial=0.0) > 0.15 or (unclear and cover[unclear].max(initial=0.0) > 0.15):
            return float("nan")
        return 0.0


def _is_wrong(clause: Clause) -> bool:
    return bool(clause.states or clause.wrong or clause.contradicts)


def fit_layer(
    seen: Sequence[Seen],
    reference: ReferenceLayer | None,
    thresholds: Thresholds,
    provenance: dict[str, Any],
) -> Layer:
    """Fit the regressions on `seen`; answers of the networks' own training must not be in it."""
    own = [s for s in seen if not s.is_elsewhere]
    features = [s.found.criteria.features for s in own]
    meets = _fit(features, [s.meets for s in own], CRITERION_FEATURES)
    denies = _fit(features, [s.denies for s in own], CRITERION_FEATURES)
    states = _fit([s.found.beliefs.features for s in own], [s.states for s in own], BELIEF_FEATURES)
    read = [stretch_features(s.found, odds_of(s.found, meets, denies, states)) for s in own]
    labels = [s.wrong[windows] for s, (windows, _) in zip(own, read, strict=True)]
    wrong = _fit([x for _, x in read], labels, WRONG_FEATURES)
    odds = [odds_of(s.found, meets, denies, states) for s in seen]
    rows = [credit_features(s.found, o, s.ready.denied) for s, o in zip(seen, odds, strict=True)]
    weights = [np.full(len(s.credit), ELSEWHERE_COUNTS if s.is_elsewhere else 1.0) for s in seen]
    credit = _fit(rows, [s.credit for s in seen], CREDIT_FEATURES, weights)
    return Layer(meets, denies, states, wrong, credit, reference, thresholds, provenance)


def _fit(
    features: Sequence[NDArray[np.float32]],
    labels: Sequence[NDArray[np.float64]],
    names: tuple[str, ...],
    weights: Sequence[NDArray[np.float64]] | None = None,
) -> Logistic:
    x = np.concatenate([f for f in features if len(f)]).astype(np.float64)
    y = np.concatenate([v for v in labels if len(v)])
    weight = np.ones(len(y)) if weights is None else np.concatenate([w for w in weights if len(w)])
    known = ~np.isnan(y)
    x, y, weight = x[known], y[known], weight[known]
    mean, scale = x.mean(0), x.std(0) + 1e-6
    model = LogisticRegression(C=0.3, max_iter=2000).fit((x - mean) / scale, y, sample_weight=weight)
    return Logistic(
        names,
        mean.astype(np.float32),
        scale.astype(np.float32),
        model.coef_[0].astype(np.float32),
        float(model.intercept_[0]),
    )
