from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest

from viva.exceptions import MeasureError
from viva.measure import Aim, Assembly, Constraint, Items, assemble, count, enemies, total

N = 200
_RNG = np.random.default_rng(21)
ITEMS = Items.rubric(_RNG.lognormal(0, 0.3, N), _RNG.normal(size=N))
MINUTES = _RNG.integers(2, 9, N).astype(float)
TOPIC = np.arange(N) % 4


def _blueprint(n: int) -> list[Constraint]:
    return [
        count("items", np.ones(N), lower=n, upper=n),
        total("minutes", MINUTES, upper=4.5 * n),
        *(count(f"topic {t}", t == TOPIC, lower=1) for t in range(4)),
        enemies("twins", N, *range(0, 30, 3)),
    ]


def _holds(found: Assembly, constraints: Sequence[Constraint]) -> bool:
    return all(
        c.lower - 1e-9 <= c.weights[form.items].sum() <= c.upper + 1e-9
        for form in found.forms
        for c in constraints
    )


def test_a_small_form_equals_the_best_of_all_subsets() -> None:
    few = ITEMS.take(range(14))
    limits = [
        count("items", np.ones(14), lower=4, upper=4),
        total("minutes", MINUTES[:14], upper=18),
    ]
    found = assemble(few, [0.0, 1.0], limits, gap=0.0)
    information = few.information([0.0, 1.0])
    best = max(
        information[:, list(c)].sum(axis=1).min()
        for c in combinations(range(14), 4)
        if MINUTES[list(c)].sum() <= 18
    )
    assert found.value == pytest.approx(best, rel=1e-9)
    assert found.gap == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("n", [8, 30])
def test_one_form_holds_its_blueprint_and_is_within_a_hundredth_of_the_bound(n: int) -> None:
    found = assemble(ITEMS, [0.5], _blueprint(n))
    assert _holds(found, _blueprint(n))
    assert found.gap <= 0.01
    assert found.value <= found.bound
    assert found.forms[0].information[0] == pytest.approx(found.value)


def test_parallel_forms_share_nothing_and_are_even() -> None:
    found = assemble(ITEMS, [0.5], _blueprint(8), n_forms=4, seconds=4)
    used = np.concatenate([form.items for form in found.forms])
    assert len(set(used.tolist())) == 32
    assert _holds(found, _blueprint(8))
    assert found.gap <= 0.02
    single = assemble(ITEMS, [0.5], _blueprint(8))
    assert found.bound <= single.bound + 1e-6


def test_targets_are_met_closely() -> None:
    aim = Aim(np.array([-1.0, 1.0]), targets=np.array([6.0, 6.0]))
    found = assemble(ITEMS, aim, _blueprint(8), seconds=3)
    assert found.forms[0].information == pytest.approx([6.0, 6.0], abs=0.1)
    assert found.value == pytest.approx(np.abs(found.forms[0].information - 6.0).max())


def test_weights_ask_for_more_information_at_one_point() -> None:
    aim = Aim(np.array([-1.0, 1.0]), weights=np.array([1.0, 2.0]))
    low, high = assemble(ITEMS, aim, _blueprint(8)).forms[0].information
    assert high > 1.7 * low


def test_what_is_not_eligible_is_left_out() -> None:
    eligible = TOPIC != 0
    limits = [count("items", np.ones(N), lower=5, upper=5)]
    found = assemble(ITEMS, [0.0], limits, eligible=eligible)
    assert np.all(eligible[found.forms[0].items])


def test_a_conflict_is_explained_by_its_smallest_set() -> None:
    limits = [
        *_blueprint(8),
        total("short", MINUTES, upper=10),
        count("some labs", TOPIC == 1, upper=5),
    ]
    with pytest.raises(MeasureError) as caught:
        assemble(ITEMS, [0.0], limits)
    assert "'items' (at least 8, at most 8)" in str(caught.value)
    assert "'short' (at most 10)" in str(caught.value)
    assert "some labs" not in str(caught.value)
    assert "minutes" not in str(caught.value)


def test_too_many_forms_for_the_items_are_explained() -> None:
    with pytest.raises(MeasureError, match="for 30 forms"):
        assemble(ITEMS, [0.0], _blueprint(8), n_forms=30)


@pytest.mark.parametrize(
    ("aim", "limits", "message"),
    [
        ([0.0], [count("few", np.ones(3), upper=1)], "found 3 weights"),
        ([0.0], [count("odd", np.ones(N), lower=3, upper=2)], "above upper"),
        ([np.nan], [], "aim.points"),
        (Aim(np.array([0.0]), weights=np.array([-1.0])), [], "aim.weights"),
    ],
)
def test_blueprints_that_cannot_be_are_refused(
    aim: Aim | list[float], limits: list[Constraint], message: str
) -> None:
    with pytest.raises(MeasureError, match=message):
        assemble(ITEMS, aim, limits)
