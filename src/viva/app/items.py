"""Use-case of items: what a file of scores says about each of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from viva.app._parameters import N_STEPS
from viva.app._tables import Floats, Scores, read_scores
from viva.exceptions import InputError, UsageError
from viva.measure import (
    Dif,
    Interval,
    ItemReport,
    ItemSummary,
    Model,
    abilities,
    analyze,
    credit_steps,
    logistic_dif,
    mantel_haenszel_dif,
)

THETA: tuple[float, ...] = tuple(round(-4 + 0.2 * i, 1) for i in range(41))
"""The abilities at which curves are drawn."""
MOST_STEPS = 10
"""A higher score than this becomes credit steps: categories nobody reached can't be estimated."""
FEW_PEOPLE, FAIR_PEOPLE = 100, 300
"""Below the first, parameters are little more than the prior; below the second, intervals are wide."""
_N_BANDS = 5
_FEWEST_IN_BAND = 3

Sort: TypeAlias = Literal[
    "file", "discrimination", "difficulty", "facility", "item-rest", "fit", "information"
]


@dataclass(frozen=True)
class GroupDif:
    """One item, one group against the reference. ``uniform_p`` and ``non_uniform_p``: logistic, None
    where it can't tell."""

    group: str
    reference: str
    result: Dif
    uniform_p: float | None
    non_uniform_p: float | None


@dataclass(frozen=True)
class Curve:
    """An item at `THETA`: expected share of full credit and information; observed shares by ability."""

    expected: tuple[float, ...]
    information: tuple[float, ...]
    observed: tuple[tuple[float, float, int], ...]
    """Mean ability, share of full credit and how many people, a band of ability each."""


@dataclass(frozen=True)
class ItemLine:
    """One item of the report."""

    item: str
    max_score: int
    summary: ItemSummary
    curve: Curve
    dif: tuple[GroupDif, ...] = ()


@dataclass(frozen=True)
class Analysis:
    """What a file of scores says about its items. ``warnings``: what can't be trusted, in sentences."""

    name: str
    n_people: int
    n_responses: int
    model: Model
    converged: bool
    alpha: Interval | None
    reliability: float
    log_likelihood: float
    lines: tuple[ItemLine, ...]
    information: tuple[float, ...]
    groups: tuple[tuple[str, int], ...]
    warnings: tuple[str, ...]


def analyze_file(
    path: Path,
    *,
    model: Model | None = None,
    group: str | None = None,
    reference: str | None = None,
    ignore: Sequence[str] = (),
    lowest: float = 0.0,
    highest: float | None = None,
    sort: Sort = "file",
) -> Analysis:
    """The item report on a CSV file of scores (see docs/items.md for its columns).

    ``lowest`` and ``highest``: the scale's ends where they aren't 0 and the highest score seen.
    ``reference``: the group that others are compared with, by default the largest. Raises
    InputError naming bad cells, MeasureError when nothing can be estimated.
    """
    scores = read_scores(path, group=group, ignore=ignore)
    scaled, notes = _scaled(path.name, scores, lowest, highest)
    tops = np.maximum(np.nanmax(scaled, axis=0), 1.0)
    report = analyze(scaled, model=model, max_scores=tops.astype(int))
    dif = _dif(scores, scaled, report, reference)
    lines = [
        ItemLine(name, int(tops[j]), report.items[j], _curve(report, scaled, j), tuple(dif[j]))
        for j, name in enumerate(scores.items)
    ]
    return Analysis(
        name=path.name,
        n_people=report.n_people,
        n_responses=int(np.isfinite(scaled).sum()),
        model=report.fitted.items.model,
        converged=report.fitted.converged,
        alpha=report.alpha,
        reliability=report.reliability,
        log_likelihood=report.fitted.log_likelihood,
        lines=_sorted(lines, sort),
        information=_floats(report.fitted.items.information(THETA).sum(axis=1)),
        groups=_sizes(scores.groups),
        warnings=(*notes, *_warnings(report, scores, lines)),
    )


def _scaled(name: str, scores: Scores, lowest: float, highest: float | None) -> tuple[Floats, list[str]]:
    """Scores from 0 in whole steps, and what was done to them."""
    x = scores.values - lowest
    top = (float(np.nanmax(scores.values)) if highest is None else highest) - lowest
    empty = [name for j, name in enumerate(scores.items) if not np.isfinite(x[:, j]).any()]
    if empty:
        raise InputError(f"{name}: column {empty[0]!r} has no score; fill it, or leave it out with --ignore")
    for bad, wanted in ((x < 0, f"at least {lowest:g}"), (x > top, f"at most {lowest + top:g}")):
        if bad.any():
            i, j = (int(v) for v in np.argwhere(bad)[0])
            raise InputError(
                f"{name}: {scores.people[i]!r}, column {scores.items[j]!r}: found {scores.values[i, j]:g}; "
                f"wanted {wanted}"
            )
    seen = x[np.isfinite(x)]
    if top <= MOST_STEPS and np.array_equal(seen, np.round(seen)):
        return x, []
    note = f"scores of {lowest:g} to {lowest + top:g} were turned into {N_STEPS} credit steps"
    return credit_steps(x / max(top, 1e-12), n_steps=N_STEPS), [note]


def _curve(report: ItemReport, x: Floats, j: int) -> Curve:
    items = report.fitted.items
    top = float(items.max_scores[j])
    expected = items.expected_scores(THETA)[:, j] / top
    return Curve(_floats(expected), _floats(items.information(THETA)[:, j]), _observed(report, x, j, top))


def _observed(report: ItemReport, x: Floats, j: int, top: float) -> tuple[tuple[float, float, int], ...]:
    """Shares of credit in bands of ability, each person's ability without the item itself."""
    others = np.delete(np.arange(x.shape[1]), j)
    there = np.isfinite(x[:, j])
    theta = abilities(report.fitted.items.take(others), x[there][:, others]).estimate
    order = np.argsort(theta, kind="stable")
    bands = [band for band in np.array_split(order, _N_BANDS) if band.size >= _FEWEST_IN_BAND]
    return tuple(
        (round(float(theta[b].mean()), 3), round(float(x[there, j][b].mean() / top), 4), int(b.size))
        for b in bands
    )


def _dif(scores: Scores, x: Floats, report: ItemReport, reference: str | None) -> list[list[GroupDif]]:
    """DIF of every item for every group but the reference; empty lists without groups."""
    out: list[list[GroupDif]] = [[] for _ in scores.items]
    sizes = dict(_sizes(scores.groups))
    if scores.groups is None or len(sizes) < 2:
        return out
    base = reference or next(iter(sizes))
    if base not in sizes:
        raise UsageError(f"reference: found {base!r}; wanted one of {', '.join(sizes)}")
    labels = np.array(scores.groups)
    matching = _matching(x, report)
    for group in (g for g in sizes if g != base):
        both = (labels == base) | (labels == group)
        strata = None if matching is None else matching[both]
        focal = labels[both] == group
        found = mantel_haenszel_dif(x[both], focal, matching=strata)
        logistic = logistic_dif(x[both], focal, matching=strata)
        for j, (mh, lr) in enumerate(zip(found, logistic, strict=True)):
            tells = lr.size is not None
            p = (lr.uniform_p, lr.non_uniform_p) if tells else (None, None)
            out[j].append(GroupDif(group, base, mh, *p))
    return out


def _matching(x: Floats, report: ItemReport) -> Floats | None:
    """None matches people on total score; where many have gaps, on tenths of ability instead."""
    if np.isfinite(x).all(axis=1).mean() >= 0.8:
        return None
    theta = abilities(report.fitted.items, x).estimate
    return np.searchsorted(np.quantile(theta, np.arange(1, 10) / 10), theta).astype(np.float64)


def _sizes(groups: Sequence[str] | None) -> tuple[tuple[str, int], ...]:
    """Groups with how many people are in each, the largest first; people without one are left out."""
    counts = {g: groups.count(g) for g in dict.fromkeys(groups or ()) if g} if groups else {}
    return tuple(sorted(counts.items(), key=lambda pair: -pair[1]))


def _warnings(report: ItemReport, scores: Scores, lines: Sequence[ItemLine]) -> list[str]:
    n, out = report.n_people, []
    if n < FEW_PEOPLE:
        who = "1 person" if n == 1 else f"{n} people"
        out.append(f"{who}: parameters lean on weak priors; read the intervals, not the estimates")
    elif n < FAIR_PEOPLE:
        out.append(f"{n} people: intervals of difficulty and discrimination are wide")
    if not report.fitted.converged:
        out.append("the estimates had not settled; look for items that nearly everybody gets right or wrong")
    untold = [line.item for line in lines if line.summary.verdict == "too few responses to say"]
    if untold:
        out.append(f"{len(untold)} of {len(lines)} items: too few responses to say whether they discriminate")
    if report.alpha is None:
        out.append("no Cronbach's alpha: too few people answered every item")
    small = [f"{g} ({n})" for g, n in _sizes(scores.groups) if n < 50]
    if small:
        out.append(f"DIF with small groups, {', '.join(small)}: only large effects can be seen")
    if scores.groups is not None and len(_sizes(scores.groups)) < 2:
        out.append("no DIF: wanted two groups or more")
    return out


_SORTS: dict[str, Callable[[ItemLine], float]] = {
    "discrimination": lambda line: -line.summary.discrimination.estimate,
    "difficulty": lambda line: -line.summary.difficulty.estimate,
    "facility": lambda line: line.summary.facility.estimate,
    "item-rest": lambda line: _or_last(-line.summary.item_rest.estimate),
    "fit": lambda line: 2.0 if line.summary.fit.p_value is None else line.summary.fit.p_value,
    "information": lambda line: -line.summary.information,
}
"""What to sort by → key: most first, worst fit first, hardest first."""


def _or_last(value: float) -> float:
    return value if math.isfinite(value) else math.inf


def _sorted(lines: Sequence[ItemLine], by: Sort) -> tuple[ItemLine, ...]:
    return tuple(lines if by == "file" else sorted(lines, key=_SORTS[by]))


def _floats(values: Floats) -> tuple[float, ...]:
    return tuple(round(float(v), 5) for v in values)
