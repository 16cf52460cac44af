"""Ability of people from items with known parameters: EAP, MAP and Warm's weighted likelihood.

EAP is the posterior's mean, MAP its mode, WLE the root of score + J / (2 I), which takes the
first-order bias out of the maximum likelihood estimate and is finite for perfect scores.

Sources: Bock and Mislevy (1982), Applied Psychological Measurement 6:431;
Warm (1989), Psychometrika 54:427.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm

from viva.exceptions import MeasureError
from viva.measure._arrays import Floats, Ints
from viva.measure._items import Curves, Items, response_weights
from viva.measure._posterior import (
    GRID,
    STANDARD,
    Ability,
    Prior,
    check_level,
    posterior_weights,
    quantiles,
)

AbilityMethod: TypeAlias = Literal["eap", "map", "wle"]
_METHODS: tuple[str, ...] = get_args(AbilityMethod)
_REACH = 12.0  # a MAP or WLE beyond this is reported as this
_HALVINGS = 40
_PEOPLE_AT_ONCE = 10_000
_CELLS = 2_000_000  # people x items x categories held at once


@dataclass(frozen=True, eq=False)
class Abilities:
    """The abilities of N people: each array (N,), fields as in ``Ability``."""

    estimate: Floats
    standard_error: Floats
    lower: Floats
    upper: Floats
    n_responses: Ints
    level: float = 0.95

    def __len__(self) -> int:
        return int(self.estimate.size)

    def __getitem__(self, person: int) -> Ability:
        return Ability(
            float(self.estimate[person]),
            float(self.standard_error[person]),
            float(self.lower[person]),
            float(self.upper[person]),
            int(self.n_responses[person]),
            self.level,
        )


def ability(
    items: Items,
    responses: ArrayLike,
    *,
    method: AbilityMethod = "eap",
    prior: Prior = STANDARD,
    level: float = 0.95,
) -> Ability:
    """One person's ability.

    ``responses``: (J,) scores 0..K, fractions allowed, NaN for not asked. With nothing asked EAP
    and MAP answer with the prior; WLE raises MeasureError.
    """
    x = items.check_responses(responses, ndim=1)
    return abilities(items, x[None, :], method=method, prior=prior, level=level)[0]


def abilities(
    items: Items,
    responses: ArrayLike,
    *,
    method: AbilityMethod = "eap",
    prior: Prior = STANDARD,
    level: float = 0.95,
) -> Abilities:
    """The abilities of N people. ``responses``: (N, J), otherwise as ``ability``."""
    x = items.check_responses(responses, ndim=2)
    check_level(level)
    if method not in _METHODS:
        raise MeasureError(f"method: found {method!r}, wanted one of {', '.join(_METHODS)}")
    if method == "eap":
        return _eap(items, x, prior, level)
    n = np.isfinite(x).sum(axis=1)
    if method == "wle" and not np.all(n):
        raise MeasureError(
            f"responses: person {int(np.argmin(n))} has none, wanted at least one for 'wle'; "
            "use 'eap', which then answers with the prior"
        )
    chunk = max(1, _CELLS // (x.shape[1] * (items.difficulty.shape[1] + 1)))
    parts = [_root(items, x[i : i + chunk], method, prior) for i in range(0, max(len(x), 1), chunk)]
    estimate = np.concatenate([part[0] for part in parts])
    error = np.concatenate([part[1] for part in parts])
    reach = float(norm.ppf((1 + level) / 2)) * error
    return Abilities(estimate, error, estimate - reach, estimate + reach, n, level)


def _eap(items: Items, x: Floats, prior: Prior, level: float) -> Abilities:
    tail = (1 - level) / 2
    parts = []
    for i in range(0, max(len(x), 1), _PEOPLE_AT_ONCE):
        weights = posterior_weights(items, x[i : i + _PEOPLE_AT_ONCE], prior=prior)
        mean = weights @ GRID
        sd = np.sqrt(np.maximum(weights @ GRID**2 - mean**2, 0.0))
        ends = [quantiles(weights, p) for p in (tail, 1 - tail)]
        parts.append(np.array([mean, sd, *ends]))
    estimate, error, lower, upper = np.concatenate(parts, axis=1)
    return Abilities(estimate, error, lower, upper, np.isfinite(x).sum(axis=1), level)


def _root(items: Items, x: Floats, method: str, prior: Prior) -> tuple[Floats, Floats]:
    """Bisection on a score that falls through 0 at the estimate, all people at once."""
    weights = response_weights(x, items.difficulty.shape[1] + 1)
    asked = np.isfinite(x)
    low = np.full(x.shape[0], -_REACH)
    high = np.full(x.shape[0], _REACH)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        rising = _score(items.curves(middle[:, None]), weights, asked, middle, method, prior) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    estimate = (low + high) / 2
    information = _informations(items.curves(estimate[:, None]), asked)
    if method == "map":
        information = information + 1 / prior.sd**2
    return estimate, 1 / np.sqrt(np.maximum(information, 1e-12))


def _score(
    curves: Curves, weights: Floats, asked: Floats, theta: Floats, method: str, prior: Prior
) -> Floats:
    p = np.maximum(curves.p, 1e-300)
    slope = (weights * curves.p1 / p).sum(axis=(1, 2))
    if method == "map":
        return np.asarray(slope - (theta - prior.mean) / prior.sd**2)
    j = ((curves.p1 * curves.p2 / p).sum(axis=2) * asked).sum(axis=1)
    return np.asarray(slope + j / (2 * np.maximum(_informations(curves, asked), 1e-300)))


def _informations(curves: Curves, asked: Floats) -> Floats:
    each = (curves.p1**2 / np.maximum(curves.p, 1e-300)).sum(axis=2)
    return np.asarray((each * asked).sum(axis=1))
