"""Forms: the best set of items under a blueprint, by integer programming (HiGHS).

A form maximises the lowest of its information at the points asked for, each divided by its weight,
or comes as near as possible to a target curve. Parallel forms share no item and maximise the
poorest form's value. Their bound comes from one pooled problem in which a single variable says
whether an item is used at all and every constraint is multiplied by the number of forms: no set of
forms can do better than an even split of the best pool, so the bound is honest though the
joint problem is too symmetric to solve.

Source: van der Linden (2005), Linear Models for Optimal Test Design.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, coo_array, csr_array, vstack

from viva.exceptions import MeasureError
from viva.measure._arrays import Bools, Floats, Ints, as_finite, as_mask
from viva.measure._constraints import Constraint
from viva.measure._evening import even_out
from viva.measure._items import Items

_FEASIBLE = (0, 1)  # scipy's status: optimal, or stopped by a limit (perhaps with a solution)


@dataclass(frozen=True, eq=False)
class Aim:
    """What a form is for: ``points`` (C,) on the ability scale.

    Without ``targets``, maximise the lowest information over ``weights`` (C,); with ``targets``
    (C,), keep information within the smallest possible distance of them.
    """

    points: Floats
    weights: Floats | None = None
    targets: Floats | None = None


@dataclass(frozen=True, eq=False)
class Form:
    """``items``: sorted indices; ``information``: (C,) at the aim's points."""

    items: Ints
    information: Floats


@dataclass(frozen=True, eq=False)
class Assembly:
    """``value``: what the poorest form reaches; ``bound``: what none can exceed (or, with targets,
    come below); ``gap``: their relative distance, 0 when proven best."""

    forms: tuple[Form, ...]
    value: float
    bound: float
    gap: float


def assemble(
    items: Items,
    aim: Aim | ArrayLike,
    constraints: Sequence[Constraint],
    *,
    n_forms: int = 1,
    eligible: ArrayLike | None = None,
    seconds: float = 10.0,
    gap: float = 0.005,
) -> Assembly:
    """The best form, or ``n_forms`` that share no item.

    ``aim``: an ``Aim``, or just the points; ``eligible``: (J,) mask; ``seconds``: the solver's
    time in all; ``gap``: stop when this near the bound. Raises MeasureError naming a smallest set
    of constraints that conflict.
    """
    goal = _checked_aim(aim)
    if n_forms < 1:
        raise MeasureError(f"n_forms: found {n_forms}, wanted 1 or more")
    problem = _Problem(
        np.asarray(items.information(goal.points)),
        goal,
        tuple(_checked(c, items.n_items) for c in constraints),
        as_mask(eligible, items.n_items, "eligible"),
        n_forms,
    )
    if n_forms == 1:
        return _one(problem, seconds, gap)
    return _parallel(problem, seconds, gap)


@dataclass(frozen=True, eq=False)
class _Problem:
    information: Floats  # (C, J)
    aim: Aim
    constraints: tuple[Constraint, ...]
    eligible: Bools
    n_forms: int

    @property
    def weights(self) -> Floats:
        """What a form's information is divided by."""
        if self.aim.weights is None:
            return np.ones(len(self.aim.points))
        return self.aim.weights

    @property
    def scale(self) -> float:
        """Added to the distance from targets, so that the solver's relative gap is against the
        targets and not against a distance near 0."""
        return 0.0 if self.aim.targets is None else float(self.aim.targets.max())

    def value(self, chosen: Ints) -> float:
        """A form's worth: higher is better with weights, lower with targets."""
        reached = self.information[:, chosen].sum(axis=1)
        if self.aim.targets is not None:
            return float(np.abs(reached - self.aim.targets).max())
        return float((reached / self.weights).min())


def _checked_aim(aim: Aim | ArrayLike) -> Aim:
    goal = aim if isinstance(aim, Aim) else Aim(np.atleast_1d(np.asarray(aim)))
    points = as_finite(goal.points, "aim.points", ndim=1)
    parts: list[Floats | None] = []
    for name, values in (("weights", goal.weights), ("targets", goal.targets)):
        part = None if values is None else as_finite(values, f"aim.{name}", ndim=1)
        if part is not None and (part.shape != points.shape or np.any(part <= 0)):
            raise MeasureError(f"aim.{name}: wanted {points.size} numbers above 0, one a point")
        parts.append(part)
    return Aim(points, parts[0], parts[1])


def _checked(constraint: Constraint, n_items: int) -> Constraint:
    weights = as_finite(constraint.weights, f"constraint {constraint.name!r}", ndim=1)
    if weights.size != n_items:
        raise MeasureError(f"constraint {constraint.name!r}: found {weights.size} weights, wanted {n_items}")
    if constraint.lower > constraint.upper:
        raise MeasureError(
            f"constraint {constraint.name!r}: found lower {constraint.lower} above upper {constraint.upper}"
        )
    return Constraint(constraint.name, weights, constraint.lower, constraint.upper)


@dataclass(frozen=True, eq=False)
class _Solution:
    x: Floats | None
    bound: float
    infeasible: bool


def _solve(
    cost: Floats,
    rows: Sequence[LinearConstraint],
    upper: Floats,
    integral: Ints,
    seconds: float,
    gap: float,
) -> _Solution:
    options: Any = {"time_limit": max(seconds, 0.05), "mip_rel_gap": gap}
    found = milp(cost, constraints=rows, bounds=Bounds(0, upper), integrality=integral, options=options)
    bound = found.get("mip_dual_bound")
    bound = -np.inf if bound is None else float(bound)
    x = None if found.x is None else np.asarray(found.x)
    return _Solution(x, bound, found.status not in _FEASIBLE)


def _form_rows(
    problem: _Problem, constraints: Sequence[Constraint], times: int = 1
) -> list[LinearConstraint]:
    """Rows over (x_1..x_J, y): the blueprint and y's tie to information, all times a factor."""
    n = problem.information.shape[1]
    out: list[LinearConstraint] = []
    if constraints:
        matrix = np.zeros((len(constraints), n + 1))
        matrix[:, :n] = np.array([c.weights for c in constraints])
        lower = np.array([c.lower for c in constraints]) * times
        out.append(LinearConstraint(csr_array(matrix), lower, [c.upper * times for c in constraints]))
    return [*out, *_aim_rows(problem, times)]


def _aim_rows(problem: _Problem, times: int) -> list[LinearConstraint]:
    info = problem.information
    ones = np.ones((len(info), 1))
    if problem.aim.targets is None:
        matrix = np.hstack([info / problem.weights[:, None], -times * ones])
        return [LinearConstraint(csr_array(matrix), 0.0, np.inf)]
    goal, scale = problem.aim.targets * times, problem.scale * times
    return [
        LinearConstraint(csr_array(np.hstack([info, -times * ones])), -np.inf, goal - scale),
        LinearConstraint(csr_array(np.hstack([info, times * ones])), goal + scale, np.inf),
    ]


def _pool(problem: _Problem, times: int, seconds: float, gap: float) -> tuple[Ints, float]:
    """The best pool for ``times`` forms and the bound on each form's value."""
    n = problem.information.shape[1]
    maximise = problem.aim.targets is None
    cost = np.zeros(n + 1)
    cost[-1] = -1.0 if maximise else 1.0
    upper = np.append(problem.eligible.astype(np.float64), np.inf)
    integral = np.append(np.ones(n, dtype=np.intp), 0)
    rows = _form_rows(problem, problem.constraints, times)
    found = _solve(cost, rows, upper, integral, seconds, gap)
    if found.x is None:
        if found.infeasible:
            raise MeasureError(_explanation(problem, times))
        raise MeasureError(f"assemble: found no form in {seconds:.1f} s, wanted one; allow more seconds")
    chosen = np.flatnonzero(found.x[:n] > 0.5)
    return chosen, -found.bound if maximise else max(found.bound - problem.scale, 0.0)


def _explanation(problem: _Problem, times: int) -> str:
    """A smallest set of constraints that can't all hold: drop each that isn't needed."""
    kept = list(problem.constraints)
    for constraint in problem.constraints:
        rest = [c for c in kept if c is not constraint]
        if not _is_feasible(problem, rest, times):
            kept = rest
    names = "; ".join(f"{c.name!r} ({_range(c)})" for c in kept)
    forms = "" if times == 1 else f" for {times} forms"
    n = int(problem.eligible.sum())
    return (
        f"constraints: these can't all hold{forms} with {n} eligible items: {names}; "
        "loosen or drop one of them, or add items"
    )


def _range(constraint: Constraint) -> str:
    ends = [
        f"{word} {value:g}"
        for word, value in (("at least", constraint.lower), ("at most", constraint.upper))
        if np.isfinite(value)
    ]
    return ", ".join(ends) or "no limit"


def _is_feasible(problem: _Problem, constraints: Sequence[Constraint], times: int) -> bool:
    if not constraints:
        return True
    n = problem.information.shape[1]
    matrix = csr_array(np.array([c.weights for c in constraints]))
    lower = np.array([c.lower for c in constraints]) * times
    row = LinearConstraint(matrix, lower, [c.upper * times for c in constraints])
    upper = problem.eligible.astype(np.float64)
    return not _solve(np.zeros(n), [row], upper, np.ones(n, dtype=np.intp), 5.0, 1.0).infeasible


def _assembly(problem: _Problem, forms: Sequence[Ints], bound: float) -> Assembly:
    made = tuple(Form(np.sort(f), np.asarray(problem.information[:, f].sum(axis=1))) for f in forms)
    values = [problem.value(f) for f in forms]
    if problem.aim.targets is None:
        value = min(values)
        return Assembly(made, value, max(bound, value), max(0.0, (bound - value) / max(bound, 1e-12)))
    value = max(values)
    return Assembly(made, value, min(bound, value), max(0.0, (value - bound) / problem.scale))


def _one(problem: _Problem, seconds: float, gap: float) -> Assembly:
    chosen, bound = _pool(problem, 1, seconds, gap)
    return _assembly(problem, [chosen], bound)


def _parallel(problem: _Problem, seconds: float, gap: float) -> Assembly:
    """The pool, then its split into even forms; wider pools where it can't be split."""
    pool, bound = _pool(problem, problem.n_forms, seconds * 0.3, gap / 4)
    best: Assembly | None = None
    for extra, share in ((0, 0.15), (len(pool) // 2, 0.2)):
        candidates = _widened(problem, pool, extra)
        forms = _split(problem, candidates, bound, seconds * share, gap)
        if forms is not None:
            best = _nearer(best, _evened(problem, forms, bound, gap))
            if best.gap <= gap:
                return best
    if best is None:
        best = _assembly(problem, _one_after_another(problem, seconds * 0.2, gap), bound)
    return _paired(problem, best, seconds * 0.35, gap)


def _paired(problem: _Problem, best: Assembly, seconds: float, gap: float) -> Assembly:
    """The poorest form shares its items, and the best unused, anew with one other at a time."""
    n_tries = 3 * (problem.n_forms - 1)
    pair = replace(problem, n_forms=2)
    failed: set[int] = set()
    for _ in range(n_tries):
        forms = [form.items for form in best.forms]
        worth = [problem.value(f) for f in forms]
        order = np.argsort(worth if problem.aim.targets is None else -np.array(worth))
        others = [int(f) for f in order[::-1][:-1] if int(f) not in failed]
        if best.gap <= gap or not others:
            break
        poorest, other = int(order[0]), others[0]
        open_to = _unused(problem, forms, len(forms[poorest]) * 3)
        candidates = np.concatenate([forms[poorest], forms[other], open_to])
        made = _split(pair, np.sort(candidates), best.bound, seconds / n_tries, gap / 2)
        failed.add(other)
        if made is None:
            continue
        forms[poorest], forms[other] = made
        found = _assembly(problem, forms, best.bound)
        if found.gap < best.gap - 1e-6:
            best, failed = found, set()
    return best


def _unused(problem: _Problem, forms: Sequence[Ints], n: int) -> Ints:
    """The n most informative items in no form."""
    value = (problem.information / problem.weights[:, None]).min(axis=0)
    free = problem.eligible.copy()
    free[np.concatenate(forms)] = False
    best = np.argsort(np.where(free, -value, np.inf))[:n]
    return np.asarray(best[free[best]])


def _nearer(best: Assembly | None, other: Assembly) -> Assembly:
    return other if best is None or other.gap < best.gap else best


def _evened(problem: _Problem, forms: list[Ints], bound: float, gap: float) -> Assembly:
    found = _assembly(problem, forms, bound)
    if found.gap <= gap or problem.aim.targets is not None:
        return found
    value = problem.information / problem.weights[:, None]
    better = even_out(value, forms, problem.constraints, problem.eligible, scale=bound)
    return _nearer(found, _assembly(problem, better, bound))


def _widened(problem: _Problem, pool: Ints, extra: int) -> Ints:
    """The pool and the most informative items outside it."""
    if extra == 0:
        return pool
    value = (problem.information / problem.weights[:, None]).sum(axis=0)
    value = np.where(problem.eligible, value, -np.inf)
    value[pool] = -np.inf
    more = np.argsort(-value)[:extra]
    return np.sort(np.concatenate([pool, more[np.isfinite(value[more])]]))


def _split(
    problem: _Problem, candidates: Ints, bound: float, seconds: float, gap: float
) -> list[Ints] | None:
    """Each candidate to at most one form, the poorest form as good as can be."""
    n, f = candidates.size, problem.n_forms
    small = replace(
        problem,
        information=problem.information[:, candidates],
        constraints=tuple(
            Constraint(c.name, c.weights[candidates], c.lower, c.upper) for c in problem.constraints
        ),
        eligible=problem.eligible[candidates],
    )
    one = _form_rows(small, small.constraints)
    matrix = vstack([_matrix(row) for row in one]).tocsr()
    lower = np.concatenate([np.zeros(_matrix(r).shape[0]) + r.lb for r in one])
    upper = np.concatenate([np.zeros(_matrix(r).shape[0]) + r.ub for r in one])
    x_part, y_part = matrix[:, :n], matrix[:, n:]
    blocks = [[x_part if i == k else None for k in range(f)] + [y_part] for i in range(f)]
    joint = block_array(blocks).tocsr()
    once = coo_array(
        (np.ones(n * f), (np.tile(np.arange(n), f), np.arange(n * f))), shape=(n, n * f + 1)
    ).tocsr()
    rows = [
        LinearConstraint(joint, np.tile(lower, f), np.tile(upper, f)),
        LinearConstraint(once, 0.0, 1.0),
    ]
    maximise = problem.aim.targets is None
    cost = np.zeros(n * f + 1)
    cost[-1] = -1.0 if maximise else 1.0
    ends = np.append(np.ones(n * f), bound if maximise else np.inf)
    found = _solve(cost, rows, ends, np.append(np.ones(n * f, dtype=np.intp), 0), seconds, gap)
    if found.x is None:
        return None
    return [candidates[found.x[i * n : (i + 1) * n] > 0.5] for i in range(f)]


def _matrix(row: LinearConstraint) -> csr_array:
    return csr_array(cast(Any, row.A))


def _one_after_another(problem: _Problem, seconds: float, gap: float) -> list[Ints]:
    """Each form from what the earlier ones left: the last resort, and always even-handed after."""
    forms: list[Ints] = []
    eligible = problem.eligible.copy()
    for _ in range(problem.n_forms):
        part = replace(problem, eligible=eligible.copy(), n_forms=1)
        chosen, _ = _pool(part, 1, seconds / problem.n_forms, gap)
        eligible[chosen] = False
        forms.append(chosen)
    return forms
