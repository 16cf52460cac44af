"""Standard errors of item parameters from the marginal likelihood's curvature.

Observed information, exactly: the complete-data information less the covariance of the
complete-data score over each person's posterior (Louis 1982, JRSS B 44:226), one column a
parameter. The cross-product of the people's scores estimates the same matrix in one pass.
Errors of (a, b) follow by the delta method; with priors the curvature is taken in (log a, b) and
the prior's precision added, so an item with no responses has its prior's width.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from scipy.stats import norm

from viva.exceptions import MeasureError
from viva.measure._arrays import AnyArray, Bools, Floats
from viva.measure._expectation import (
    Quadrature,
    Sums,
    indicators,
    posterior,
    tabulate_kind,
)
from viva.measure._maximization import Penalised, Scheme, gradient_and_information
from viva.measure._posterior import check_level
from viva.measure._responses import Responses
from viva.measure._slope_intercept import Adjacent

_FLATTEST = 0.2  # an interval of difficulty is at most about twice as wide as Wald's

ErrorMethod: TypeAlias = Literal["observed", "crossproduct"]


class ParameterIntervals(NamedTuple):
    """Ends of intervals: discrimination (J,) and difficulty (J, K), NaN where there is no step."""

    discrimination_lower: Floats
    discrimination_upper: Floats
    difficulty_lower: Floats
    difficulty_upper: Floats


@dataclass(frozen=True, eq=False)
class Errors:
    """Standard errors of the estimates.

    ``discrimination``: (J,); ``difficulty``: (J, K), NaN where there is no step. ``lean`` and
    ``excess``: with priors, (2, J, K) how difficulty hangs on log discrimination and (J,) how much
    too high the latter is (see ``intervals``). ``covariance``: of (a, b_1..b_K) item after item,
    absent steps dropped, one common slope first where the model has one; in (log a, b) where
    ``has_priors``.
    """

    discrimination: Floats
    difficulty: Floats
    covariance: Floats
    method: ErrorMethod
    has_priors: bool
    estimates: tuple[Floats, Floats]
    lean: Floats | None = None
    excess: Floats | None = None

    def intervals(self, *, level: float = 0.95) -> ParameterIntervals:
        """Wald intervals without priors.

        With priors discrimination's is taken on the log scale, about the mode of its own posterior
        with the difficulties integrated out (Laplace), which lies lower than the joint mode by v_a
        times the sum of r over its steps; it reaches the estimate at least. Difficulty's holds every b0 with
        (b0 - b)^2 <= z^2 V(b0), where V grows with the distance as the discrimination that scales it
        is itself uncertain: V = v_b - 2 c (b0 - b) + r v_a (b0 - b)^2, v_b and v_a the variances of b
        and log a, c their covariance, r the share of b's precision that comes from responses
        (Fieller's interval of a ratio where r = 1; the prior's own where r = 0).
        """
        z = float(norm.ppf((1 + check_level(level)) / 2))
        a, b = self.estimates
        if self.lean is None or self.excess is None:
            reach_a, reach_b = z * self.discrimination, z * self.difficulty
            return ParameterIntervals(a - reach_a, a + reach_a, b - reach_b, b + reach_b)
        middle, factor = a * np.exp(-self.excess), np.exp(z * self.discrimination / a)
        tilt, flat = z**2 * self.lean[0], np.maximum(1 - z**2 * self.lean[1], _FLATTEST)
        root = np.sqrt(tilt**2 + flat * (z * self.difficulty) ** 2)
        return ParameterIntervals(
            middle / factor,
            np.maximum(middle * factor, a),
            b - (tilt + root) / flat,
            b + (root - tilt) / flat,
        )


def parameter_errors(
    scheme: Scheme,
    parameters: Floats,
    points: Quadrature,
    data: Responses,
    sums: Sums,
    method: ErrorMethod,
) -> Errors:
    """Raises MeasureError where the information can't be inverted (parameters not identified)."""
    n_items, n_parameters = parameters.shape
    gradient, complete = gradient_and_information(scheme.kind, parameters, points, data, sums)
    if method == "crossproduct":
        information = _crossproduct(scheme, parameters, points, data)
    else:
        information = -_posterior_covariance(scheme, parameters, points, data)
        complete = _observed(scheme, parameters, points, sums, complete)
        for j in range(n_items):
            block = slice(j * n_parameters, (j + 1) * n_parameters)
            information[block, block] += complete[j]
    jacobian = _jacobian(scheme, parameters)
    information = _turned(information, jacobian)
    if isinstance(scheme, Penalised):
        if method == "observed":
            _add_curved_coordinates(information, parameters, gradient, scheme)
        np.fill_diagonal(information, information.diagonal() + scheme.precision().ravel())
    fold = _fold(scheme)
    covariance = _inverse(fold.T @ information @ fold)
    spread = np.sqrt(np.maximum(((fold @ covariance) * fold).sum(axis=1), 0.0))
    spread = spread.reshape(n_items, n_parameters)
    a, b = parameters[:, 0], scheme.kind.difficulties(parameters)
    by_slope = spread[:, 0] * (a if isinstance(scheme, Penalised) else 1.0)
    steps = np.where(scheme.kind.there, spread[:, 1:], np.nan)
    kept = (by_slope, steps, covariance, method, isinstance(scheme, Penalised), (a, b))
    if not isinstance(scheme, Penalised):
        return Errors(*kept)
    responses = np.clip(1 - (spread[:, 1:] / scheme.sd[:, 1:]) ** 2, 0.0, 1.0) * scheme.kind.there
    excess = spread[:, 0] ** 2 * responses.sum(axis=None if scheme.common_slope else 1)
    return Errors(*kept, _lean(fold, covariance, spread, responses), excess)


def _lean(fold: Floats, covariance: Floats, spread: Floats, responses: Floats) -> Floats:
    """(2, J, K) the covariance of log a and b, and log a's variance times the share of b's precision
    that comes from ``responses``."""
    rows = fold.reshape(*spread.shape, -1)
    with_slope = np.einsum("jf,jkf->jk", rows[:, 0] @ covariance, rows[:, 1:])
    return np.stack([with_slope, spread[:, :1] ** 2 * responses])


def _observed(scheme: Scheme, parameters: Floats, points: Quadrature, sums: Sums, expected: Floats) -> Floats:
    """Complete-data information as observed; for adjacent kinds that is what is expected."""
    kind = scheme.kind
    if isinstance(kind, Adjacent) or sums.by_score is None:
        return expected
    d = kind.scores(parameters, points.theta)
    flat = d.reshape(*d.shape[:2], -1)
    weighted = (d * sums.by_score[:, None]).reshape(flat.shape)
    return np.asarray(
        weighted @ flat.transpose(0, 2, 1) - kind.curvature(parameters, points.theta, sums.by_score)
    )


def _jacobian(scheme: Scheme, parameters: Floats) -> Floats:
    """(J, P, P) slope and intercepts by (a, b), or by (log a, b) with priors."""
    if isinstance(scheme, Penalised):
        return scheme.jacobian(parameters)
    some = np.ones_like(parameters)
    jacobian = Penalised(scheme.kind, scheme.common_slope, some, some).jacobian(parameters)
    jacobian[:, :, 0] /= np.where(parameters[:, :1] == 0, 1e-12, parameters[:, :1])
    return jacobian


def _turned(information: Floats, jacobian: Floats) -> Floats:
    n_items, n_parameters, _ = jacobian.shape
    whole = information.reshape(n_items, n_parameters, n_items, n_parameters)
    left = np.einsum("jpa,jpkq->jakq", jacobian, whole)
    right = np.einsum("jakq,kqb->jakb", left, jacobian)
    return np.asarray(right.reshape(information.shape))


def _add_curved_coordinates(
    information: Floats, parameters: Floats, gradient: Floats, scheme: Penalised
) -> None:
    """With priors the likelihood's gradient is not 0 at the estimate, so the curvature of
    (log a, b) itself counts: second derivatives of slope and intercepts times the gradient."""
    n = parameters.shape[1]
    by_b = -parameters[:, :1, None] * scheme.kind.intercepts_by_difficulty()
    cross = np.einsum("jk,jkh->jh", gradient[:, 1:] * scheme.kind.there, by_b)
    cross = np.where(scheme.kind.there, cross, 0.0)
    for j in range(len(parameters)):
        first = j * n
        information[first, first] -= float(gradient[j] @ parameters[j])
        information[first, first + 1 : first + n] -= cross[j]
        information[first + 1 : first + n, first] -= cross[j]


def _fold(scheme: Scheme) -> Floats:
    """(J * P, F) which free parameter each item parameter is: drops absent steps, ties slopes."""
    there: Bools = scheme.kind.there
    n_items, n = there.shape[0], there.shape[1] + 1
    columns: list[Floats] = []
    if scheme.common_slope:
        tied = np.zeros(n_items * n)
        tied[::n] = 1.0
        columns.append(tied)
    for j in range(n_items):
        wanted = np.concatenate([[not scheme.common_slope], there[j]])
        for p in np.flatnonzero(wanted):
            column = np.zeros(n_items * n)
            column[j * n + p] = 1.0
            columns.append(column)
    return np.array(columns).T


def _inverse(information: Floats) -> Floats:
    try:
        covariance = np.linalg.inv(information)
    except np.linalg.LinAlgError:
        covariance = np.full_like(information, -1.0)
    if not np.all(covariance.diagonal() > 0):
        raise MeasureError(
            "standard errors: the information matrix is not positive, so some parameter is not "
            "identified by these responses; pass priors or standard_errors='none'"
        )
    return np.asarray(covariance)


def _crossproduct(scheme: Scheme, parameters: Floats, points: Quadrature, data: Responses) -> Floats:
    """Sum over people of the outer product of their marginal scores."""
    tables = tabulate_kind(scheme.kind, parameters, points, data)
    d = scheme.kind.scores(parameters, points.theta).astype(data.dtype)
    n_items, n_parameters, n_scores, _ = d.shape
    total = np.zeros((n_items * n_parameters,) * 2)
    for chunk in data.chunks():
        post, _ = posterior(chunk, tables)
        weights = indicators(chunk, n_scores).reshape(len(post), n_items, n_scores)
        score = np.zeros((len(post), n_items, n_parameters), dtype=data.dtype)
        for p in range(n_parameters):
            for k in range(n_scores):
                score[:, :, p] += weights[:, :, k] * (post @ d[:, p, k].T)
        flat = score.reshape(len(post), -1)
        total += flat.T @ flat
    return total


def _posterior_covariance(scheme: Scheme, parameters: Floats, points: Quadrature, data: Responses) -> Floats:
    """Sum over people of the posterior covariance of their complete-data scores."""
    tables = tabulate_kind(scheme.kind, parameters, points, data)
    d = scheme.kind.scores(parameters, points.theta)
    n_items, n_parameters, n_scores, n_points = d.shape
    flat = d.astype(data.dtype)
    out = np.zeros((n_items, n_parameters, n_items * n_scores, n_points))
    for chunk in data.chunks():
        post, _ = posterior(chunk, tables)
        weights = indicators(chunk, n_scores)
        by_item = weights.reshape(len(post), n_items, n_scores)
        _add_columns(out, post, weights, by_item, flat)
    # each column: the score of item j's parameter against all responses' scores
    columns = out.reshape(n_items * n_parameters, n_items, n_scores * n_points)
    rows = d.reshape(n_items, n_parameters, n_scores * n_points)
    covariance = np.einsum("ajx,jpx->ajp", columns, rows, optimize=True)
    covariance = covariance.reshape(n_items * n_parameters, n_items * n_parameters)
    return np.asarray((covariance + covariance.T) / 2)


def _add_columns(out: Floats, post: AnyArray, weights: AnyArray, by_item: AnyArray, d: AnyArray) -> None:
    for j in range(d.shape[0]):
        for p in range(d.shape[1]):
            score = by_item[:, j] @ d[j, p]
            score -= (score * post).sum(axis=1, keepdims=True)
            score *= post
            out[j, p] += weights.T @ score
