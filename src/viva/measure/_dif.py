"""Differential item functioning: do people of equal ability find an item unequally hard?

Mantel-Haenszel compares groups within strata of the total score; ETS classes the result A, B or C
by its size and its significance. Its p-value here is exact (the sum of hypergeometrics), so small
groups raise no false alarms. The logistic method also sees effects that change with ability.

Sources: Holland and Thayer (1988); Mantel (1963) for ordinal scores; Zwick, Donoghue and Grima
(1993) and Dorans and Schmitt (1991) for the standardised mean difference; Swaminathan and Rogers
(1990), Zumbo (1999), Jodoin and Gierl (2001) for logistic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import f as f_distribution
from scipy.stats import hypergeom, norm

from viva.exceptions import MeasureError
from viva.measure._arrays import AnyArray, Bools, Floats, as_floats, as_groups
from viva.measure._intervals import Interval

EtsClass: TypeAlias = Literal["A", "B", "C"]
DifVerdict: TypeAlias = Literal["favours reference", "favours focal", "no DIF seen", "cannot tell"]

_ALPHA = 0.05
# ETS thresholds: the delta scale, and the standardised mean difference for ordinal scores.
_SMALL = {"delta": 1.0, "smd": 0.17}
_LARGE = {"delta": 1.5, "smd": 0.25}
_FEWEST_FOR_LOGISTIC = 30  # people in the smaller group


@dataclass(frozen=True)
class Dif:
    """One item's result.

    ``effect``: MH delta (right/wrong; below 0 is harder for the focal group) or the standardised
    mean difference (ordinal); its interval is normal. ``size``: ETS class; A also where not significant.
    ``verdict``: a side only when B or C; "no DIF seen" only when the interval excludes a large
    effect; else "cannot tell". ``n``: people in strata where both groups are, reference and focal.
    """

    effect: Interval
    scale: Literal["delta", "smd"]
    p_value: float
    size: EtsClass
    verdict: DifVerdict
    n: tuple[int, int]


class LogisticDif(NamedTuple):
    """p-values of uniform and non-uniform effects and the gain in Nagelkerke's R2 from both.

    ``size``: A below .035 or not significant, B, C from .070; None ("cannot tell") with under 30 people
    in a group or no finite fit.
    """

    uniform_p: float
    non_uniform_p: float
    r2_gain: float
    size: EtsClass | None
    n: tuple[int, int]


def mantel_haenszel_dif(
    responses: ArrayLike,
    focal: ArrayLike,
    *,
    matching: ArrayLike | None = None,
    level: float = 0.95,
) -> list[Dif]:
    """DIF of every item. ``responses``: (N, J) whole scores 0..K, NaN where missing.

    ``focal``: (N,) True for the focal group. ``matching``: (N,) strata, by default the total score
    (people with gaps are then left out; pass ability classes to keep them).
    """
    x, group, strata = _checked(responses, focal, matching)
    return [_one(x[:, j], group, strata, level) for j in range(x.shape[1])]


def _checked(
    responses: ArrayLike, focal: ArrayLike, matching: ArrayLike | None
) -> tuple[Floats, Bools, AnyArray]:
    x = as_floats(responses, "responses", ndim=2)
    group = as_groups(focal, len(x), "focal").astype(np.bool_)
    if not group.any() or group.all():
        raise MeasureError("focal: found one group only, wanted people in both")
    if np.any((x < 0) | (np.isfinite(x) & (x != np.round(x)))):
        raise MeasureError("responses: found fractions or negative scores, wanted whole scores")
    if matching is not None:
        return x, group, as_groups(matching, len(x), "matching")
    whole = np.isfinite(x).all(axis=1)
    return x[whole], group[whole], x[whole].sum(axis=1)


def _one(x: Floats, group: Bools, strata: AnyArray, level: float) -> Dif:
    seen = np.isfinite(x)
    x, group, strata = x[seen], group[seen], strata[seen]
    parts = [
        (x[mine & ~group], x[mine & group])
        for s in np.unique(strata)
        if (mine := strata == s)[group].any() and mine[~group].any()
    ]
    n = (sum(len(r) for r, _ in parts), sum(len(f) for _, f in parts))
    z = float(norm.ppf((1 + level) / 2))
    if x.size == 0 or x.max() <= 1:
        effect, error, p = _delta(parts)
        return _verdict(Interval(effect, effect - z * error, effect + z * error, level), "delta", p, n)
    sd = float(x.std(ddof=1)) if x.size > 1 else 0.0
    effect, error, p = _standardised_difference(parts, sd)
    return _verdict(Interval(effect, effect - z * error, effect + z * error, level), "smd", p, n)


def _verdict(effect: Interval, scale: Literal["delta", "smd"], p: float, n: tuple[int, int]) -> Dif:
    size = abs(effect.estimate)
    significant = p < _ALPHA
    ets: EtsClass = "A"
    if significant and size >= _SMALL[scale]:
        least = _SMALL[scale] if scale == "delta" else 0.0
        beyond = effect.lower > least or effect.upper < -least
        ets = "C" if size >= _LARGE[scale] and beyond else "B"
    if ets != "A":
        side: DifVerdict = "favours reference" if effect.estimate < 0 else "favours focal"
        return Dif(effect, scale, p, ets, side, n)
    clear = effect.lower > -_LARGE[scale] and effect.upper < _LARGE[scale]
    return Dif(effect, scale, p, ets, "no DIF seen" if clear else "cannot tell", n)


def _delta(parts: list[tuple[Floats, Floats]]) -> tuple[float, float, float]:
    """Delta (ETS's -2.35 log odds ratio), its standard error (Robins, Breslow and Greenland
    1986) and the exact conditional p-value."""
    table = np.array([[r.sum(), len(r) - r.sum(), f.sum(), len(f) - f.sum()] for r, f in parts]).reshape(
        -1, 4
    )
    a, b, c, d = table.T
    total = np.maximum(table.sum(axis=1), 1)
    right, left = a * d / total, b * c / total
    p = _exact_p(table)
    if right.sum() == 0 or left.sum() == 0:
        sign = np.sign(left.sum() - right.sum())
        return float(sign * 9.99 if sign else 0.0), np.inf, p
    ratio = right.sum() / left.sum()
    agree, differ = (a + d) / total, (b + c) / total
    variance = (
        (agree * right).sum() / (2 * right.sum() ** 2)
        + (agree * left + differ * right).sum() / (2 * right.sum() * left.sum())
        + (differ * left).sum() / (2 * left.sum() ** 2)
    )
    return float(-2.35 * np.log(ratio)), float(2.35 * np.sqrt(variance)), p


def _exact_p(table: Floats) -> float:
    """Two-sided: outcomes no more likely than the one seen, given all margins of all strata."""
    distribution, offset = np.ones(1), 0
    for a, b, c, d in table.astype(np.intp):
        n, right, reference = a + b + c + d, a + c, a + b
        low, high = max(0, right + reference - n), min(right, reference)
        offset += low
        chance = hypergeom.pmf(np.arange(low, high + 1), n, right, reference)
        distribution = np.convolve(distribution, chance)
    seen = int(table[:, 0].sum()) - offset
    here = distribution[seen]
    return float(min(1.0, distribution[distribution <= here * (1 + 1e-9)].sum()))


def _standardised_difference(parts: list[tuple[Floats, Floats]], sd: float) -> tuple[float, float, float]:
    """Focal less reference mean at equal strata over the scores' spread, and Mantel's p-value
    with continuity correction."""
    if not parts or sd == 0:
        return 0.0, np.inf, 1.0
    n_focal = sum(len(f) for _, f in parts)
    effect = sum(len(f) * (float(f.mean()) - float(r.mean())) for r, f in parts) / n_focal / sd
    away, spread, error = 0.0, 0.0, 0.0
    for r, f in parts:
        both = np.concatenate([r, f])
        n = len(both)
        away += float(f.sum()) - len(f) * float(both.mean())
        pooled = float(both.var(ddof=1))
        spread += len(r) * len(f) / n * pooled
        error += (len(f) / n_focal) ** 2 * pooled * (1 / len(r) + 1 / len(f))
    if spread == 0:
        return effect, np.inf, 1.0
    z = max(0.0, abs(away) - 0.5) / np.sqrt(spread)
    return effect, float(np.sqrt(error)) / sd, float(2 * norm.sf(z))


def logistic_dif(
    responses: ArrayLike, focal: ArrayLike, *, matching: ArrayLike | None = None
) -> list[LogisticDif]:
    """Logistic (right/wrong) or proportional-odds (ordinal) DIF of every item.

    Arguments as ``mantel_haenszel_dif``, ``matching`` being numbers. Likelihood ratios are held
    against F rather than chi-squared, which keeps the level in small groups.
    """
    x, group, strata = _checked(responses, focal, matching)
    score = as_floats(strata, "matching", ndim=1)
    return [_logistic(x[:, j], group, score) for j in range(x.shape[1])]


def _logistic(x: Floats, group: Bools, score: Floats) -> LogisticDif:
    seen = np.isfinite(x)
    x, group, score = x[seen], group[seen], score[seen]
    n = (int((~group).sum()), int(group.sum()))
    spread = float(score.std()) if score.size else 0.0
    if min(n) < _FEWEST_FOR_LOGISTIC or spread == 0 or np.ptp(x) == 0:
        return LogisticDif(1.0, 1.0, 0.0, None, n)
    s, g = (score - score.mean()) / spread, group.astype(np.float64)
    designs = [np.column_stack(c) for c in ([s], [s, g], [s, g, s * g])]
    _, y = np.unique(x, return_inverse=True)
    null = _ordinal_log_likelihood(y, np.empty((y.size, 0)))
    base, uniform, both = (_ordinal_log_likelihood(y, d) for d in designs)
    p_uniform = _p_of(2 * (uniform - base), 1, y.size - 3)
    p_both = _p_of(2 * (both - uniform), 1, y.size - 4)
    p_joint = _p_of(2 * (both - base), 2, y.size - 4)
    gain = _nagelkerke(null, both, y.size) - _nagelkerke(null, base, y.size)
    size: EtsClass = "A"
    if p_joint < _ALPHA and gain >= 0.035:
        size = "C" if gain >= 0.070 else "B"
    return LogisticDif(p_uniform, p_both, gain, size, n)


def _p_of(ratio: float, df: int, rest: int) -> float:
    return float(f_distribution.sf(max(ratio, 0.0) / df, df, max(rest, 1)))


def _nagelkerke(null: float, model: float, n: int) -> float:
    return float((1 - np.exp(2 * (null - model) / n)) / (1 - np.exp(2 * null / n)))


def _ordinal_log_likelihood(y: AnyArray, design: Floats) -> float:
    """Highest log-likelihood of P(y >= k) = logistic(cut_k + design beta), y in 0..K."""
    top = int(y.max())
    share = np.array([(y >= k).mean() for k in range(1, top + 1)])
    cuts = np.log(share / (1 - share))
    # cuts fall, so all but the first are logs of their drops
    begin = np.concatenate([[cuts[0]], np.log(-np.diff(cuts)), np.zeros(design.shape[1])])

    def loss(v: Floats) -> tuple[float, Floats]:
        drops = np.exp(np.clip(v[1:top], -30, 30))
        cut = v[0] - np.concatenate([[0.0], np.cumsum(drops)])
        linear = design @ v[top:]
        z = np.concatenate([[np.inf], cut, [-np.inf]])
        upper, lower = expit(z[y] + linear), expit(z[y + 1] + linear)
        p = np.maximum(upper - lower, 1e-12)
        du, dl = upper * (1 - upper) / p, lower * (1 - lower) / p
        by_cut = np.zeros(top + 2)
        np.add.at(by_cut, y, du)
        np.add.at(by_cut, y + 1, -dl)
        inner = by_cut[1:-1]
        below = np.cumsum(inner[::-1])[::-1]
        gradient = np.concatenate([[inner.sum()], -drops * below[1:], design.T @ (du - dl)])
        return -float(np.log(p).sum()), -gradient

    found = minimize(loss, begin, jac=True, method="BFGS", options={"gtol": 1e-6})
    return -float(found.fun)
