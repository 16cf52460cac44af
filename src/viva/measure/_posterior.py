"""What is believed about one ability: a density on a fixed grid, updated response by response.

The grid spans -6..6 in steps of 0.1. With a N(0, 1) prior and up to about 100 answers its
mean and standard deviation agree with a grid ten times finer to 1e-6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from viva.exceptions import MeasureError
from viva.measure._arrays import Floats, as_floats, frozen
from viva.measure._items import Items, log_probabilities

GRID: Floats = frozen(np.linspace(-6.0, 6.0, 121))
_GRID_SQUARED: Floats = frozen(GRID**2)


class Prior(NamedTuple):
    """A normal prior on ability: mean, and standard deviation above 0."""

    mean: float = 0.0
    sd: float = 1.0


STANDARD = Prior()


@dataclass(frozen=True)
class Ability:
    """One ability and how sure it is.

    ``estimate``, ``lower`` and ``upper`` on the ability scale; ``standard_error`` is the
    posterior standard deviation (EAP) or 1 / sqrt(information) (MAP, WLE); ``level`` is the
    interval's probability; ``n_responses`` how many responses it rests on.
    """

    estimate: float
    standard_error: float
    lower: float
    upper: float
    n_responses: int
    level: float = 0.95

    @property
    def width(self) -> float:
        return self.upper - self.lower


@dataclass(frozen=True, eq=False)
class Posterior:
    """``weights``: (121,) probabilities on ``GRID``, summing to 1."""

    weights: Floats
    n_responses: int = 0

    @property
    def mean(self) -> float:
        return float(self.weights @ GRID)

    @property
    def sd(self) -> float:
        mean = self.weights @ GRID
        return float(np.sqrt(max(float(self.weights @ _GRID_SQUARED - mean * mean), 0.0)))

    def updated(self, likelihood: Floats) -> Posterior:
        """The posterior after one more response, whose likelihood on the grid is (121,)."""
        weights = self.weights * likelihood
        return Posterior(weights / weights.sum(), self.n_responses + 1)

    def ability(self, *, level: float = 0.95) -> Ability:
        """The mean (EAP) with its equal-tailed interval."""
        tail = (1 - check_level(level)) / 2
        lower, upper = (float(quantiles(self.weights[None], p)[0]) for p in (tail, 1 - tail))
        return Ability(self.mean, self.sd, lower, upper, self.n_responses, level)


def quantiles(weights: Floats, probability: float) -> Floats:
    """(N,) quantiles of (N, 121) densities, each grid point spread over its own cell."""
    cdf = np.cumsum(weights, axis=1)
    cell = np.minimum((cdf < probability).sum(axis=1), GRID.size - 1)
    people = np.arange(len(weights))
    mass = weights[people, cell]
    left = cdf[people, cell] - mass
    share = np.clip((probability - left) / np.maximum(mass, 1e-300), 0.0, 1.0)
    return np.asarray(GRID[cell] + (share - 0.5) * (GRID[1] - GRID[0]))


def start(prior: Prior = STANDARD) -> Posterior:
    """The belief before any response."""
    log_weights = log_prior(prior, GRID)
    weights = np.exp(log_weights - log_weights.max())
    return Posterior(weights / weights.sum())


def log_prior(prior: Prior, points: Floats) -> Floats:
    """Unnormalised log-density of ``prior`` at ``points``."""
    mean, sd = prior
    if not (np.isfinite(mean) and np.isfinite(sd) and sd > 0):
        raise MeasureError(f"prior: found mean {mean!r}, sd {sd!r}; wanted finite numbers with sd above 0")
    return np.asarray(-0.5 * ((points - mean) / sd) ** 2)


def check_level(level: float) -> float:
    """``level`` itself; raises MeasureError unless strictly between 0 and 1."""
    if not 0 < level < 1:
        raise MeasureError(f"level: found {level!r}, wanted a probability between 0 and 1")
    return level


@dataclass(frozen=True, eq=False)
class ItemTable:
    """Items tabulated on the grid once, so that an update is a look-up.

    ``log_likelihoods``: (J, K + 1, 121); ``information``: (121, J).
    """

    items: Items
    log_likelihoods: Floats
    information: Floats

    def likelihood(self, item: int, score: float) -> Floats:
        """(121,) the likelihood of ``score`` (0..K, fractions allowed) on ``item``."""
        rows = self.log_likelihoods[item]
        highest = rows.shape[0] - 1
        if not 0 <= score <= highest:
            raise MeasureError(
                f"score: found {score!r} on item {item}, wanted 0 to {highest}, fractions allowed"
            )
        below = int(score)
        if below == score:
            return np.asarray(np.exp(rows[below]))
        share = score - below
        return np.asarray(np.exp((1 - share) * rows[below] + share * rows[below + 1]))

    def update(self, posterior: Posterior, item: int, score: float) -> Posterior:
        """The posterior after ``score`` on ``item``."""
        return posterior.updated(self.likelihood(item, score))


def tabulate(items: Items) -> ItemTable:
    """``items`` on the grid, for repeated updates and selection."""
    p = items.probabilities(GRID)
    rows = np.ascontiguousarray(np.moveaxis(log_probabilities(p), 0, 2))
    return ItemTable(items, frozen(rows), frozen(items.information(GRID)))


def posterior_of(items: Items, responses: ArrayLike, *, prior: Prior = STANDARD) -> Posterior:
    """One person's posterior. ``responses``: (J,) scores 0..K, fractions allowed, NaN not asked."""
    x = items.check_responses(as_floats(responses, "responses", ndim=1), ndim=1)
    weights = posterior_weights(items, x[None, :], prior=prior)[0]
    return Posterior(weights, int(np.isfinite(x).sum()))


def posterior_weights(items: Items, x: Floats, *, prior: Prior) -> Floats:
    """(N, 121) posterior probabilities of N people; ``x`` is a checked (N, J)."""
    log_p = log_probabilities(items.probabilities(GRID))
    total = np.broadcast_to(log_prior(prior, GRID), (x.shape[0], GRID.size)).copy()
    for k in range(log_p.shape[2]):
        share = np.nan_to_num(np.maximum(0.0, 1.0 - np.abs(x - k)), nan=0.0)
        total += share @ log_p[:, :, k].T
    total -= total.max(axis=1, keepdims=True)
    np.exp(total, out=total)
    return np.asarray(total / total.sum(axis=1, keepdims=True))
