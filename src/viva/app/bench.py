"""How well do grades agree with a panel's on labelled interview answers?

Figures: Spearman and Pearson correlation and root mean squared error with the panel's score (0-10); the
share of pairs within a question in which the better tier has the higher score (ties count half); how many
answers that game or miss the question score above 3; misconceptions found (a labelled span counts as found
when a reported one covers half of the shorter); right answers accused of one.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from viva.app._grade import GradeInput, GradeOutput, grade_one
from viva.app._viva import Viva
from viva.bank import Audience
from viva.exceptions import InputError
from viva.grading import GRADERS, asked_question

GOOD = ("expert_peer", "expert_stakeholder", "good")
MIDDLING = ("average", "honest_partial")
BAD = ("weak", "wrong_fluent", "stuffed", "injected", "offtopic")
GAMING = ("stuffed", "injected", "offtopic")
PAIRS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "good > average": (GOOD, ("average",)),
    "good > fluent wrong": (GOOD, ("wrong_fluent",)),
    "stakeholder's expert > fluent wrong": (("expert_stakeholder",), ("wrong_fluent",)),
    "expert > good": (("expert_peer", "expert_stakeholder"), ("good",)),
    "good > bad": (GOOD, BAD),
    "middling > bad": (MIDDLING, BAD),
}
"""Name of a pair figure → the tiers that should score higher, and lower."""


@dataclass(frozen=True)
class Labelled:
    """One labelled answer."""

    question: str
    tier: str
    audience: str
    text: str
    score: float
    misconceptions: tuple[str, ...] = ()
    """Verbatim spans that are wrong."""


def bench_answers(viva: Viva, file: Path, *, graders: tuple[str, ...] = ()) -> dict[str, dict[str, Any]]:
    """Every figure for each grader and for the baseline that counts words, in one run.

    Raises InputError when a line isn't a labelled answer.
    """
    rows = read_labelled(file)
    made = {name: answer_figures(rows, _graded(viva, name, rows)) for name in graders or GRADERS}
    return made | {"length": {"n": len(rows), **score_figures(rows, length_scores(rows))}}


def grading_speed(viva: Viva, n: int) -> dict[str, float]:
    """Milliseconds an answer of about 200 words takes against a full key, once the key is ready."""
    started = time.perf_counter()
    judge = viva.grader
    loaded = time.perf_counter() - started
    spoken = [(q, e) for q in viva.bank if q.core for e in q.exemplars if e.score >= 5]
    taken = []
    for i in range(n):
        q, e = spoken[i % len(spoken)]
        words = f"{e.text} {spoken[(i + 7) % len(spoken)][1].text}".split()[:200]
        asked = asked_question(q, e.audience)
        if i < len(spoken):
            judge(asked, e.text)
        begun = time.perf_counter()
        judge(asked, " ".join(words))
        taken.append(1000 * (time.perf_counter() - begun))
    p50, p95 = np.quantile(taken, [0.5, 0.95])
    return {
        "n": n, "load ms": 1000 * loaded, "p50 ms": float(p50), "p95 ms": float(p95),
        "answers a second": 1000 / float(np.mean(taken)),
    }  # fmt: skip


def read_labelled(file: Path) -> list[Labelled]:
    """The labelled answers of a JSON Lines file. Raises InputError naming the line."""
    rows = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            rows.append(
                Labelled(
                    row["question"], row["tier"], row["audience"], row["text"], float(row["score"]),
                    tuple(m["quote"] for m in row.get("misconceptions", [])),
                )
            )  # fmt: skip
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{file}:{number}: {error!r}; wanted an object with question, tier, audience, text, score"
            ) from None
    return rows


def _graded(viva: Viva, grader: str, rows: Sequence[Labelled]) -> list[GradeOutput]:
    judge = replace(viva, settings=viva.settings.model_copy(update={"grader": grader}))
    return [
        grade_one(judge, GradeInput(id=i, question=r.question, audience=Audience(r.audience), text=r.text))
        for i, r in enumerate(rows)
    ]


def answer_figures(rows: Sequence[Labelled], grades: Sequence[GradeOutput]) -> dict[str, Any]:
    """Every figure for one grader. `rows` and `grades` are in the same order."""
    scores = np.array([g.score or 0.0 for g in grades])
    return {
        "n": len(rows),
        **score_figures(rows, scores),
        **_misconception_figures(rows, grades),
        "quotes not verbatim": sum(_n_false_quotes(r, g) for r, g in zip(rows, grades, strict=True)),
    }


def score_figures(rows: Sequence[Labelled], scores: NDArray[np.float64]) -> dict[str, Any]:
    """The figures that need scores alone; `scores` has shape (n,)."""
    panel = np.array([r.score for r in rows])
    low, high = _spearman_interval(scores, panel, [r.question for r in rows])
    gaming = [i for i, r in enumerate(rows) if r.tier in GAMING]
    return {
        "spearman": _spearman(scores, panel),
        "spearman 95% interval": [low, high],
        "pearson": float(np.corrcoef(scores, panel)[0, 1]) if np.ptp(scores) else 0.0,
        "rmse": float(np.sqrt(np.mean((scores - panel) ** 2))),
        **{name: _pairs(rows, scores, *tiers) for name, tiers in PAIRS.items()},
        "gaming above 3": int(sum(scores[i] > 3 for i in gaming)),
        "gaming n": len(gaming),
        "mean by tier": {
            tier: round(float(np.mean([s for s, r in zip(scores, rows, strict=True) if r.tier == tier])), 2)
            for tier in dict.fromkeys(r.tier for r in rows)
        },
    }


def length_scores(rows: Iterable[Labelled]) -> NDArray[np.float64]:
    """The baseline that only counts words, scaled to 0-10 (200 words are full marks)."""
    return np.array([min(10.0, len(r.text.split()) / 20) for r in rows])


def _spearman(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    if not np.ptp(a) or not np.ptp(b):
        return 0.0
    return float(stats.spearmanr(a, b).statistic)


def _spearman_interval(
    a: NDArray[np.float64], b: NDArray[np.float64], groups: list[str]
) -> tuple[float, float]:
    """95% interval by drawing whole questions with replacement (1,000 draws, fixed seed)."""
    rng = np.random.default_rng(0)
    where = defaultdict(list)
    for i, group in enumerate(groups):
        where[group].append(i)
    names = list(where)
    draws = []
    for _ in range(1000):
        rows = np.concatenate([where[names[k]] for k in rng.integers(len(names), size=len(names))])
        draws.append(_spearman(a[rows], b[rows]))
    low, high = np.quantile(draws, [0.025, 0.975])
    return round(float(low), 3), round(float(high), 3)


def _pairs(
    rows: Sequence[Labelled],
    scores: NDArray[np.float64],
    above: tuple[str, ...],
    below: tuple[str, ...],
) -> float | None:
    wins, n = 0.0, 0
    for i, better in enumerate(rows):
        for j, worse in enumerate(rows):
            if better.question == worse.question and better.tier in above and worse.tier in below:
                n += 1
                wins += float(scores[i] > scores[j]) + 0.5 * float(scores[i] == scores[j])
    return wins / n if n else None


_Span = tuple[int, int]


def _overlaps(a: _Span, b: _Span) -> bool:
    shared = max(0, min(a[1], b[1]) - max(a[0], b[0]))
    return shared >= 0.5 * min(a[1] - a[0], b[1] - b[0])


def _misconception_figures(rows: Sequence[Labelled], grades: Sequence[GradeOutput]) -> dict[str, float]:
    reported = [[(m.start, m.end) for m in g.misconceptions] for g in grades]
    labelled = [[(at := r.text.find(q), at + len(q)) for q in r.misconceptions] for r in rows]
    found = _n_hit(labelled, reported, _overlaps)
    right = _n_hit(reported, labelled, _overlaps)
    clean = [i for i, r in enumerate(rows) if r.tier in (*GOOD, *MIDDLING)]
    return {
        "misconception recall": found / max(1, sum(map(len, labelled))),
        "misconception precision": right / max(1, sum(map(len, reported))),
        "right answers accused": sum(bool(reported[i]) for i in clean) / max(1, len(clean)),
    }


def _n_hit(ours: list[list[_Span]], theirs: list[list[_Span]], hit: Callable[[_Span, _Span], bool]) -> int:
    return sum(
        any(hit(a, b) for b in others) for spans, others in zip(ours, theirs, strict=True) for a in spans
    )


def _n_false_quotes(row: Labelled, grade: GradeOutput) -> int:
    spans = [e for v in grade.verdicts for e in v.evidence] + list(grade.misconceptions)
    return sum(row.text[s.start : s.end] != s.quote for s in spans)
