from __future__ import annotations

import numpy as np
import pytest

from viva.exceptions import MeasureError
from viva.measure import (
    Items,
    Policy,
    Stopping,
    calibrate_exposure,
    misclassification,
    select,
    should_stop,
    simulate,
    start,
    tabulate,
)
from viva.measure._selection import CRITERIA


def _bank(n: int = 120, *, n_steps: int = 1) -> Items:
    rng = np.random.default_rng(11)
    a, b = rng.lognormal(0, 0.3, n), rng.normal(size=n)
    return Items.rubric(a, b, n_steps=n_steps)


def _rng() -> np.random.Generator:
    return np.random.default_rng(12)


def test_maximum_information_picks_the_most_informative_item() -> None:
    items = _bank()
    best = int(items.information([0.0])[0].argmax())
    assert select(tabulate(items), start(), policy=Policy(), rng=_rng()) == best


def test_what_was_asked_or_is_not_eligible_is_never_picked() -> None:
    items, table = _bank(), tabulate(_bank())
    best = int(items.information([0.0])[0].argmax())
    again = select(table, start(), policy=Policy(), rng=_rng(), asked=[best])
    assert again != best
    only = np.zeros(120, dtype=bool)
    only[7] = True
    assert select(table, start(), policy=Policy(), rng=_rng(), eligible=only) == 7
    assert select(table, start(), policy=Policy(), rng=_rng(), eligible=only, asked=[7]) is None


def test_the_first_item_can_aim_elsewhere() -> None:
    items = _bank()
    best = int(items.information([-1.5])[0].argmax())
    assert select(tabulate(items), start(), policy=Policy(first_at=-1.5), rng=_rng()) == best


def test_kullback_leibler_equals_its_definition() -> None:
    items, table, belief = _bank(6), tabulate(_bank(6)), start()
    here, grid = items.probabilities([0.0])[0], items.probabilities(np.linspace(-6, 6, 121))
    divergence = (here * (np.log(here) - np.log(grid))).sum(axis=2)
    wanted = int((belief.weights @ divergence).argmax())
    assert select(table, belief, policy=Policy("kullback_leibler"), rng=_rng()) == wanted


def test_content_balance_follows_the_shares() -> None:
    topics = np.arange(120) % 3
    policy = Policy(topics=topics, shares=np.array([0.5, 0.25, 0.25]))
    run = simulate(_bank(), policy, [0.0, 1.0], _rng(), stopping=Stopping(max_items=20))
    counts = np.stack([np.bincount(topics[row], minlength=3) for row in run.asked])
    assert np.all(np.abs(counts - [10, 5, 5]) <= 1)


def test_randomesque_selection_draws_among_the_best() -> None:
    items = _bank()
    best = set(np.argsort(-items.information([0.0])[0])[:5].tolist())
    rng = _rng()
    drawn = {select(tabulate(items), start(), policy=Policy(randomesque=5), rng=rng) for _ in range(100)}
    assert drawn == best


def test_exposure_control_holds_the_rate() -> None:
    items, rng = _bank(), _rng()
    people, stopping = rng.normal(size=600), Stopping(max_items=10)
    free = simulate(items, Policy(), people, rng, stopping=stopping)
    policy = calibrate_exposure(items, Policy(), people, rng, max_rate=0.3, stopping=stopping)
    held = simulate(items, policy, rng.normal(size=600), rng, stopping=stopping)
    assert free.exposure.max() == 1.0
    assert held.exposure.max() < 0.36
    with pytest.raises(MeasureError, match="allow a higher rate"):
        calibrate_exposure(items, Policy(), people, rng, max_rate=0.01, stopping=stopping)


@pytest.mark.parametrize("criterion", sorted(CRITERIA))
def test_every_criterion_asks_each_item_at_most_once(criterion: str) -> None:
    policy = Policy(criterion)  # type: ignore[arg-type]
    run = simulate(_bank(15), policy, [0.0, -1.0], _rng(), stopping=Stopping())
    assert [sorted(row) for row in run.asked.tolist()] == [list(range(15))] * 2
    assert run.reasons == {"exhausted": 2}


def test_adaptive_interviews_are_shorter_than_fixed_and_random_ones() -> None:
    items, stopping = _bank(300), Stopping(standard_error=0.3)
    people = np.random.default_rng(13).normal(size=200)
    n = {
        criterion: simulate(items, Policy(criterion), people, _rng(), stopping=stopping).n_items.mean()
        for criterion in ("information", "fixed", "random")
    }
    assert n["information"] < 0.8 * n["fixed"] < 0.8 * n["random"]


def test_the_standard_error_promised_is_the_error_found() -> None:
    people = np.random.default_rng(14).normal(size=1500)
    run = simulate(_bank(200, n_steps=4), Policy(), people, _rng(), stopping=Stopping(standard_error=0.3))
    assert run.rmse == pytest.approx(0.29, abs=0.03)
    assert abs(run.bias) < 0.03
    assert set(run.reasons) == {"precise"}


def test_stopping_rules_combine() -> None:
    belief = start()
    assert should_stop(belief, Stopping(standard_error=0.3), n_items=5) is None
    assert should_stop(belief, Stopping(standard_error=1.1), n_items=0) is None
    assert should_stop(belief, Stopping(standard_error=1.1), n_items=1) == "precise"
    assert should_stop(belief, Stopping(standard_error=1.1, min_items=3), n_items=2) is None
    assert should_stop(belief, Stopping(cut=2.5), n_items=1) == "decided"
    assert should_stop(belief, Stopping(cut=1.5), n_items=1) is None
    assert should_stop(belief, Stopping(max_items=4, min_items=9), n_items=4) == "longest"
    assert should_stop(belief, Stopping(max_minutes=30), n_items=1, minutes=31) == "time"


def test_minutes_stop_a_simulation() -> None:
    run = simulate(
        _bank(), Policy(), [0.0], _rng(), stopping=Stopping(max_minutes=30), minutes=np.full(120, 4.0)
    )
    assert run.n_items.tolist() == [8]
    assert run.reasons == {"time": 1}


def test_misclassification_falls_as_a_form_grows() -> None:
    items = _bank(60, n_steps=4)
    short, long = (misclassification(items.take(range(n)), 0.5, _rng()) for n in (4, 60))
    assert long.wrong < 0.6 * short.wrong
    assert long.reliability > short.reliability
    assert long.wrong == pytest.approx(long.false_pass + long.false_fail)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"criterion": "best"}, "'best'"),
        ({"randomesque": 0}, "randomesque"),
        ({"topics": np.zeros(3)}, "only one of topics and shares"),
        ({"topics": np.array([0, 4]), "shares": np.ones(2)}, r"topic codes 0\.\.4"),
    ],
)
def test_policies_that_cannot_be_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(MeasureError, match=message):
        Policy(**options)  # type: ignore[arg-type]
