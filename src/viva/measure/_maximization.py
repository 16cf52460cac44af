"""The M-step: Newton (Fisher scoring) over all items at once, with step control and priors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from viva.exceptions import MeasureError
from viva.measure._arrays import Bools, Floats, as_finite
from viva.measure._expectation import Quadrature, Sums
from viva.measure._responses import Responses
from viva.measure._slope_intercept import Kind

_INNER_STEPS = 3
_HALVINGS = 6
_ENOUGH = 1e-6


@dataclass(frozen=True, eq=False)
class Priors:
    """Normal priors on log discrimination and on every difficulty step.

    Each field a number or one entry an item; ``difficulty`` may also be (J, K). ``discrimination``
    is the median (above 0), ``log_discrimination_sd`` the spread of its logarithm. The defaults say
    little: half to twice is usual for discrimination, -4..4 for difficulty.
    """

    difficulty: ArrayLike = 0.0
    difficulty_sd: ArrayLike = 2.0
    discrimination: ArrayLike = 1.0
    log_discrimination_sd: ArrayLike = 0.5

    def arrays(self, n_items: int, n_steps: int) -> tuple[Floats, Floats]:
        """Means and standard deviations of (log a, b_1..b_K), each (J, 1 + K)."""
        a = self._column(self.discrimination, "discrimination", n_items, 1)
        spread_a = self._column(self.log_discrimination_sd, "log_discrimination_sd", n_items, 1)
        b = self._column(self.difficulty, "difficulty", n_items, n_steps)
        spread_b = self._column(self.difficulty_sd, "difficulty_sd", n_items, n_steps)
        if np.any(a <= 0) or np.any(spread_a <= 0) or np.any(spread_b <= 0):
            raise MeasureError("priors: found a discrimination or a spread of 0 or less, wanted all above 0")
        return np.hstack([np.log(a), b]), np.hstack([spread_a, spread_b])

    def _column(self, value: ArrayLike, name: str, n_items: int, n_columns: int) -> Floats:
        x = as_finite(value, f"priors.{name}")
        x = x[:, None] if x.ndim == 1 else x
        try:
            return np.array(np.broadcast_to(x, (n_items, n_columns)))
        except ValueError:
            raise MeasureError(
                f"priors.{name}: found shape {np.shape(value)}, wanted a number, ({n_items},) or "
                f"({n_items}, {n_columns})"
            ) from None


def gradient_and_information(
    kind: Kind, parameters: Floats, points: Quadrature, data: Responses, sums: Sums
) -> tuple[Floats, Floats]:
    """Expected complete-data score (J, P) and information (J, P, P) in slope and intercepts.

    At the parameters the sums were made at, the score is the marginal likelihood's own gradient.
    """
    d = kind.scores(parameters, points.theta)
    p = np.exp(kind.log_p(parameters, points.theta))
    people = np.broadcast_to(sums.people, (p.shape[0], p.shape[2]))
    weighted = d * (p * people[:, None, :])[:, None]
    n_items, n_parameters = d.shape[:2]
    flat = d.reshape(n_items, n_parameters, -1)
    information = weighted.reshape(n_items, n_parameters, -1) @ flat.transpose(0, 2, 1)
    if sums.by_score is not None:
        return np.einsum("jpkq,jkq->jp", d, sums.by_score), information
    if sums.score_theta is None:
        raise AssertionError("sums hold neither scores by point nor score times theta")
    k = np.arange(p.shape[1], dtype=np.float64)
    expected = np.einsum("jkq,k,jq,q->j", p, k, people, points.theta)
    gradient = np.empty((n_items, n_parameters))
    gradient[:, 0] = sums.score_theta - expected
    gradient[:, 1:] = data.counts[:, 1:] - (p[:, 1:] * people[:, None, :]).sum(axis=2)
    return gradient, information


def complete_log_likelihood(
    kind: Kind, parameters: Floats, points: Quadrature, data: Responses, sums: Sums
) -> Floats:
    """(J,) what the M-step climbs, an item at a time."""
    log_p = kind.log_p(parameters, points.theta)
    if sums.by_score is not None:
        return np.asarray((log_p * sums.by_score).sum(axis=(1, 2)))
    if sums.score_theta is None:
        raise AssertionError("sums hold neither scores by point nor score times theta")
    fixed = parameters[:, 0] * sums.score_theta + (parameters[:, 1:] * data.counts[:, 1:]).sum(1)
    return np.asarray(fixed + (log_p[:, 0] * sums.people).sum(axis=1))


@dataclass(frozen=True, eq=False)
class Free:
    """No priors: slope and intercepts are estimated as they are; slopes may be negative."""

    kind: Kind
    common_slope: bool

    def step(self, parameters: Floats, gradient: Floats, information: Floats) -> Floats:
        """The Newton step, (J, P)."""
        safe = _with_unit_diagonal(information, self.kind)
        if not self.common_slope:
            return np.asarray(np.linalg.solve(safe, gradient[:, :, None])[:, :, 0])
        inner, border = safe[:, 1:, 1:], safe[:, 1:, 0]
        right = np.stack([border, gradient[:, 1:]], axis=2)
        solved = np.linalg.solve(inner, right)
        corner = safe[:, 0, 0].sum() - (border * solved[:, :, 0]).sum()
        slope = (gradient[:, 0].sum() - (border * solved[:, :, 1]).sum()) / corner
        intercepts = solved[:, :, 1] - solved[:, :, 0] * slope
        return np.column_stack([np.full(len(parameters), slope), intercepts])

    def moved(self, parameters: Floats, step: Floats) -> Floats:
        return parameters + step

    def penalty(self, parameters: Floats) -> Floats:
        """(J,) log prior."""
        return np.zeros(len(parameters))


@dataclass(frozen=True, eq=False)
class Penalised:
    """With priors the step is taken in (log a, b), where they are normal; a stays above 0."""

    kind: Kind
    common_slope: bool
    mean: Floats
    sd: Floats

    def natural(self, parameters: Floats) -> Floats:
        """(log a, b)"""
        b = np.nan_to_num(self.kind.difficulties(parameters), nan=0.0)
        return np.concatenate([np.log(np.maximum(parameters[:, :1], 1e-8)), b], axis=1)

    def jacobian(self, parameters: Floats) -> Floats:
        """(J, P, P) slope and intercepts by (log a, b)."""
        out = np.zeros((*parameters.shape, parameters.shape[1]))
        out[:, :, 0] = parameters
        there = self.kind.there[:, :, None] & self.kind.there[:, None, :]
        by_b = -parameters[:, :1, None] * self.kind.intercepts_by_difficulty()
        out[:, 1:, 1:] = np.where(there, by_b, 0.0)
        return out

    def pull(self, parameters: Floats) -> Floats:
        """(J, P) the log prior's gradient in (log a, b)."""
        pull = (self.mean - self.natural(parameters)) / self.sd**2
        return self._once(np.where(self._has(), pull, 0.0))

    def precision(self) -> Floats:
        """(J, P) the log prior's curvature in (log a, b)."""
        return self._once(np.where(self._has(), 1 / self.sd**2, 0.0))

    def _has(self) -> Bools:
        return np.concatenate([np.ones((len(self.sd), 1), dtype=bool), self.kind.there], axis=1)

    def _once(self, values: Floats) -> Floats:
        """One slope in common has one prior, the first item's."""
        if self.common_slope:
            values[1:, 0] = 0.0
        return values

    def step(self, parameters: Floats, gradient: Floats, information: Floats) -> Floats:
        """The Fisher-scoring step in (log a, b), (J, P)."""
        jacobian = self.jacobian(parameters)
        turned = np.einsum("jip,ji->jp", jacobian, gradient) + self.pull(parameters)
        curved = jacobian.transpose(0, 2, 1) @ information @ jacobian
        index = np.arange(parameters.shape[1])
        curved[:, index, index] += self.precision()
        return Free(self.kind, self.common_slope).step(parameters, turned, curved)

    def moved(self, parameters: Floats, step: Floats) -> Floats:
        psi = self.natural(parameters) + np.clip(step, -2.0, 2.0)
        a = np.exp(psi[:, 0])
        return np.column_stack([a, self.kind.intercepts(a, psi[:, 1:])])

    def penalty(self, parameters: Floats) -> Floats:
        """(J,) log prior, up to a constant."""
        away = self.natural(parameters) - self.mean
        return np.asarray(-0.5 * (away**2 * self.precision()).sum(axis=1))


Scheme = Free | Penalised


def maximise(scheme: Scheme, parameters: Floats, points: Quadrature, data: Responses, sums: Sums) -> Floats:
    """Parameters that raise the expected complete-data log-likelihood (plus log prior)."""
    kind = scheme.kind
    current = complete_log_likelihood(kind, parameters, points, data, sums)
    current = current + scheme.penalty(parameters)
    for _ in range(_INNER_STEPS):
        gradient, information = gradient_and_information(kind, parameters, points, data, sums)
        step = scheme.step(parameters, gradient, information)
        step = np.clip(step, -3.0, 3.0)
        shrink = np.ones(len(parameters))
        for _ in range(_HALVINGS):
            proposal = scheme.moved(parameters, step * shrink[:, None])
            reached = complete_log_likelihood(kind, proposal, points, data, sums)
            reached = reached + scheme.penalty(proposal)
            worse = ~_no_lower(reached, current, scheme.common_slope)
            worse |= ~kind.proper(proposal)
            if scheme.common_slope:
                worse[:] = worse.any()
            if not worse.any():
                break
            shrink = np.where(worse, shrink / 2, shrink)
        keep = worse[:, None]
        moved = np.where(keep, parameters, proposal)
        current = np.where(worse, current, reached)
        change = float(np.abs(moved - parameters).max())
        parameters = moved
        if change < _ENOUGH:
            break
    return parameters


def _no_lower(reached: Floats, current: Floats, common_slope: bool) -> Bools:
    if common_slope:
        return np.full(reached.shape, reached.sum() >= current.sum() - 1e-9 * abs(current.sum()))
    return np.asarray(reached >= current - 1e-9 * np.abs(current))


def _with_unit_diagonal(information: Floats, kind: Kind) -> Floats:
    """Absent steps get a 1 on the diagonal; a trace of ridge keeps flat items solvable."""
    out = information.copy()
    index = np.arange(out.shape[1])
    absent = np.concatenate([np.zeros((len(out), 1), dtype=bool), ~kind.there], axis=1)
    out[:, index, index] += np.where(absent, 1.0, 1e-9)
    return out
