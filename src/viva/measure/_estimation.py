"""Item parameters by marginal maximum likelihood, with or without priors.

EM over a quadrature of theta ~ N(0, 1): the E-step sums posterior weights over people, the
M-step is Newton over all items. Without priors the latent mean and spread are estimated within
the M-step and then renamed to 0 and 1 (parameter expansion), which removes EM's slowest
direction; Anderson steps remove most of the rest, and one that lowers the likelihood is undone.

Sources: Bock and Aitkin (1981), Psychometrika 46:443; Liu, Rubin and Wu (1998), Biometrika 85:755.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from viva.exceptions import MeasureError
from viva.measure._acceleration import Anderson
from viva.measure._arrays import Floats
from viva.measure._expectation import Quadrature, Sums, expectation, normal_quadrature
from viva.measure._items import COMMON_DISCRIMINATION, CUMULATIVE, MODELS, Items, Model
from viva.measure._maximization import Free, Penalised, Priors, Scheme, maximise
from viva.measure._responses import Chunks, Responses, read_responses
from viva.measure._slope_intercept import Adjacent, Cumulative
from viva.measure._standard_errors import ErrorMethod, Errors, parameter_errors

ErrorChoice: TypeAlias = Literal["auto", "observed", "crossproduct", "none"]

_SMALL_CELLS = 300_000  # up to here a fine quadrature costs nothing worth saving
_SUBSAMPLE_FROM = 12_000


class NotConverged(UserWarning):
    """The estimates moved by more than the tolerance in the last iteration allowed."""


@dataclass(frozen=True, eq=False)
class Fit:
    """Estimated items and how they came about.

    ``items``: the estimates. ``log_likelihood``: marginal, of all responses. ``errors``: standard
    errors and intervals, None where not asked for. ``converged``: whether the last iteration
    moved no parameter by more than the tolerance; ``last_change`` is that move.
    """

    items: Items
    log_likelihood: float
    errors: Errors | None
    n_people: int
    n_responses: int
    n_parameters: int
    n_points: int
    n_iterations: int
    last_change: float
    converged: bool

    @property
    def marginal_items(self) -> Items:
        """As ``items``, each discrimination at the mode of its own posterior, the difficulties
        integrated out (see ``Errors.intervals``).

        With priors and few people the joint estimate is too high by a good part of its standard
        error, and abilities told by it are too sure. The same as ``items`` without priors, or
        without standard errors.
        """
        if self.errors is None or self.errors.excess is None:
            return self.items
        a = self.items.discrimination * np.exp(-self.errors.excess)
        return replace(self.items, discrimination=a)

    @property
    def aic(self) -> float:
        return 2 * self.n_parameters - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        return float(np.log(self.n_people)) * self.n_parameters - 2 * self.log_likelihood


def fit(
    responses: ArrayLike | Chunks,
    *,
    model: Model = "2pl",
    priors: Priors | None = None,
    max_scores: ArrayLike | None = None,
    n_points: int | None = None,
    tolerance: float = 1e-5,
    max_iterations: int = 500,
    standard_errors: ErrorChoice = "auto",
) -> Fit:
    """Item parameters from ``responses``.

    ``responses``: (N, J) scores 0..K, fractions allowed, NaN where missing; or a function that
    returns a fresh iterator of such arrays (n, J) at each call, for data larger than memory.
    ``max_scores``: (J,) each item's K; the highest score seen where None. ``n_points``: quadrature
    points on -6..6; by default as many as the narrowest posterior needs. ``standard_errors``:
    "observed" information is exact, "crossproduct" cheaper and equal to it in large samples;
    "auto" takes the first unless it would take minutes.

    Raises MeasureError for scores that can't be, and, without priors, for an item that nobody
    answered or whose categories were not all seen. Warns NotConverged at ``max_iterations``.
    """
    if model not in MODELS:
        raise MeasureError(f"model: found {model!r}, wanted one of {', '.join(MODELS)}")
    data = read_responses(responses, max_scores=max_scores)
    if model in ("1pl", "2pl") and data.counts.shape[1] > 2:
        raise MeasureError(
            f"responses: found scores above 1 under {model!r}, wanted 0..1; use 'gpcm' or 'grm'"
        )
    scheme = _scheme(model, data, priors)
    points = normal_quadrature(n_points or (121 if _is_small(data) else 61))
    run = _climb(scheme, _start(scheme, data, points), points, data, tolerance, max_iterations)
    if n_points is None and (enough := _enough_points(scheme, run.parameters)) > points.theta.size:
        points, earlier = normal_quadrature(enough), run.n_iterations
        run = _climb(scheme, run.parameters, points, data, tolerance, max_iterations)
        run = replace(run, n_iterations=run.n_iterations + earlier)
    if not run.converged:
        warnings.warn(
            f"fit: the last of {run.n_iterations} iterations moved a parameter by "
            f"{run.last_change:.2g}, wanted at most {tolerance:.2g}; raise max_iterations or add "
            "priors",
            NotConverged,
            stacklevel=2,
        )
    return _report(model, scheme, run, points, data, standard_errors)


@dataclass(frozen=True, eq=False)
class _Run:
    parameters: Floats
    sums: Sums
    n_iterations: int
    last_change: float
    converged: bool


def _is_small(data: Responses) -> bool:
    return data.n_people * data.n_seen.size <= _SMALL_CELLS


def _scheme(model: Model, data: Responses, priors: Priors | None) -> Scheme:
    kind = (Cumulative if model in CUMULATIVE else Adjacent)(data.there)
    common = model in COMMON_DISCRIMINATION
    if priors is not None:
        mean, sd = priors.arrays(*data.there.shape)
        return Penalised(kind, common, mean, sd)
    _check_estimable(data)
    return Free(kind, common)


def _check_estimable(data: Responses) -> None:
    has = np.concatenate([np.ones((len(data.there), 1), dtype=bool), data.there], axis=1)
    empty = has & (data.counts <= 0)
    if not np.any(empty):
        return
    item = int(np.argmax(empty.any(axis=1)))
    scores = np.flatnonzero(empty[item]).tolist()
    if data.n_seen[item] == 0:
        raise MeasureError(
            f"responses: item {item} has none, wanted at least one for each of its scores; drop "
            "the item or pass priors"
        )
    raise MeasureError(
        f"responses: nobody scored {scores} on item {item} ({int(data.n_seen[item])} responses, "
        f"scores 0..{int(data.n_steps[item])} expected); squeeze unused scores out with `recode`, drop "
        "the item or pass priors"
    )


def _start(scheme: Scheme, data: Responses, points: Quadrature) -> Floats:
    kind = scheme.kind
    if isinstance(scheme, Penalised):
        a = np.exp(scheme.mean[:, 0])
        if scheme.common_slope:
            a[:] = a[0]
        b = np.maximum.accumulate(scheme.mean[:, 1:], axis=1)
        if isinstance(kind, Cumulative):  # equal prior means start a hair apart
            b = b + 1e-2 * np.arange(b.shape[1])
        return np.column_stack([a, kind.intercepts(a, b)])
    parameters = kind.start(data.counts)
    if scheme.common_slope:
        parameters[:, 0] = parameters[:, 0].mean()
    if data.n_people < _SUBSAMPLE_FROM:
        return parameters
    few = read_responses(data.sample(), max_scores=data.n_steps)
    has = np.concatenate([np.ones((len(few.there), 1), dtype=bool), few.there], axis=1)
    if np.any(has & (few.counts < 3)):
        return parameters
    return _climb(scheme, parameters, points, few, 1e-3, 50).parameters


def _climb(
    scheme: Scheme,
    parameters: Floats,
    points: Quadrature,
    data: Responses,
    tolerance: float,
    max_iterations: int,
) -> _Run:
    """EM with Anderson steps until an EM step moves nothing by more than ``tolerance``."""
    memory = Anderson()
    best, fallback = -np.inf, parameters
    change = np.inf
    for iteration in range(1, max_iterations + 1):
        sums = expectation(scheme.kind, parameters, points, data)
        reached = sums.log_likelihood + float(scheme.penalty(parameters).sum())
        if not reached >= best - 1e-7 * abs(best):
            memory.forget()
            parameters, best = fallback, -np.inf
            continue
        best = reached
        improved = _renamed(scheme, maximise(scheme, parameters, points, data, sums), points, sums)
        change = float(np.abs(improved - parameters).max())
        if change <= tolerance:
            return _Run(parameters, sums, iteration, change, True)
        fallback = improved
        proposal = memory.propose(parameters.ravel(), improved.ravel()).reshape(improved.shape)
        ok = scheme.kind.proper(proposal).all() and _in_reach(scheme, proposal)
        parameters = proposal if ok else improved
    sums = expectation(scheme.kind, parameters, points, data)
    return _Run(parameters, sums, max_iterations, change, False)


def _in_reach(scheme: Scheme, parameters: Floats) -> bool:
    return isinstance(scheme, Free) or bool(np.all(parameters[:, 0] > 0))


def _renamed(scheme: Scheme, parameters: Floats, points: Quadrature, sums: Sums) -> Floats:
    """Parameter expansion: the latent distribution is brought back to N(0, 1)."""
    if isinstance(scheme, Penalised):
        return parameters
    share = sums.everybody / sums.everybody.sum()
    mean = float(share @ points.theta)
    sd = float(np.sqrt(share @ points.theta**2 - mean**2))
    return scheme.kind.shifted(parameters, mean, sd)


def _enough_points(scheme: Scheme, parameters: Floats) -> int:
    """Points whose spacing is at most 1.2 standard deviations of the narrowest posterior."""
    theta = np.linspace(-4, 4, 81)
    p = np.exp(scheme.kind.log_p(parameters, theta))
    slope = np.gradient(p, theta, axis=2)
    information = 1 + (slope**2 / np.maximum(p, 1e-12)).sum(axis=(0, 1)).max()
    return min(int(np.ceil(12 * np.sqrt(information) / 1.2)) + 1, 481)


def _report(
    model: Model,
    scheme: Scheme,
    run: _Run,
    points: Quadrature,
    data: Responses,
    choice: ErrorChoice,
) -> Fit:
    kind = scheme.kind
    items = Items(model, run.parameters[:, 0], kind.difficulties(run.parameters))
    method: ErrorMethod | None = None if choice == "none" else _error_method(choice, data, points)
    errors = (
        None if method is None else parameter_errors(scheme, run.parameters, points, data, run.sums, method)
    )
    steps = int(data.n_steps.sum())
    return Fit(
        items=items,
        log_likelihood=run.sums.log_likelihood,
        errors=errors,
        n_people=data.n_people,
        n_responses=int(data.n_seen.sum()),
        n_parameters=steps + (1 if scheme.common_slope else data.n_seen.size),
        n_points=points.theta.size,
        n_iterations=run.n_iterations,
        last_change=run.last_change,
        converged=run.converged,
    )


_OBSERVED_FLOPS = 3e10


def _error_method(choice: ErrorChoice, data: Responses, points: Quadrature) -> ErrorMethod:
    if choice == "observed" or choice == "crossproduct":
        return choice
    if choice != "auto":
        raise MeasureError(f"standard_errors: found {choice!r}, wanted auto, observed, crossproduct or none")
    cells = data.n_people * data.counts.size
    cost = 2.0 * cells * points.theta.size * (data.n_seen.size + data.n_steps.sum())
    return "observed" if cost <= _OBSERVED_FLOPS else "crossproduct"
