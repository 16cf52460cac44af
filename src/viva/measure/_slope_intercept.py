"""The two kinds of item in the form they are estimated in: one slope and K intercepts.

    adjacent    log P(k) = k a theta + c_k - log sum_h exp(h a theta + c_h)
                c_k = -a (b_1 + .. + b_k)
    cumulative  P(score >= k) = 1 / (1 + exp(-(a theta + d_k)))
                d_k = -a b_k

``parameters`` is (J, 1 + K): slope, then intercepts. Steps an item lacks are masked by ``there``
(J, K) and hold 0. Q is the number of quadrature points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from viva.measure._arrays import Bools, Floats

_FAR = -1e4  # the log-probability of a score that can't be


@dataclass(frozen=True, eq=False)
class Adjacent:
    """Rasch, 2PL, partial credit: an exponential family in theta."""

    there: Bools

    def log_p(self, parameters: Floats, theta: Floats) -> Floats:
        """(J, K + 1, Q)"""
        z = _pad(np.where(self.there, parameters[:, 1:], _FAR))[:, :, None]
        k = np.arange(z.shape[1], dtype=np.float64)[None, :, None]
        z = z + k * (parameters[:, :1] * theta)[:, None, :]
        z -= z.max(axis=1, keepdims=True)
        z -= np.log(np.exp(z).sum(axis=1, keepdims=True))
        return np.asarray(z)

    def scores(self, parameters: Floats, theta: Floats) -> Floats:
        """(J, 1 + K, K + 1, Q) the derivative of log P(k) by each parameter."""
        p = np.exp(self.log_p(parameters, theta))
        n = p.shape[1]
        k = np.arange(n, dtype=np.float64)
        expected = np.einsum("jkq,k->jq", p, k)
        by_slope = theta * (k[:, None] - expected[:, None, :])
        by_intercept = np.eye(n)[1:, :, None] - p[:, 1:, None, :]
        by_intercept = by_intercept * self.there[:, :, None, None]
        return np.concatenate([by_slope[:, None], by_intercept], axis=1)

    def start(self, counts: Floats) -> Floats:
        """First guesses from category counts (J, K + 1)."""
        safe = np.maximum(counts, 0.5)
        intercepts = np.where(self.there, np.log(safe[:, 1:] / safe[:, :1]), 0.0)
        slopes = 1.0 / np.sqrt(self.there.sum(axis=1))
        return np.column_stack([slopes, intercepts])

    def shifted(self, parameters: Floats, mean: float, sd: float) -> Floats:
        """The same items when ability N(mean, sd^2) is renamed N(0, 1)."""
        k = np.arange(1, parameters.shape[1], dtype=np.float64)
        slope = parameters[:, :1]
        moved = parameters[:, 1:] + np.where(self.there, slope * mean * k, 0.0)
        return np.concatenate([slope * sd, moved], axis=1)

    def difficulties(self, parameters: Floats) -> Floats:
        """(J, K) steps b, NaN where there is none."""
        steps = np.diff(_pad(parameters[:, 1:]), axis=1)
        return np.where(self.there, -steps / _nonzero(parameters[:, :1]), np.nan)

    def intercepts(self, a: Floats, b: Floats) -> Floats:
        """The inverse of ``difficulties``."""
        return np.where(self.there, -a[:, None] * np.cumsum(np.where(self.there, b, 0.0), axis=1), 0.0)

    def intercepts_by_difficulty(self) -> Floats:
        """(K, K) the derivative of intercept k by step h, in units of -a."""
        n = self.there.shape[1]
        return np.tril(np.ones((n, n)))

    def proper(self, parameters: Floats) -> Bools:
        """(J,) whether the parameters are an item's at all."""
        return np.asarray(np.isfinite(parameters).all(axis=1))


@dataclass(frozen=True, eq=False)
class Cumulative:
    """The graded response model."""

    there: Bools

    def log_p(self, parameters: Floats, theta: Floats) -> Floats:
        """(J, K + 1, Q)"""
        return np.asarray(np.log(np.maximum(self._parts(parameters, theta)[0], 1e-300)))

    def scores(self, parameters: Floats, theta: Floats) -> Floats:
        """(J, 1 + K, K + 1, Q) the derivative of log P(k) by each parameter."""
        p, s1 = self._parts(parameters, theta)
        safe = np.maximum(p, 1e-300)
        by_slope = theta * (s1[:, :-1] - s1[:, 1:]) / safe
        n = p.shape[1]
        out = np.zeros((p.shape[0], n, n, theta.size))
        out[:, 0] = by_slope
        for k in range(1, n):
            out[:, k, k] = s1[:, k] / safe[:, k]
            out[:, k, k - 1] = -s1[:, k] / safe[:, k - 1]
        return out

    def curvature(self, parameters: Floats, theta: Floats, by_score: Floats) -> Floats:
        """(J, P, P) sum over scores and points of ``by_score`` (J, K + 1, Q) times the second
        derivatives of P(k) over P(k): what observed information lacks of expected information."""
        p, s1 = self._parts(parameters, theta)
        z = parameters[:, :1, None] * theta + parameters[:, 1:, None]
        s2 = s1[:, 1:-1] * (1 - 2 * expit(z))
        weight = by_score / np.maximum(p, 1e-300)
        # boundary k raises P(k) and lowers P(k - 1)
        moved = s2 * (weight[:, 1:] - weight[:, :-1])
        out = np.zeros((p.shape[0], p.shape[1], p.shape[1]))
        out[:, 0, 0] = (moved * theta**2).sum(axis=(1, 2))
        out[:, 0, 1:] = out[:, 1:, 0] = (moved * theta).sum(axis=2)
        index = np.arange(1, p.shape[1])
        out[:, index, index] = moved.sum(axis=2)
        return out

    def _parts(self, parameters: Floats, theta: Floats) -> tuple[Floats, Floats]:
        """Category probabilities (J, K + 1, Q) and boundary slopes (J, K + 2, Q)."""
        z = parameters[:, :1, None] * theta + parameters[:, 1:, None]
        s = np.where(self.there[:, :, None], expit(z), 0.0)
        # 1 - s by the mirrored logistic, so that differences near 1 keep their digits
        high = np.where(self.there[:, :, None], expit(-z), 1.0)
        top, bottom = np.ones_like(s[:, :1]), np.zeros_like(s[:, :1])
        s = np.concatenate([top, s, bottom], axis=1)
        high = np.concatenate([bottom, high, top], axis=1)
        p = np.where(s[:, :-1] > 0.5, high[:, 1:] - high[:, :-1], s[:, :-1] - s[:, 1:])
        return np.maximum(p, 0.0), s * high

    def start(self, counts: Floats) -> Floats:
        """First guesses from category counts (J, K + 1)."""
        safe = np.maximum(counts, 0.5)
        above = np.cumsum(safe[:, ::-1], axis=1)[:, ::-1] / safe.sum(axis=1, keepdims=True)
        intercepts = np.where(self.there, 1.2 * logit(np.clip(above[:, 1:], 1e-4, 1 - 1e-4)), 0.0)
        return np.column_stack([np.ones(counts.shape[0]), intercepts])

    def shifted(self, parameters: Floats, mean: float, sd: float) -> Floats:
        """The same items when ability N(mean, sd^2) is renamed N(0, 1)."""
        slope = parameters[:, :1]
        moved = parameters[:, 1:] + np.where(self.there, slope * mean, 0.0)
        return np.concatenate([slope * sd, moved], axis=1)

    def difficulties(self, parameters: Floats) -> Floats:
        """(J, K) thresholds b, NaN where there is none."""
        return np.where(self.there, -parameters[:, 1:] / _nonzero(parameters[:, :1]), np.nan)

    def intercepts(self, a: Floats, b: Floats) -> Floats:
        """The inverse of ``difficulties``."""
        return np.where(self.there, -a[:, None] * np.where(self.there, b, 0.0), 0.0)

    def intercepts_by_difficulty(self) -> Floats:
        """(K, K) the derivative of intercept k by threshold h, in units of -a."""
        return np.eye(self.there.shape[1])

    def proper(self, parameters: Floats) -> Bools:
        """(J,) whether the parameters are an item's at all: intercepts must fall."""
        falls = (np.diff(parameters[:, 1:], axis=1) < 0) | ~self.there[:, 1:]
        return np.asarray(np.isfinite(parameters).all(axis=1) & falls.all(axis=1))


Kind = Adjacent | Cumulative


def _pad(values: Floats) -> Floats:
    return np.concatenate([np.zeros((values.shape[0], 1)), values], axis=1)


def _nonzero(slopes: Floats) -> Floats:
    return np.where(slopes == 0, 1e-12, slopes)
