"""Items: what a response says about ability, for five models of one family.

    1pl, 2pl   right or wrong:        P(1) = 1 / (1 + exp(-a (theta - b)))
    pcm, gpcm  adjacent categories:   P(k) / P(k-1) = exp(a (theta - b_k)),          k = 1..K
    grm        cumulative categories: P(score >= k) = 1 / (1 + exp(-a (theta - b_k)))

With K = 1 all are the 2PL, so the code knows two kinds only: adjacent and cumulative.
A response is a score in 0..K. A fractional score (a rubric's expected score, a criterion's
probability) weighs the log-probabilities of its two neighbouring categories; see
docs/decisions/0010-fractional-responses.md. NaN is "not asked".

Sources: Birnbaum (1968); Muraki (1992), Applied Psychological Measurement 16:159;
Samejima (1969), Psychometrika Monograph 17.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Self, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from viva.exceptions import MeasureError
from viva.measure._arrays import Bools, Floats, Ints, as_finite, as_floats, frozen

Model: TypeAlias = Literal["1pl", "2pl", "pcm", "gpcm", "grm"]
MODELS: tuple[str, ...] = get_args(Model)
CUMULATIVE: frozenset[str] = frozenset({"grm"})
COMMON_DISCRIMINATION: frozenset[str] = frozenset({"1pl", "pcm"})

# Below this a category's probability is 0 to a double; its logarithm stays finite.
_TINY = 1e-300


class Curves(NamedTuple):
    """Category probabilities and their first two derivatives by theta, each (T, J, K + 1)."""

    p: Floats
    p1: Floats
    p2: Floats


@dataclass(frozen=True, eq=False)
class Items:
    """J items with known parameters.

    ``discrimination``: (J,), finite, per unit of ability; 0.3 is weak, 1 usual, 2 strong.
    ``difficulty``: (J, K) steps or thresholds on the ability scale (-3..3 as a rule), NaN where
    an item has fewer than K; a (J,) array is K = 1. ``grm`` thresholds must increase.
    Raises MeasureError for shapes, values or a model that don't fit.
    """

    model: Model
    discrimination: Floats
    difficulty: Floats

    def __post_init__(self) -> None:
        if self.model not in MODELS:
            raise MeasureError(f"model: found {self.model!r}, wanted one of {', '.join(MODELS)}")
        a = as_finite(self.discrimination, "discrimination", ndim=1)
        b = as_floats(self.difficulty, "difficulty")
        b = b[:, None] if b.ndim == 1 else b
        if b.ndim != 2 or b.shape[0] != a.size or b.shape[1] < 1:
            raise MeasureError(f"difficulty: found shape {b.shape}, wanted ({a.size}, K), one row an item")
        _check_steps(b, self.model)
        object.__setattr__(self, "discrimination", frozen(a))
        object.__setattr__(self, "difficulty", frozen(b))

    @classmethod
    def right_wrong(cls, discrimination: ArrayLike, difficulty: ArrayLike) -> Self:
        """2PL items; both (J,)."""
        return cls(
            "2pl",
            as_finite(discrimination, "discrimination", ndim=1),
            as_finite(difficulty, "difficulty", ndim=1),
        )

    @classmethod
    def rubric(
        cls,
        discrimination: ArrayLike,
        difficulty: ArrayLike,
        *,
        n_steps: int = 4,
        spread: float = 1.0,
    ) -> Self:
        """Partial-credit items scored 0..n_steps whose steps spread evenly about ``difficulty``.

        For items known only by an expert's guess: ``difficulty`` (J,) is where half the credit
        is expected, ``spread`` the distance from first to last step on the ability scale.
        """
        a = as_finite(discrimination, "discrimination", ndim=1)
        b = as_finite(difficulty, "difficulty", ndim=1)
        if n_steps < 1:
            raise MeasureError(f"n_steps: found {n_steps}, wanted 1 or more")
        offsets = spread * (np.linspace(-0.5, 0.5, n_steps) if n_steps > 1 else np.zeros(1))
        return cls("gpcm", a, b[:, None] + offsets)

    @property
    def n_items(self) -> int:
        return int(self.discrimination.size)

    @property
    def max_scores(self) -> Ints:
        """(J,) the highest score of each item."""
        return np.asarray(np.isfinite(self.difficulty).sum(axis=1), dtype=np.intp)

    @property
    def is_cumulative(self) -> bool:
        return self.model in CUMULATIVE

    @property
    def locations(self) -> Floats:
        """(J,) one difficulty an item: the mean of its steps."""
        return np.asarray(np.nanmean(self.difficulty, axis=1))

    def take(self, chosen: Sequence[int] | Ints | Bools) -> Self:
        """The items at ``chosen`` (indices or a mask), in that order."""
        index = np.asarray(chosen)
        return type(self)(self.model, self.discrimination[index], self.difficulty[index])

    def probabilities(self, theta: ArrayLike) -> Floats:
        """(T, J, K + 1) chance of each score at each ability; 0 where an item has no such score."""
        points = as_finite(np.atleast_1d(np.asarray(theta)), "theta", ndim=1)
        return _PROBABILITIES[self.is_cumulative](self.discrimination, self.difficulty, points[:, None])

    def expected_scores(self, theta: ArrayLike) -> Floats:
        """(T, J) the expected score at each ability, in score points 0..K."""
        p = self.probabilities(theta)
        return np.asarray(p @ np.arange(p.shape[2], dtype=np.float64))

    def information(self, theta: ArrayLike) -> Floats:
        """(T, J) Fisher information: the sum over scores of P'(k)^2 / P(k)."""
        points = as_finite(np.atleast_1d(np.asarray(theta)), "theta", ndim=1)
        curves = self.curves(points[:, None])
        return np.asarray((curves.p1**2 / np.maximum(curves.p, _TINY)).sum(axis=2))

    def curves(self, theta: Floats) -> Curves:
        """Probabilities and derivatives; ``theta`` is (T, 1) or one ability an item, (T, J)."""
        return _CURVES[self.is_cumulative](self.discrimination, self.difficulty, theta)

    def check_responses(self, responses: ArrayLike, *, ndim: int) -> Floats:
        """``responses`` with items last, NaN where not asked; raises where a score can't be."""
        x = as_floats(responses, "responses", ndim=ndim)
        if x.shape[-1] != self.n_items:
            raise MeasureError(f"responses: found {x.shape[-1]} columns, wanted {self.n_items}, one an item")
        bad = (x < 0) | (x > self.max_scores)
        if np.any(bad):
            where = tuple(int(i) for i in np.argwhere(bad)[0])
            raise MeasureError(
                f"responses: found {x[where]!r} at {where}, wanted a score from 0 to "
                f"{int(self.max_scores[where[-1]])} or NaN for not asked"
            )
        return x


def _check_steps(b: Floats, model: str) -> None:
    there = np.isfinite(b)
    if not np.all(there[:, 0]) or np.any(there[:, 1:] & ~there[:, :-1]):
        row = int(np.argmax(~there[:, 0] | np.any(there[:, 1:] & ~there[:, :-1], axis=1)))
        raise MeasureError(
            f"difficulty: item {row} has {b[row].tolist()!r}, wanted its steps first and NaN after"
        )
    if model in ("1pl", "2pl") and b.shape[1] > 1:
        raise MeasureError(
            f"difficulty: found {b.shape[1]} steps an item, wanted 1 under {model!r}; use 'gpcm'"
        )
    if model in CUMULATIVE and b.shape[1] > 1:
        falls = np.diff(b, axis=1) <= 0
        if np.any(falls):
            row = int(np.argmax(falls.any(axis=1)))
            raise MeasureError(
                f"difficulty: item {row} has thresholds {b[row].tolist()!r}, "
                "wanted them increasing under 'grm'"
            )


def _adjacent_probabilities(a: Floats, b: Floats, theta: Floats) -> Floats:
    z = a[:, None] * (theta[..., None] - np.where(np.isfinite(b), b, 0.0))
    z = np.cumsum(np.concatenate([np.zeros_like(z[..., :1]), z], axis=-1), axis=-1)
    absent = np.concatenate([np.zeros((b.shape[0], 1), dtype=bool), ~np.isfinite(b)], axis=1)
    z = np.where(absent, -np.inf, z)
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(p / p.sum(axis=-1, keepdims=True))


def _cumulative(a: Floats, b: Floats, theta: Floats) -> Floats:
    """P(score >= k) for k = 0..K+1, the ends being 1 and 0."""
    z = a[:, None] * (theta[..., None] - b)
    inner = np.where(np.isfinite(b), expit(z), 0.0)
    ends = np.ones_like(inner[..., :1])
    return np.concatenate([ends, inner, 0.0 * ends], axis=-1)


def _cumulative_probabilities(a: Floats, b: Floats, theta: Floats) -> Floats:
    s = _cumulative(a, b, theta)
    return np.asarray(np.maximum(s[..., :-1] - s[..., 1:], 0.0))


def _adjacent_curves(a: Floats, b: Floats, theta: Floats) -> Curves:
    p = _adjacent_probabilities(a, b, theta)
    k = np.arange(p.shape[-1], dtype=np.float64)
    away = k - (p @ k)[..., None]
    variance = (p * away**2).sum(axis=-1, keepdims=True)
    slope = a[:, None]
    return Curves(p, slope * p * away, slope**2 * p * (away**2 - variance))


def _cumulative_curves(a: Floats, b: Floats, theta: Floats) -> Curves:
    s = _cumulative(a, b, theta)
    s1 = a[:, None] * s * (1 - s)
    s2 = a[:, None] * s1 * (1 - 2 * s)
    p = np.maximum(s[..., :-1] - s[..., 1:], 0.0)
    return Curves(p, s1[..., :-1] - s1[..., 1:], s2[..., :-1] - s2[..., 1:])


# The two kinds, by "is cumulative".
_PROBABILITIES = {False: _adjacent_probabilities, True: _cumulative_probabilities}
_CURVES = {False: _adjacent_curves, True: _cumulative_curves}


def credit_steps(shares: ArrayLike, *, n_steps: int = 4) -> Floats:
    """Shares of full credit (0..1, NaN for none) as whole scores 0..n_steps, the nearest.

    What calibration wants of rubric scores: ``fit`` on bare shares takes them for noisier than
    they are and comes out with discriminations too low.
    """
    x = as_floats(shares, "shares")
    if n_steps < 1 or np.any((x < 0) | (x > 1)):
        raise MeasureError("shares: wanted shares of full credit, 0..1, and at least 1 step")
    return np.asarray(np.floor(x * n_steps + 0.5))


def response_weights(x: Floats, n_categories: int) -> Floats:
    """(..., K + 1) the weight a score gives each category; all 0 where NaN.

    A whole score puts 1 on its own category, a fractional one splits between its neighbours.
    """
    k = np.arange(n_categories, dtype=np.float64)
    weights = np.maximum(0.0, 1.0 - np.abs(x[..., None] - k))
    return np.where(np.isnan(x)[..., None], 0.0, weights)


def log_probabilities(p: Floats) -> Floats:
    """log p with impossible scores at a large finite negative number."""
    return np.asarray(np.log(np.maximum(p, _TINY)))
