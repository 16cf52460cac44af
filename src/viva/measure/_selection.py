"""Which item to ask next, and when to stop.

Every criterion gives each item a number; the largest is asked, after the masks, the content balance
and the exposure control have had their say. One person and a thousand go through the same code.

Sources: Lord (1980) for maximum information; Chang and Ying (1996), Applied Psychological
Measurement 20:213, here weighted by the posterior; Sympson and Hetter (1985); Kingsbury and
Zara (1989) for randomesque selection and content balance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm

from viva.exceptions import MeasureError
from viva.measure._arrays import Bools, Floats, Ints, as_finite, as_mask
from viva.measure._posterior import GRID, ItemTable, Posterior, start

Criterion: TypeAlias = Literal["information", "posterior_information", "kullback_leibler", "fixed", "random"]
StopReason: TypeAlias = Literal["precise", "decided", "longest", "time", "exhausted"]


@dataclass(frozen=True, eq=False)
class Policy:
    """How the next item is chosen.

    ``criterion``: see ``CRITERIA``. ``randomesque``: take one of the best so many at random.
    ``exposure``: (J,) Sympson-Hetter chances of asking an item once chosen, from
    ``calibrate_exposure``. ``topics`` (J,) codes 0..T-1 and ``shares`` (T,): the topic furthest
    below its share comes next. ``first_at``: the ability the first item aims at, the prior's mean
    where None.
    """

    criterion: Criterion = "information"
    randomesque: int = 1
    exposure: Floats | None = None
    topics: Ints | None = None
    shares: Floats | None = None
    first_at: float | None = None
    membership: Floats | None = field(init=False, default=None, repr=False)

    def __post_init__(self) -> None:
        if self.criterion not in CRITERIA:
            raise MeasureError(
                f"policy: found criterion {self.criterion!r}, wanted one of {', '.join(CRITERIA)}"
            )
        if self.randomesque < 1:
            raise MeasureError(f"policy: found randomesque {self.randomesque}, wanted 1 or more")
        if (self.topics is None) != (self.shares is None):
            raise MeasureError("policy: found only one of topics and shares, wanted both or none")
        if self.topics is not None and self.shares is not None:
            shares = as_finite(self.shares, "policy.shares", ndim=1)
            topics = np.asarray(self.topics, dtype=np.intp)
            if topics.size and (topics.min() < 0 or topics.max() >= shares.size):
                raise MeasureError(
                    f"policy: found topic codes {int(topics.min())}..{int(topics.max())}, wanted "
                    f"0..{shares.size - 1}, one share a topic"
                )
            object.__setattr__(self, "topics", topics)
            object.__setattr__(self, "shares", shares / shares.sum())
            member = topics[:, None] == np.arange(shares.size)
            object.__setattr__(self, "membership", member.astype(np.float64))


@dataclass(frozen=True)
class Stopping:
    """Rules that combine: after ``min_items``, the first that holds stops.

    ``standard_error``: precise enough. ``cut``: the ``level`` interval excludes it. ``max_items``
    and ``max_minutes`` hold whatever ``min_items`` says.
    """

    standard_error: float | None = None
    cut: float | None = None
    level: float = 0.95
    min_items: int = 1
    max_items: int | None = None
    max_minutes: float | None = None


def select(
    table: ItemTable,
    posterior: Posterior,
    *,
    policy: Policy,
    rng: np.random.Generator,
    asked: ArrayLike = (),
    eligible: ArrayLike | None = None,
) -> int | None:
    """The next item for one person, None when none is left.

    ``asked``: indices already asked; ``eligible``: (J,) mask of items allowed, all where None.
    """
    n_items = table.items.n_items
    allowed = as_mask(eligible, n_items, "eligible").copy()
    already = np.asarray(asked, dtype=np.intp)
    if already.size and (already.min() < 0 or already.max() >= n_items):
        raise MeasureError(f"asked: found {already.tolist()!r}, wanted indices 0..{n_items - 1}")
    asked_mask = np.zeros((1, n_items), dtype=np.bool_)
    asked_mask[0, already] = True
    weights = posterior.weights[None, :]
    chosen = choose(table, weights, asked_mask, allowed & ~asked_mask, policy, rng)
    return None if chosen[0] < 0 else int(chosen[0])


def choose(
    table: ItemTable,
    weights: Floats,
    asked: Bools,
    allowed: Bools,
    policy: Policy,
    rng: np.random.Generator,
) -> Ints:
    """(N,) the next item of each person, -1 where nothing is left; ``weights``: (N, 121)
    posteriors, masks (N, J)."""
    mean = weights @ GRID
    if policy.first_at is not None:
        mean = np.where(asked.any(axis=1), mean, policy.first_at)
    value = np.broadcast_to(CRITERIA[policy.criterion](table, _Belief(weights, mean, rng)), allowed.shape)
    open_to = _balanced(policy, asked, allowed)
    value = np.where(open_to, value, -np.inf)
    passing = value
    if policy.exposure is not None:
        passed = rng.random(value.shape) <= policy.exposure
        passing = np.where(passed, value, -np.inf)
        none_passed = ~np.isfinite(passing).any(axis=1, keepdims=True)
        passing = np.where(none_passed, value, passing)
    item = _best(passing, policy.randomesque, rng)
    return np.where(allowed.any(axis=1), item, -1)


def _balanced(policy: Policy, asked: Bools, allowed: Bools) -> Bools:
    """``allowed`` narrowed to the topic furthest below its share."""
    if policy.topics is None or policy.shares is None or policy.membership is None:
        return allowed
    counts = asked @ policy.membership
    deficit = policy.shares * (counts.sum(axis=1, keepdims=True) + 1) - counts
    deficit = np.where(allowed @ policy.membership > 0, deficit, -np.inf)
    return np.asarray(allowed & (policy.topics == deficit.argmax(axis=1)[:, None]))


def _best(value: Floats, n_best: int, rng: np.random.Generator) -> Ints:
    if n_best == 1 or value.shape[1] == 1:
        return np.asarray(value.argmax(axis=1))
    n = min(n_best, value.shape[1])
    top = np.argpartition(-value, n - 1, axis=1)[:, :n]
    people = np.arange(len(value))
    there = np.isfinite(value[people[:, None], top])
    draw = np.where(there, rng.random(top.shape), -1.0).argmax(axis=1)
    return np.asarray(top[people, draw])


class _Belief(NamedTuple):
    """What a criterion may look at: (N, 121) posteriors, their (N,) means, and chance."""

    weights: Floats
    mean: Floats
    rng: np.random.Generator


def _information(table: ItemTable, belief: _Belief) -> Floats:
    place = np.clip((belief.mean - GRID[0]) / (GRID[1] - GRID[0]), 0, GRID.size - 1.000001)
    below = place.astype(np.intp)
    share = (place - below)[:, None]
    low, high = table.information[below], table.information[below + 1]
    return np.asarray(low + share * (high - low))


def _posterior_information(table: ItemTable, belief: _Belief) -> Floats:
    return np.asarray(belief.weights @ table.information)


def _kullback_leibler(table: ItemTable, belief: _Belief) -> Floats:
    nearest = np.clip(np.rint((belief.mean - GRID[0]) / (GRID[1] - GRID[0])), 0, GRID.size - 1)
    here = table.log_likelihoods[:, :, nearest.astype(np.intp)]  # (J, K + 1, N)
    elsewhere = table.log_likelihoods @ belief.weights.T
    return np.asarray((np.exp(here) * (here - elsewhere)).sum(axis=1).T)


_AT_FIRST = start().weights


def _fixed(table: ItemTable, _: _Belief) -> Floats:
    return np.asarray(_AT_FIRST @ table.information)[None, :]


def _random(table: ItemTable, belief: _Belief) -> Floats:
    return belief.rng.random((len(belief.mean), table.items.n_items))


# Each answers (N, J), or (1, J) when all people agree.
CRITERIA: dict[str, Callable[[ItemTable, _Belief], Floats]] = {
    "information": _information,  # at the ability's mean
    "posterior_information": _posterior_information,  # averaged over what is believed
    "kullback_leibler": _kullback_leibler,  # tells the mean from the rest of the belief
    "fixed": _fixed,  # one order for all, by information averaged over N(0, 1)
    "random": _random,  # the baseline
}


def should_stop(
    posterior: Posterior, stopping: Stopping, *, n_items: int, minutes: float = 0.0
) -> StopReason | None:
    """Why to stop after ``n_items`` and ``minutes``, or None to go on."""
    reasons = stop_reasons(posterior.weights[None, :], np.array([n_items]), np.array([minutes]), stopping)
    return _REASONS[int(reasons[0])]


_REASONS: tuple[StopReason | None, ...] = (
    None,
    "precise",
    "decided",
    "longest",
    "time",
    "exhausted",
)
EXHAUSTED = _REASONS.index("exhausted")


def reason_name(code: int) -> StopReason | None:
    """The reason behind a code of ``stop_reasons``."""
    return _REASONS[code]


def stop_reasons(weights: Floats, n_items: Ints, minutes: Floats, stopping: Stopping) -> Ints:
    """(N,) codes, 0 to go on; see ``reason_name``."""
    mean = weights @ GRID
    sd = np.sqrt(np.maximum(weights @ GRID**2 - mean**2, 0.0))
    out = np.zeros(len(mean), dtype=np.intp)
    if stopping.max_minutes is not None:
        out[minutes >= stopping.max_minutes] = _REASONS.index("time")
    if stopping.max_items is not None:
        out[n_items >= stopping.max_items] = _REASONS.index("longest")
    enough = n_items >= stopping.min_items
    if stopping.cut is not None:
        reach = float(norm.ppf((1 + stopping.level) / 2)) * sd
        out[enough & (np.abs(mean - stopping.cut) > reach)] = _REASONS.index("decided")
    if stopping.standard_error is not None:
        out[enough & (sd <= stopping.standard_error)] = _REASONS.index("precise")
    return out
