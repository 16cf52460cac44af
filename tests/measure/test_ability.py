from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viva.exceptions import MeasureError
from viva.measure import (
    Items,
    Prior,
    abilities,
    ability,
    fit_spread,
    posterior_of,
    simulate_responses,
    start,
    tabulate,
    topic_abilities,
)

slopes = st.floats(0.2, 3.0)
places = st.floats(-2.5, 2.5)
MODELS = ["2pl", "gpcm", "grm"]


def _bank(model: str = "2pl", n: int = 12) -> Items:
    rng = np.random.default_rng(8)
    steps = 1 if model == "2pl" else 3
    b = np.sort(rng.normal(size=(n, steps)), axis=1) + 0.2 * np.arange(steps)
    return Items(model, rng.lognormal(0, 0.3, n), b)  # type: ignore[arg-type]


@settings(deadline=None)  # how long it takes is not the question
@given(slopes, places, st.floats(0.05, 2.0))
def test_expected_score_rises_with_ability(a: float, b: float, gap: float) -> None:
    theta = np.linspace(-4, 4, 41)
    for items in (
        Items("2pl", np.array([a]), np.array([b])),
        Items("gpcm", np.array([a]), np.array([[b, b - gap]])),
        Items("grm", np.array([a]), np.array([[b, b + gap]])),
    ):
        assert np.all(np.diff(items.expected_scores(theta)[:, 0]) > 0)
        assert items.probabilities(theta).sum(axis=2) == pytest.approx(np.ones((41, 1)))


@settings(deadline=None)  # how long it takes is not the question
@given(slopes, places, st.floats(0.2, 2.0), st.floats(-2.0, 2.0))
def test_information_is_the_expected_curvature(a: float, b: float, gap: float, theta: float) -> None:
    h = 1e-3
    for model in MODELS:
        steps = [b] if model == "2pl" else [b, b + gap]
        items = Items(model, np.array([a]), np.array([steps]))  # type: ignore[arg-type]
        p = items.probabilities([theta - h, theta, theta + h])[:, 0]
        log_p = np.log(p)
        curvature = -(p[1] * (log_p[0] - 2 * log_p[1] + log_p[2])).sum() / h**2
        assert items.information([theta])[0, 0] == pytest.approx(curvature, rel=1e-3, abs=1e-5)


@pytest.mark.parametrize("model", MODELS)
def test_eap_equals_a_fine_integral(model: str) -> None:
    items = _bank(model)
    x = simulate_responses(items, np.array([0.7]), np.random.default_rng(1))[0]
    theta = np.linspace(-8, 8, 16001)
    p = items.probabilities(theta)
    weight = np.exp(-0.5 * theta**2)
    for j, score in enumerate(x):
        weight = weight * p[:, j, int(score)]
    mean = float((weight * theta).sum() / weight.sum())
    sd = float(np.sqrt((weight * (theta - mean) ** 2).sum() / weight.sum()))
    found = ability(items, x)
    assert found.estimate == pytest.approx(mean, abs=1e-6)
    assert found.standard_error == pytest.approx(sd, abs=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_map_and_wle_solve_their_equations(model: str) -> None:
    items = _bank(model)
    x = simulate_responses(items, np.array([0.4]), np.random.default_rng(2))[0]
    theta = np.linspace(-4, 4, 16_001)
    p = items.probabilities(theta)
    log_likelihood = sum(np.log(p[:, j, int(s)]) for j, s in enumerate(x))
    mode = theta[np.argmax(log_likelihood - 0.5 * theta**2)]
    assert ability(items, x, method="map").estimate == pytest.approx(mode, abs=5e-4)
    if model != "grm":  # for these Warm's estimate is the mode under Jeffreys' prior
        information = items.information(theta).sum(axis=1)
        warm = theta[np.argmax(log_likelihood + 0.5 * np.log(information))]
        assert ability(items, x, method="wle").estimate == pytest.approx(warm, abs=5e-4)


def test_wle_is_finite_for_a_perfect_score() -> None:
    assert np.isfinite(ability(_bank(), np.ones(12), method="wle").estimate)


def test_updates_one_by_one_end_where_all_at_once_does() -> None:
    items = _bank("gpcm")
    x = simulate_responses(items, np.array([-0.3]), np.random.default_rng(3))[0]
    x[4] = 1.6
    table, belief = tabulate(items), start()
    for j, score in enumerate(x):
        belief = table.update(belief, j, float(score))
    whole = ability(items, x)
    assert belief.mean == pytest.approx(whole.estimate, abs=1e-9)
    assert belief.sd == pytest.approx(whole.standard_error, abs=1e-9)
    assert belief.n_responses == 12
    assert posterior_of(items, x).mean == pytest.approx(belief.mean, abs=1e-9)


def test_an_update_takes_microseconds() -> None:
    table, belief = tabulate(_bank("gpcm")), start()
    begin = time.perf_counter()
    for i in range(200):
        table.update(belief, i % 12, 1.0)
    assert (time.perf_counter() - begin) / 200 < 1e-3


def test_a_fractional_response_lies_between_its_neighbours() -> None:
    items = Items.rubric([1.0], [0.0], n_steps=4)
    found = [ability(items, [s]).estimate for s in (2.0, 2.25, 2.5, 3.0)]
    assert found == sorted(found)
    assert len(set(found)) == 4


def test_partial_credit_says_more_than_right_or_wrong() -> None:
    a, b = np.full(8, 1.2), np.linspace(-1, 1, 8)
    rubric, binary = Items.rubric(a, b, n_steps=4), Items.right_wrong(a, b)
    wide = ability(binary, np.tile([0.0, 1.0], 4)).standard_error
    narrow = ability(rubric, np.tile([1.0, 3.0], 4)).standard_error
    assert narrow < 0.75 * wide


def test_intervals_cover_the_truth() -> None:
    items, rng = _bank("gpcm", 20), np.random.default_rng(4)
    theta = rng.normal(size=4000)
    x = simulate_responses(items, theta, rng)
    found = abilities(items, x)
    covered = float(np.mean((found.lower <= theta) & (theta <= found.upper)))
    assert 0.935 < covered < 0.965


def test_nothing_asked_is_answered_with_the_prior() -> None:
    found = ability(_bank(), np.full(12, np.nan), prior=Prior(0.5, 0.8))
    assert found.estimate == pytest.approx(0.5, abs=1e-6)
    assert found.standard_error == pytest.approx(0.8, abs=1e-3)
    assert found.n_responses == 0
    assert found.lower == pytest.approx(0.5 - 1.96 * 0.8, abs=0.01)


@pytest.mark.parametrize(
    ("x", "options", "message"),
    [
        ([1.0], {}, "wanted 12"),
        ([2.0] + [0.0] * 11, {}, "wanted a score from 0 to 1"),
        ([-0.1] + [0.0] * 11, {}, "wanted a score from 0 to 1"),
        ([np.nan] * 12, {"method": "wle"}, "at least one for 'wle'"),
        ([0.0] * 12, {"method": "ml"}, "'ml'"),
        ([0.0] * 12, {"prior": Prior(0, 0)}, "sd above 0"),
        ([0.0] * 12, {"level": 95}, "level"),
        (["x"] * 12, {}, "not numbers"),
    ],
)
def test_bad_responses_are_named(x: list[object], options: dict[str, object], message: str) -> None:
    with pytest.raises(MeasureError, match=message):
        ability(_bank(), x, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("model", "a", "b", "message"),
    [
        ("grm", [1.0], [[1.0, 0.5]], "increasing"),
        ("2pl", [1.0], [[1.0, 1.5]], "use 'gpcm'"),
        ("2pl", [1.0, 2.0], [0.0], "one row an item"),
        ("gpcm", [1.0], [[np.nan, 1.0]], "NaN after"),
        ("2pl", [np.nan], [0.0], "finite"),
        ("cat", [1.0], [0.0], "'cat'"),
    ],
)
def test_items_that_cannot_be_are_refused(model: str, a: list[float], b: list[object], message: str) -> None:
    with pytest.raises(MeasureError, match=message):
        Items(model, np.array(a), np.array(b))  # type: ignore[arg-type]


def test_items_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        _bank().discrimination[0] = 2.0


def test_a_topic_borrows_from_the_others() -> None:
    items, topics = _bank(n=12), np.repeat(["a", "b", "c"], 4)
    x = np.where(topics == "c", np.nan, 1.0)
    found = topic_abilities(items, x, topics, spread=0.5)
    assert found.by_topic["c"].n_responses == 0
    assert 0 < found.by_topic["c"].estimate < found.by_topic["a"].estimate
    assert found.by_topic["c"].standard_error > found.by_topic["a"].standard_error
    assert found.overall.n_responses == 8


def test_a_small_spread_makes_every_topic_the_overall_ability() -> None:
    items, topics = _bank(n=12), np.repeat(["a", "b", "c"], 4)
    x = np.tile([1.0, 0.0, 1.0], 4)
    found = topic_abilities(items, x, topics, spread=0.1)
    whole = ability(items, x)
    for each in found.by_topic.values():
        assert each.estimate == pytest.approx(whole.estimate, abs=0.08)


def test_a_topic_alone_is_on_the_calibrated_scale() -> None:
    items = _bank(n=12)
    x = np.tile([1.0, 0.0, 1.0], 4)
    found = topic_abilities(items, x, ["only"] * 12, spread=0.6)
    assert found.by_topic["only"].estimate == pytest.approx(ability(items, x).estimate, abs=1e-3)


@pytest.mark.parametrize("spread", [0.3, 0.7])
def test_the_spread_of_topics_is_recovered(spread: float) -> None:
    rng = np.random.default_rng(9)
    items = Items.rubric(np.full(24, 1.3), rng.normal(size=24))
    topics = np.repeat(np.arange(4), 6)
    overall = rng.normal(0, np.sqrt(1 - spread**2), 600)
    x = np.empty((600, 24))
    for t in range(4):
        mine = topics == t
        theta = overall + rng.normal(0, spread, 600)
        x[:, mine] = simulate_responses(items.take(mine), theta, rng)
    assert fit_spread(items, x, topics) == pytest.approx(spread, abs=0.08)
    few = x[:2]
    assert abs(fit_spread(items, few, topics, prior_sd=0.05) - 0.5) < 0.03
    assert fit_spread(items, x, topics, prior_sd=5.0) == pytest.approx(fit_spread(items, x, topics), abs=0.02)


def test_a_spread_needs_two_topics() -> None:
    with pytest.raises(MeasureError, match="two topics"):
        fit_spread(_bank(), np.ones((5, 12)), ["one"] * 12)
