"""Swaps that lift the poorest of several forms.

The forms' values are replaced by one smooth sum, exp(-beta value) over forms and points, whose
largest term is the poorest form's. For one pair the change is a product of exponentials, so all
pairs are two matrix products; the best allowed pair is swapped until none helps, for rising beta.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from viva.measure._arrays import Bools, Floats, Ints
from viva.measure._constraints import Constraint

_SHARPNESS = (10.0, 30.0, 60.0, 120.0, 300.0, 800.0)
_ROUNDS = 4
_MOVES = 250
_KICKS = 20  # restarts from the best, each after a few swaps that are good but not the best


def even_out(
    value: Floats,
    forms: Sequence[Ints],
    constraints: Sequence[Constraint],
    eligible: Bools,
    *,
    scale: float,
) -> list[Ints]:
    """Forms whose poorest is no worse. ``value``: (C, J) what each item adds at each point."""
    n_forms, n_items = len(forms), value.shape[1]
    owner = np.full(n_items, n_forms, dtype=np.intp)  # n_forms: in no form
    for f, items in enumerate(forms):
        owner[items] = f
    start = best = owner.copy()
    highest = _poorest(value, owner, n_forms)
    for sharpness in _SHARPNESS * _ROUNDS:
        owner = _descend(value, owner, constraints, eligible, sharpness / scale, n_forms)
        reached = _poorest(value, owner, n_forms)
        if reached > highest:
            best, highest = owner.copy(), reached
    for kick in range(_KICKS):
        owner = _kicked(value, best, constraints, eligible, kick, n_forms)
        for sharpness in _SHARPNESS[2:]:
            owner = _descend(value, owner, constraints, eligible, sharpness / scale, n_forms)
            reached = _poorest(value, owner, n_forms)
            if reached > highest:
                best, highest = owner.copy(), reached
    if best is start:
        return [np.asarray(f) for f in forms]
    return [np.flatnonzero(best == f) for f in range(n_forms)]


def _sums(weights: Floats, owner: Ints, n_forms: int) -> Floats:
    """(R, F) of (R, J) weights a form."""
    member = owner[:, None] == np.arange(n_forms)
    return np.asarray(weights @ member.astype(np.float64))


def _poorest(value: Floats, owner: Ints, n_forms: int) -> float:
    return float(_sums(value, owner, n_forms).min())


def _descend(
    value: Floats,
    owner: Ints,
    constraints: Sequence[Constraint],
    eligible: Bools,
    beta: float,
    n_forms: int,
) -> Ints:
    owner = owner.copy()
    for _ in range(_MOVES):
        inside, change = _allowed_changes(value, owner, constraints, eligible, beta, n_forms)
        if not change.min() < -1e-9:
            break
        _swap(owner, inside, change, int(change.argmin()))
    return owner


def _kicked(
    value: Floats,
    owner: Ints,
    constraints: Sequence[Constraint],
    eligible: Bools,
    kick: int,
    n_forms: int,
) -> Ints:
    owner = owner.copy()
    beta = _SHARPNESS[1] / _poorest(value, owner, n_forms)
    for step in range(4):
        inside, change = _allowed_changes(value, owner, constraints, eligible, beta, n_forms)
        order = np.argsort(change, axis=None)
        order = order[np.isfinite(change.ravel()[order])]
        if not order.size:
            break
        _swap(owner, inside, change, int(order[(3 + 11 * kick + 5 * step) % order.size]))
    return owner


def _swap(owner: Ints, inside: Ints, change: Floats, flat: int) -> None:
    i, j = (int(v) for v in np.unravel_index(flat, change.shape))
    owner[inside[i]], owner[j] = owner[j], owner[inside[i]]


def _allowed_changes(
    value: Floats,
    owner: Ints,
    constraints: Sequence[Constraint],
    eligible: Bools,
    beta: float,
    n_forms: int,
) -> tuple[Ints, Floats]:
    """The items in forms, and (I, J) what each swap changes, inf where it may not be."""
    inside = np.flatnonzero(owner < n_forms)
    change = _changes(value, owner, inside, beta, n_forms)
    change[:, ~eligible] = np.inf
    change[owner[inside][:, None] == owner[None, :]] = np.inf
    change[~_allowed(constraints, owner, inside, n_forms)] = np.inf
    return inside, change


def _changes(value: Floats, owner: Ints, inside: Ints, beta: float, n_forms: int) -> Floats:
    """(I, J) change of the smooth sum, relative to it, when item inside[i] and item j swap."""
    sums = _sums(value, owner, n_forms)  # (C, F)
    height = np.exp(-beta * (sums - sums.min()))
    total = float(height.sum())
    height = np.concatenate([height, np.zeros((len(value), 1))], axis=1)
    here = height[:, owner]  # (C, J): 0 for items in no form
    up, down = np.exp(beta * value), np.exp(-beta * value)
    change = (here * up)[:, inside].T @ down + down[:, inside].T @ (here * up)
    change -= here[:, inside].sum(axis=0)[:, None] + here.sum(axis=0)[None, :]
    return np.asarray(change / total)


def _allowed(constraints: Sequence[Constraint], owner: Ints, inside: Ints, n_forms: int) -> Bools:
    """(I, J) whether both forms still hold every constraint after the swap."""
    out = np.ones((inside.size, owner.size), dtype=np.bool_)
    for c in constraints:
        difference = c.weights[None, :] - c.weights[inside][:, None]
        sums = np.append(_sums(c.weights[None, :], owner, n_forms)[0], np.nan)
        mine = sums[owner[inside]][:, None] + difference
        theirs = sums[owner][None, :] - difference
        good = (mine >= c.lower - 1e-9) & (mine <= c.upper + 1e-9)
        # an item in no form has no sum to keep
        kept = (theirs >= c.lower - 1e-9) & (theirs <= c.upper + 1e-9)
        out &= (difference == 0) | (good & (kept | np.isnan(theirs)))
    return out
