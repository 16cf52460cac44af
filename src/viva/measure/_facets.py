"""Many-facet Rasch: the severity of raters (or any facet) beside items and people.

    log P(k) / P(k-1) = theta - difficulty_item - step_k - severity_rater - ...
    theta ~ N(0, sd^2)

Severities of a facet sum to 0, steps sum to 0, item difficulties are free; a positive severity
means lower scores. Fitted by marginal maximum likelihood, so it stands people rated by few raters.

Raters can be compared only through people they share. Where they share none, even through a
chain, the numbers rest on the assumption that people came to raters by chance; ``fit_facets``
refuses unless told so.

Source: Linacre (1989), Many-Facet Rasch Measurement.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from viva.exceptions import MeasureError
from viva.measure._acceleration import Anderson
from viva.measure._arrays import AnyArray, Floats, Ints, as_floats, as_groups
from viva.measure._estimation import NotConverged
from viva.measure._expectation import Quadrature, normal_quadrature

Steps: TypeAlias = Literal["common", "by_item"]
Tops: TypeAlias = Literal["common", "by_item"]


_FAR = -1e4  # the log-probability of a score that an item can't be given


class Severity(NamedTuple):
    """A facet's levels: sorted labels, estimates summing to 0, standard errors; each (L,)."""

    labels: AnyArray
    estimate: Floats
    standard_error: Floats


@dataclass(frozen=True, eq=False)
class FacetFit:
    """Items, steps, severities and people on one logit scale.

    ``steps``: (K,) or, by item, (I, K), NaN where an item has fewer; they sum to 0.
    ``severities``: one entry a facet. ``abilities``: EAP of each of ``people`` with its standard
    error. ``reliability``: the share of the EAPs' variance in their variance plus the mean squared
    error.
    """

    item_labels: AnyArray
    difficulty: Floats
    difficulty_error: Floats
    steps: Floats
    steps_error: Floats
    severities: dict[str, Severity]
    ability_sd: float
    people: AnyArray
    abilities: Floats
    abilities_error: Floats
    reliability: float
    log_likelihood: float
    n_ratings: int
    n_iterations: int
    converged: bool


def fit_facets(
    scores: ArrayLike,
    people: ArrayLike,
    items: ArrayLike,
    facets: Mapping[str, ArrayLike],
    *,
    steps: Steps = "common",
    tops: Tops = "by_item",
    by_chance: Collection[str] = (),
    n_points: int = 81,
    tolerance: float = 1e-6,
    max_iterations: int = 1000,
) -> FacetFit:
    """One row a rating: whole ``scores`` 0..K (NaN where not rated) and its labels.

    ``steps``: one rating scale for all items or one each. ``tops``: whether an item can be given
    only the highest score seen on it, as in ``fit``, or the highest seen anywhere ("common", with
    common steps only). ``by_chance``: facets whose levels people were dealt by chance,
    which need no links. Raises MeasureError where a facet is not connected, two effects can't be
    told apart, or a score below the top was never used (``recode`` squeezes such scores out).
    """
    design = _read(scores, people, items, facets, steps, tops)
    for name, (labels, levels) in design.facets.items():
        if name not in by_chance:
            _check_connected(name, labels, levels, design.who, design.n_people)
    _check_separable(design)
    points = normal_quadrature(n_points)
    run = _climb(design, points, tolerance, max_iterations)
    return _report(design, points, run)


@dataclass(frozen=True, eq=False)
class _Design:
    """The ratings as a log-linear model: G cells (item x levels) with categories 0..K.

    ``effects``: (G, K + 1, P) how each parameter lowers the log-odds of score k against 0;
    ``tops``: (I,) and ``cell_tops``: (G,) the highest score there can be, the scores above it
    have no probability; ``counts``: (N, G) ratings; ``total``: (N,) sum of a person's scores;
    ``observed``: (P,) the effects summed over ratings. The last parameter is the ability's
    standard deviation.
    """

    people: AnyArray
    who: Ints
    item_labels: AnyArray
    facets: dict[str, tuple[AnyArray, Ints]]
    steps: Steps
    tops: Ints
    cell_tops: Ints
    effects: Floats
    counts: csr_array
    total: Floats
    observed: Floats
    blocks: dict[str, slice]

    @property
    def n_people(self) -> int:
        return int(self.people.size)

    @property
    def n_steps(self) -> int:
        return int(self.effects.shape[1] - 1)


def _read(
    scores: ArrayLike,
    people: ArrayLike,
    items: ArrayLike,
    facets: Mapping[str, ArrayLike],
    steps: Steps,
    tops: Tops,
) -> _Design:
    everything = as_floats(scores, "scores", ndim=1)
    rated = ~np.isnan(everything)
    x = everything[rated]
    for what, choice in (("steps", steps), ("tops", tops)):
        if choice not in get_args(Steps):
            raise MeasureError(f"{what}: found {choice!r}, wanted 'common' or 'by_item'")
    tops = "by_item" if steps == "by_item" else tops
    if x.size == 0 or np.any(x < 0) or np.any(x != np.round(x)):
        raise MeasureError("scores: wanted at least one rating, each a whole number from 0")
    score = x.astype(np.intp)
    names, who = np.unique(as_groups(people, rated.size, "people")[rated], return_inverse=True)
    item_labels, item = np.unique(as_groups(items, rated.size, "items")[rated], return_inverse=True)
    levels: dict[str, tuple[AnyArray, Ints]] = {}
    for name, values in facets.items():
        labels, level = np.unique(as_groups(values, rated.size, name)[rated], return_inverse=True)
        levels[name] = (labels, level)
    highest = _tops(score, item, item_labels.size, tops)
    _check_categories(score, item, steps, highest, item_labels)
    keys = np.column_stack([item, *[level for _, level in levels.values()]])
    cells, cell = np.unique(keys, axis=0, return_inverse=True)
    effects, blocks = _effects(cells, levels, highest, steps)
    ones, where = np.ones(x.size), (who, cell.ravel())
    counts = coo_array((ones, where), shape=(names.size, len(cells))).tocsr()
    total = np.bincount(who, weights=x, minlength=names.size).astype(np.float64)
    observed = effects[cell.ravel(), score].sum(axis=0)
    return _Design(
        names, who, item_labels, levels, steps, highest, highest[cells[:, 0]], effects, counts, total,
        observed, blocks,
    )  # fmt: skip


def _tops(score: Ints, item: Ints, n_items: int, tops: Tops) -> Ints:
    """(I,) the highest score each item can be given."""
    out = np.full(n_items, score.max())
    if tops == "by_item":
        out[:] = 0
        np.maximum.at(out, item, score)
    return np.asarray(out, dtype=np.intp)


def _check_categories(score: Ints, item: Ints, steps: Steps, tops: Ints, labels: AnyArray) -> None:
    for i in np.flatnonzero(tops < 1):
        where = "" if score.max() < 1 else f" on item {labels[i]}"
        raise MeasureError(f"scores: found only 0{where}, wanted at least two different scores")
    by_item = [(f" on item {labels[i]}", score[item == i], tops[i]) for i in range(labels.size)]
    for where, mine, top in by_item if steps == "by_item" else [("", score, score.max())]:
        unused = np.setdiff1d(np.arange(top + 1), mine)
        if unused.size:
            raise MeasureError(
                f"scores: nobody was given {unused.tolist()}{where}, wanted every score from 0 to "
                f"{top}; squeeze unused scores out with `recode`"
            )


def _effects(
    cells: Ints,
    levels: dict[str, tuple[AnyArray, Ints]],
    tops: Ints,
    steps: Steps,
) -> tuple[Floats, dict[str, slice]]:
    """(G, K + 1, P - 1) and where each block of parameters lies."""
    n_items, highest = tops.size, int(tops.max())
    k = np.arange(highest + 1, dtype=np.float64)
    parts = [np.eye(n_items)[cells[:, 0]][:, None, :] * k[:, None]]
    names = ["items"]
    if steps == "common":
        own = _steps_reached(highest, highest)
        parts.append(np.broadcast_to(own, (len(cells), *own.shape)))
    else:
        mine = np.eye(n_items)[cells[:, 0]]
        parts += [mine[:, i, None, None] * _steps_reached(int(top), highest) for i, top in enumerate(tops)]
    parts[1:] = [np.concatenate(parts[1:], axis=2)]
    names.append("steps")
    for column, (name, (labels, _)) in enumerate(levels.items(), start=1):
        coded = _sum_coded(labels.size)[cells[:, column]]
        parts.append(coded[:, None, :] * k[:, None])
        names.append(f"facet {name}")
    ends = np.cumsum([0] + [part.shape[2] for part in parts])
    blocks = {name: slice(int(ends[i]), int(ends[i + 1])) for i, name in enumerate(names)}
    return np.concatenate(parts, axis=2), blocks


def _steps_reached(top: int, highest: int) -> Floats:
    """(highest + 1, top - 1) the steps below each score; the last step is less the sum of the others."""
    reached = np.tril(np.ones((highest + 1, top)), -1)
    return np.asarray(reached[:, :-1] - reached[:, -1:])


def _sum_coded(n_levels: int) -> Floats:
    """(L, L - 1) contrasts that make the levels sum to 0."""
    return np.vstack([np.eye(n_levels - 1), -np.ones((1, n_levels - 1))])


def _check_connected(name: str, labels: AnyArray, level: Ints, who: Ints, n_people: int) -> None:
    n = n_people + labels.size
    links = coo_array((np.ones(who.size), (who, n_people + level)), shape=(n, n)).tocsr()
    n_parts, part = connected_components(links, directed=False)
    if n_parts == 1:
        return
    of_level = part[n_people:]
    groups = [labels[of_level == p].tolist()[:5] for p in np.unique(of_level)]
    raise MeasureError(
        f"{name}: found {len(groups)} sets that share no people, even through others (such as "
        f"{groups[0]!r} and {groups[1]!r}), so their severities can't be compared; have some "
        f"people rated by both, or pass by_chance=[{name!r}] if people came to them by chance"
    )


def _check_separable(design: _Design) -> None:
    flat = design.effects.reshape(-1, design.effects.shape[2])
    if np.linalg.matrix_rank(flat) < flat.shape[1]:
        raise MeasureError(
            f"facets: the effects of items and {', '.join(design.facets)} can't be told apart, "
            "such as a rater who alone rated an item; drop a facet or cross them in the design"
        )


@dataclass(frozen=True, eq=False)
class _Run:
    parameters: Floats
    log_likelihood: float
    posterior: Floats
    n_iterations: int
    converged: bool


def _cell_log_p(design: _Design, parameters: Floats, points: Quadrature) -> Floats:
    """(G, K + 1, Q)"""
    lowered = design.effects @ parameters[:-1]
    k = np.arange(design.n_steps + 1, dtype=np.float64)
    z = parameters[-1] * k[:, None] * points.theta - lowered[:, :, None]
    z = np.where((k > design.cell_tops[:, None])[:, :, None], _FAR, z)
    z -= z.max(axis=1, keepdims=True)
    return np.asarray(z - np.log(np.exp(z).sum(axis=1, keepdims=True)))


def _expect(design: _Design, parameters: Floats, points: Quadrature) -> tuple[float, Floats, Floats]:
    """Log-likelihood, (N, Q) posterior and (P + 1,) gradient of the log-likelihood."""
    log_p = _cell_log_p(design, parameters, points)
    z = parameters[-1] * np.multiply.outer(design.total, points.theta)
    z += design.counts @ log_p[:, 0] + points.log_weights
    top = z.max(axis=1, keepdims=True)
    post = np.exp(z - top)
    total = post.sum(axis=1, keepdims=True)
    constant = -float(design.observed @ parameters[:-1])
    log_likelihood = float((top + np.log(total)).sum()) + constant
    post /= total
    gradient, _ = _score_and_information(design, log_p, post, points)
    return log_likelihood, post, gradient


def _score_and_information(
    design: _Design, log_p: Floats, post: Floats, points: Quadrature
) -> tuple[Floats, Floats]:
    people = (design.counts.T @ post)[:, None, :] * np.exp(log_p)  # (G, K + 1, Q)
    k = np.arange(design.n_steps + 1, dtype=np.float64)
    by_score = people.sum(axis=2)
    effects = design.effects
    gradient = np.empty(effects.shape[2] + 1)
    gradient[:-1] = np.einsum("gk,gkp->p", by_score, effects) - design.observed
    at_theta = people @ points.theta
    gradient[-1] = float(design.total @ (post @ points.theta)) - float((at_theta @ k).sum())
    information = _information(effects, people, points, k)
    return gradient, information


def _information(effects: Floats, people: Floats, points: Quadrature, k: Floats) -> Floats:
    """Sum over cells and points of the covariance of sufficient statistics."""
    n = effects.shape[2]
    n_at = people.sum(axis=1)  # (G, Q)
    safe = np.maximum(n_at, 1e-300)
    mean = np.einsum("gkq,gkp->gqp", people, effects)
    root = mean / np.sqrt(safe)[:, :, None]
    out = np.empty((n + 1, n + 1))
    flat, weights = effects.reshape(-1, n), people.sum(axis=2).ravel()
    out[:n, :n] = flat.T @ (flat * weights[:, None]) - np.tensordot(root, root, ([0, 1], [0, 1]))
    mean_k = np.einsum("gkq,k->gq", people, k)
    both = (people * k[:, None]) @ points.theta  # (G, K + 1)
    cross = both.ravel() @ flat - np.einsum("gq,gqp->p", mean_k / safe * points.theta, mean)
    out[-1, :n] = out[:n, -1] = -cross
    square = np.einsum("gkq,k,q->", people, k**2, points.theta**2)
    out[-1, -1] = square - float((mean_k**2 / safe * points.theta**2).sum())
    return out


def _climb(design: _Design, points: Quadrature, tolerance: float, max_iterations: int) -> _Run:
    parameters = np.zeros(design.effects.shape[2] + 1)
    parameters[-1] = 1.0
    memory, best, fallback, change = Anderson(), -np.inf, parameters, np.inf
    for iteration in range(1, max_iterations + 1):
        reached, post, _ = _expect(design, parameters, points)
        if not reached >= best - 1e-9 * abs(best):
            memory.forget()
            parameters, best = fallback, -np.inf
            continue
        best = reached
        improved = _maximised(design, parameters, post, points)
        change = float(np.abs(improved - parameters).max())
        if change <= tolerance:
            return _Run(parameters, reached, post, iteration, True)
        fallback = improved
        proposal = memory.propose(parameters, improved)
        parameters = proposal if proposal[-1] > 0 else improved
    warnings.warn(
        f"fit_facets: the last of {max_iterations} iterations moved a parameter by {change:.2g}, "
        f"wanted at most {tolerance:.2g}; raise max_iterations",
        NotConverged,
        stacklevel=3,
    )
    reached, post, _ = _expect(design, parameters, points)
    return _Run(parameters, reached, post, max_iterations, False)


def _maximised(design: _Design, parameters: Floats, post: Floats, points: Quadrature) -> Floats:
    """Two damped Newton steps on the expected complete-data log-likelihood, which is concave."""
    for _ in range(2):
        log_p = _cell_log_p(design, parameters, points)
        gradient, information = _score_and_information(design, log_p, post, points)
        ridge = 1e-10 * np.trace(information) / len(information)
        step = np.linalg.solve(information + ridge * np.eye(len(information)), gradient)
        size = float(np.abs(step).max())
        parameters = parameters + step * min(1.0, 1.5 / max(size, 1e-12))
        parameters[-1] = max(parameters[-1], 1e-3)
    return parameters


def _covariance(design: _Design, parameters: Floats, points: Quadrature) -> Floats:
    """Inverse observed information, by central differences of the exact gradient."""
    n = parameters.size
    information = np.empty((n, n))
    width = 1e-4
    for p in range(n):
        moved = np.zeros(n)
        moved[p] = width
        up = _expect(design, parameters + moved, points)[2]
        down = _expect(design, parameters - moved, points)[2]
        information[p] = -(up - down) / (2 * width)
    return np.asarray(np.linalg.pinv((information + information.T) / 2, hermitian=True))


def _errors(contrast: Floats, covariance: Floats) -> Floats:
    return np.asarray(np.sqrt(np.maximum(((contrast @ covariance) * contrast).sum(axis=1), 0.0)))


def _report(design: _Design, points: Quadrature, run: _Run) -> FacetFit:
    covariance = _covariance(design, run.parameters, points)
    blocks, sd = design.blocks, float(run.parameters[-1])
    severities: dict[str, Severity] = {}
    for name, (labels, _) in design.facets.items():
        block = blocks[f"facet {name}"]
        contrast = _sum_coded(labels.size)
        severities[name] = Severity(
            labels,
            contrast @ run.parameters[block],
            _errors(contrast, covariance[block, block]),
        )
    steps, steps_error = _step_table(design, run.parameters, covariance)
    mean = sd * (run.posterior @ points.theta)
    error = np.sqrt(np.maximum(sd**2 * (run.posterior @ points.theta**2) - mean**2, 0.0))
    variance = float(np.var(mean))
    items = blocks["items"]
    return FacetFit(
        item_labels=design.item_labels,
        difficulty=run.parameters[items],
        difficulty_error=np.sqrt(np.maximum(covariance.diagonal()[items], 0.0)),
        steps=steps,
        steps_error=steps_error,
        severities=severities,
        ability_sd=sd,
        people=design.people,
        abilities=mean,
        abilities_error=error,
        reliability=variance / (variance + float(np.mean(error**2))),
        log_likelihood=run.log_likelihood,
        n_ratings=int(design.counts.sum()),
        n_iterations=run.n_iterations,
        converged=run.converged,
    )


def _step_table(design: _Design, parameters: Floats, covariance: Floats) -> tuple[Floats, Floats]:
    block, n = design.blocks["steps"], design.n_steps
    contrast = _sum_coded(n)
    if design.steps == "common":
        return contrast @ parameters[block], _errors(contrast, covariance[block, block])
    values, errors = np.full((2, design.tops.size, n), np.nan)
    begin = block.start
    for i, top in enumerate(design.tops):
        mine, contrast = slice(begin, begin + top - 1), _sum_coded(int(top))
        values[i, :top] = contrast @ parameters[mine]
        errors[i, :top] = _errors(contrast, covariance[mine, mine])
        begin = mine.stop
    return values, errors
