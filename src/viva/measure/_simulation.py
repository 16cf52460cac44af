"""Simulated people: what a policy or a form would do before anyone sits it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from viva.exceptions import MeasureError
from viva.measure._ability import abilities as estimate_abilities
from viva.measure._arrays import Bools, Floats, Ints, as_finite, as_mask
from viva.measure._items import Items
from viva.measure._posterior import GRID, STANDARD, ItemTable, Prior, start, tabulate
from viva.measure._selection import (
    EXHAUSTED,
    Policy,
    Stopping,
    choose,
    reason_name,
    stop_reasons,
)

_PEOPLE_AT_ONCE = 2000


def simulate_responses(items: Items, abilities: ArrayLike, rng: np.random.Generator) -> Floats:
    """(N, J) scores 0..K drawn from the items at each of ``abilities`` (N,)."""
    theta = as_finite(abilities, "abilities", ndim=1)
    out = np.empty((theta.size, items.n_items))
    for i in range(0, theta.size, _PEOPLE_AT_ONCE):
        p = items.probabilities(theta[i : i + _PEOPLE_AT_ONCE])
        u = rng.random(p.shape[:2])[:, :, None]
        out[i : i + _PEOPLE_AT_ONCE] = (u > np.cumsum(p, axis=2)[:, :, :-1]).sum(axis=2)
    return out


@dataclass(frozen=True, eq=False)
class Simulation:
    """What happened to N simulated people.

    ``estimate``, ``standard_error``, ``n_items``: (N,); ``asked``: (N, longest) item indices in
    order, -1 after the last; ``exposure``: (J,) share of people who met each item;
    ``reasons``: how many people stopped for each reason.
    """

    abilities: Floats
    estimate: Floats
    standard_error: Floats
    n_items: Ints
    asked: Ints
    exposure: Floats
    reasons: dict[str, int]

    @property
    def rmse(self) -> float:
        return float(np.sqrt(np.mean((self.estimate - self.abilities) ** 2)))

    @property
    def bias(self) -> float:
        return float(np.mean(self.estimate - self.abilities))


def simulate(
    items: Items | ItemTable,
    policy: Policy,
    abilities: ArrayLike,
    rng: np.random.Generator,
    *,
    stopping: Stopping,
    prior: Prior = STANDARD,
    eligible: ArrayLike | None = None,
    minutes: ArrayLike | None = None,
) -> Simulation:
    """Adaptive interviews of people with true ``abilities`` (N,), all walked in step.

    ``eligible``: (J,) mask; ``minutes``: (J,) an item, for ``stopping.max_minutes``.
    """
    table = tabulate(items) if isinstance(items, Items) else items
    theta = as_finite(abilities, "abilities", ndim=1)
    run = _Walk.begin(table, theta, prior, as_mask(eligible, table.items.n_items, "eligible"))
    cost = np.zeros(table.items.n_items) if minutes is None else as_finite(minutes, "minutes")
    while run.going.any():
        run.step(table, policy, cost, rng)
        run.stop(stopping)
    asked = np.stack(run.order, axis=1) if run.order else np.empty((theta.size, 0), dtype=np.intp)
    mean = run.weights @ GRID
    sd = np.sqrt(np.maximum(run.weights @ GRID**2 - mean**2, 0.0))
    reasons = Counter(str(reason_name(int(code))) for code in run.reasons)
    return Simulation(
        theta,
        mean,
        sd,
        run.n_items,
        asked,
        run.asked.mean(axis=0),
        dict(reasons),
    )


@dataclass(eq=False)
class _Walk:
    """The state of a simulation; lives inside one call."""

    theta: Floats
    weights: Floats
    asked: Bools
    allowed: Bools
    going: Bools
    n_items: Ints
    minutes: Floats
    reasons: Ints
    order: list[Ints]

    @classmethod
    def begin(cls, table: ItemTable, theta: Floats, prior: Prior, eligible: Bools) -> _Walk:
        n, j = theta.size, table.items.n_items
        return cls(
            theta=theta,
            weights=np.tile(start(prior).weights, (n, 1)),
            asked=np.zeros((n, j), dtype=np.bool_),
            allowed=np.tile(eligible, (n, 1)),
            going=np.ones(n, dtype=np.bool_),
            n_items=np.zeros(n, dtype=np.intp),
            minutes=np.zeros(n),
            reasons=np.zeros(n, dtype=np.intp),
            order=[],
        )

    def step(self, table: ItemTable, policy: Policy, cost: Floats, rng: np.random.Generator) -> None:
        who = np.flatnonzero(self.going)
        chosen = choose(table, self.weights[who], self.asked[who], self.allowed[who], policy, rng)
        left = chosen >= 0
        self.reasons[who[~left]] = EXHAUSTED
        self.going[who[~left]] = False
        who, item = who[left], chosen[left]
        if not who.size:
            return
        asked_now = np.full(self.theta.size, -1, dtype=np.intp)
        asked_now[who] = item
        self.order.append(asked_now)
        self.asked[who, item] = True
        self.allowed[who, item] = False
        self.n_items[who] += 1
        self.minutes[who] += cost[item]
        score = _draw(table.items, item, self.theta[who], rng)
        likelihood = np.exp(table.log_likelihoods[item, score])
        updated = self.weights[who] * likelihood
        self.weights[who] = updated / updated.sum(axis=1, keepdims=True)

    def stop(self, stopping: Stopping) -> None:
        who = np.flatnonzero(self.going)
        codes = stop_reasons(self.weights[who], self.n_items[who], self.minutes[who], stopping)
        self.reasons[who] = codes
        self.going[who] = codes == 0


def _draw(items: Items, item: Ints, theta: Floats, rng: np.random.Generator) -> Ints:
    p = items.take(item).curves(theta[None, :]).p[0]
    u = rng.random(len(p))[:, None]
    return np.asarray((u > np.cumsum(p, axis=1)[:, :-1]).sum(axis=1))


def calibrate_exposure(
    items: Items | ItemTable,
    policy: Policy,
    abilities: ArrayLike,
    rng: np.random.Generator,
    *,
    max_rate: float,
    stopping: Stopping,
    n_rounds: int = 25,
) -> Policy:
    """``policy`` with Sympson-Hetter chances that hold every item's exposure near ``max_rate``.

    Simulates again and again, each time scaling an item's chance by max_rate over the share of
    people who met it; the round with the lowest highest exposure wins. Raises MeasureError where
    the rate leaves too few items for a test.
    """
    table = tabulate(items) if isinstance(items, Items) else items
    if not 0 < max_rate <= 1:
        raise MeasureError(f"max_rate: found {max_rate!r}, wanted a share above 0 and at most 1")
    chances = np.ones(table.items.n_items)
    best, lowest = chances, np.inf
    for _ in range(n_rounds):
        controlled = replace(policy, exposure=chances)
        run = simulate(table, controlled, abilities, rng, stopping=stopping)
        _check_room(float(run.n_items.mean()), max_rate, table.items.n_items)
        if run.exposure.max() < lowest:
            best, lowest = chances, float(run.exposure.max())
        chances = np.minimum(1.0, chances * max_rate / np.maximum(run.exposure, 1e-12))
    return replace(policy, exposure=best)


def _check_room(asked: float, max_rate: float, n_items: int) -> None:
    if asked > max_rate * n_items:
        raise MeasureError(
            f"max_rate: {max_rate} of people an item leaves room for {max_rate * n_items:.1f} "
            f"items, found {asked:.1f} asked on average; allow a higher rate, stop sooner or add "
            "items"
        )


class Misclassification(NamedTuple):
    """Shares of people, from simulation: wrongly passed, wrongly failed, both; and reliability,
    the squared correlation of estimate and truth."""

    false_pass: float
    false_fail: float
    wrong: float
    reliability: float
    standard_error: float


def misclassification(
    items: Items,
    cut: float,
    rng: np.random.Generator,
    *,
    population: Prior = STANDARD,
    n_people: int = 5000,
) -> Misclassification:
    """What a form of ``items`` decides about people from ``population`` when the EAP is held
    against ``cut`` (ability scale). ``standard_error`` is the simulation's own, of ``wrong``."""
    theta = rng.normal(population.mean, population.sd, n_people)
    found = estimate_abilities(items, simulate_responses(items, theta, rng), prior=population)
    passed, able = found.estimate >= cut, theta >= cut
    false_pass, false_fail = float(np.mean(passed & ~able)), float(np.mean(~passed & able))
    wrong = false_pass + false_fail
    correlation = float(np.corrcoef(found.estimate, theta)[0, 1]) if n_people > 1 else 0.0
    error = float(np.sqrt(wrong * (1 - wrong) / n_people))
    return Misclassification(false_pass, false_fail, wrong, correlation**2, error)
