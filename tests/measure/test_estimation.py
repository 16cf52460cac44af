from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from viva.exceptions import MeasureError
from viva.measure import (
    Items,
    Model,
    NotConverged,
    Priors,
    credit_steps,
    fit,
    simulate_responses,
)
from viva.measure._expectation import expectation, normal_quadrature
from viva.measure._responses import read_responses
from viva.measure._slope_intercept import Adjacent, Cumulative


def _truth(model: Model, n_items: int, *, n_steps: int = 3, seed: int = 1) -> Items:
    rng = np.random.default_rng(seed)
    steps = 1 if model == "2pl" else n_steps
    difficulty = np.sort(rng.normal(size=(n_items, steps)), axis=1) + 0.3 * np.arange(steps)
    return Items(model, rng.lognormal(0, 0.3, n_items), difficulty)


def _sample(items: Items, n: int, *, seed: int = 2) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    return simulate_responses(items, rng.normal(size=n), rng)


@pytest.mark.parametrize("model", ["2pl", "gpcm", "grm"])
def test_known_items_are_recovered(model: Model) -> None:
    truth = _truth(model, 20)
    found = fit(_sample(truth, 4000), model=model, standard_errors="none")
    assert found.converged
    assert np.sqrt(np.mean((found.items.discrimination - truth.discrimination) ** 2)) < 0.07
    middle = np.abs(truth.difficulty) < 2
    assert np.sqrt(np.mean((found.items.difficulty - truth.difficulty)[middle] ** 2)) < 0.11


def test_items_are_recovered_when_half_the_responses_are_missing() -> None:
    truth = _truth("gpcm", 20)
    x = _sample(truth, 6000)
    x[np.random.default_rng(3).random(x.shape) < 0.5] = np.nan
    found = fit(x, model="gpcm", standard_errors="none")
    assert np.sqrt(np.mean((found.items.discrimination - truth.discrimination) ** 2)) < 0.08


@pytest.mark.parametrize("model", ["2pl", "gpcm", "grm"])
def test_missing_by_nan_equals_a_likelihood_without_the_response(model: Model) -> None:
    """People with a gap contribute what the shorter test says: checked by brute force."""
    truth = _truth(model, 4)
    x = _sample(truth, 50)
    x[::3, 1] = np.nan
    theta = np.linspace(-8, 8, 2001)
    density = np.exp(-0.5 * theta**2)
    density /= density.sum()
    p = truth.probabilities(theta)
    total = 0.0
    for row in x:
        seen = np.flatnonzero(np.isfinite(row))
        total += np.log(np.prod([p[:, j, int(row[j])] for j in seen], axis=0) @ density)
    data = read_responses(x, max_scores=truth.max_scores)
    kind = (Cumulative if model == "grm" else Adjacent)(data.there)
    b = truth.difficulty
    parameters = np.column_stack([truth.discrimination, kind.intercepts(truth.discrimination, b)])
    sums = expectation(kind, parameters, normal_quadrature(121), data)
    assert sums.log_likelihood == pytest.approx(total, abs=1e-6)


@pytest.mark.parametrize("model", ["1pl", "2pl", "pcm", "gpcm", "grm"])
def test_observed_information_equals_the_likelihoods_curvature(model: Model) -> None:
    """Standard errors against numerical second derivatives of the log-likelihood itself."""
    shape: Model = "2pl" if model in ("1pl", "2pl") else "grm" if model == "grm" else "gpcm"
    x = _sample(_truth(shape, 4, n_steps=2), 400)
    found = fit(x, model=model, standard_errors="observed", n_points=121, tolerance=1e-8)
    assert found.errors is not None
    data = read_responses(x)
    kind = (Cumulative if model == "grm" else Adjacent)(data.there)
    common = model in ("1pl", "pcm")
    n_slopes = 1 if common else 4
    a, b = found.items.discrimination, found.items.difficulty
    point = np.concatenate([a[:n_slopes], b.ravel()])

    def log_likelihood(v: NDArray[np.float64]) -> float:
        slopes = np.repeat(v[:1], 4) if common else v[:4]
        steps = v[n_slopes:].reshape(b.shape)
        parameters = np.column_stack([slopes, kind.intercepts(slopes, steps)])
        return expectation(kind, parameters, normal_quadrature(121), data).log_likelihood

    curvature = np.empty((point.size, point.size))
    h = 1e-3
    unit = h * np.eye(point.size)
    for i in range(point.size):
        for j in range(point.size):
            curvature[i, j] = (
                log_likelihood(point + unit[i] + unit[j])
                - log_likelihood(point + unit[i] - unit[j])
                - log_likelihood(point - unit[i] + unit[j])
                + log_likelihood(point - unit[i] - unit[j])
            ) / (4 * h * h)
    errors = np.sqrt(np.diag(np.linalg.inv(-curvature)))
    assert found.errors.discrimination[:n_slopes] == pytest.approx(errors[:n_slopes], rel=0.01)
    assert found.errors.difficulty.ravel() == pytest.approx(errors[n_slopes:], rel=0.01)


@pytest.mark.parametrize("model", ["2pl", "grm"])
def test_cross_product_errors_approach_the_observed_ones(model: Model) -> None:
    x = _sample(_truth(model, 6), 5000)
    exact, cheap = (
        fit(x, model=model, standard_errors=method).errors for method in ("observed", "crossproduct")
    )
    assert exact is not None
    assert cheap is not None
    assert cheap.discrimination == pytest.approx(exact.discrimination, rel=0.1)


def test_chunks_give_what_the_whole_array_gives() -> None:
    x = _sample(_truth("2pl", 10), 3000)

    def chunks() -> Iterator[NDArray[np.float64]]:
        for i in range(0, 3000, 700):
            yield x[i : i + 700]

    whole, streamed = fit(x), fit(chunks)
    assert streamed.log_likelihood == pytest.approx(whole.log_likelihood, abs=1e-6)
    assert streamed.items.difficulty == pytest.approx(whole.items.difficulty, abs=1e-4)


def test_permuting_people_changes_nothing_and_permuting_items_permutes() -> None:
    x = _sample(_truth("gpcm", 6), 800)
    rng = np.random.default_rng(4)
    base = fit(x, model="gpcm")
    people = fit(x[rng.permutation(800)], model="gpcm")
    order = rng.permutation(6)
    items = fit(x[:, order], model="gpcm")
    assert people.items.discrimination == pytest.approx(base.items.discrimination, abs=1e-4)
    assert items.items.discrimination == pytest.approx(base.items.discrimination[order], abs=1e-4)


def test_no_responses_give_the_experts_prior() -> None:
    x = np.full((3, 2), np.nan)
    priors = Priors([1.0, -0.5], [0.7, 0.4], [1.5, 0.8], [0.3, 0.2])
    found = fit(x, priors=priors, max_scores=[1, 1])
    assert found.items.discrimination == pytest.approx([1.5, 0.8], abs=1e-6)
    assert found.items.difficulty[:, 0] == pytest.approx([1.0, -0.5], abs=1e-6)
    assert found.errors is not None
    assert found.errors.difficulty[:, 0] == pytest.approx([0.7, 0.4], rel=1e-3)
    assert found.errors.discrimination == pytest.approx([0.45, 0.16], rel=1e-3)


def test_twenty_responses_give_sane_wide_answers() -> None:
    found = fit(_sample(_truth("2pl", 5), 20), priors=Priors())
    assert np.all(found.items.discrimination > 0.2)
    assert np.all(found.items.discrimination < 3)
    assert np.all(np.abs(found.items.difficulty) < 4)
    assert found.errors is not None
    ends = found.errors.intervals()
    assert np.all(ends.difficulty_upper - ends.difficulty_lower > 1)


def test_difficultys_interval_reaches_further_outwards_and_is_the_priors_where_nothing_was_asked() -> None:
    rng = np.random.default_rng(12)
    items = Items.right_wrong(np.full(6, 1.0), np.array([-1.8, -1.0, 0.0, 1.0, 1.8, 0.5]))
    x = np.asarray(simulate_responses(items, rng.normal(size=60), rng), dtype=np.float64)
    x[:, 5] = np.nan
    found = fit(x, priors=Priors(0.0, 1.0, 1.0, 0.3))
    assert found.errors is not None
    ends, b = found.errors.intervals(), found.items.difficulty[:, 0]
    outwards = ends.difficulty_upper[:, 0] - b, b - ends.difficulty_lower[:, 0]
    assert outwards[0][4] > 1.15 * outwards[1][4]
    assert outwards[1][0] > 1.15 * outwards[0][0]
    wald = 1.959964 * found.errors.difficulty[:, 0]
    assert np.all(np.maximum(*outwards)[:5] > wald[:5])
    assert (ends.difficulty_lower[5, 0], ends.difficulty_upper[5, 0]) == pytest.approx(
        (-1.96, 1.96), abs=1e-3
    )


def test_marginal_discriminations_are_free_of_the_joint_estimates_upward_bias() -> None:
    rng, biases = np.random.default_rng(14), []
    for _ in range(25):
        items = Items("gpcm", rng.lognormal(0, 0.3, 10), rng.normal(0, 0.8, (10, 4)))
        x = simulate_responses(items, rng.normal(size=100), rng)
        found = fit(x, model="gpcm", priors=Priors(0.0, 0.8, 1.0, 0.3), max_scores=np.full(10, 4))
        truth = np.log(items.discrimination)
        both = (found.items.discrimination, found.marginal_items.discrimination)
        biases.append([float((np.log(a) - truth).mean()) for a in both])
    joint, marginal = np.mean(biases, axis=0)
    assert joint > 0.08
    assert abs(marginal) < 0.05
    plain = fit(x, model="gpcm", max_scores=None)
    np.testing.assert_array_equal(plain.marginal_items.discrimination, plain.items.discrimination)


@pytest.mark.parametrize("n", [20, 100])
def test_intervals_with_priors_cover_items_as_spread_as_the_priors_say(n: int) -> None:
    rng, held, runs = np.random.default_rng(13), np.zeros(2), 60
    for _ in range(runs):
        items = Items.right_wrong(rng.lognormal(0, 0.3, 10), rng.normal(size=10))
        x = simulate_responses(items, rng.normal(size=n), rng)
        errors = fit(x, priors=Priors(0.0, 1.0, 1.0, 0.3)).errors
        assert errors is not None
        low_a, high_a, low_b, high_b = errors.intervals()
        a, b = items.discrimination, items.difficulty
        held += [((low_a <= a) & (a <= high_a)).mean(), ((low_b <= b) & (b <= high_b)).mean()]
    assert held / runs == pytest.approx([0.95, 0.955], abs=0.03)


@pytest.mark.parametrize("model", ["2pl", "gpcm", "grm", "1pl", "pcm"])
def test_priors_fade_as_responses_come(model: Model) -> None:
    shape: Model = "2pl" if model in ("1pl", "2pl") else "grm" if model == "grm" else "gpcm"
    x = _sample(_truth(shape, 6), 6000)
    free, held = fit(x, model=model), fit(x, model=model, priors=Priors())
    assert held.items.discrimination == pytest.approx(free.items.discrimination, abs=0.05)
    assert held.log_likelihood <= free.log_likelihood + 1e-3


def test_a_reversed_item_gets_a_negative_discrimination() -> None:
    x = _sample(_truth("2pl", 8), 2000)
    x[:, 3] = 1 - x[:, 3]
    found = fit(x)
    assert found.items.discrimination[3] < -0.3
    assert np.sum(found.items.discrimination < 0) == 1


def test_rubric_shares_are_recovered_as_credit_steps_and_flattened_as_bare_shares() -> None:
    """The reason for decision 0010: four criteria an item, each met by the same curve."""
    truth = _truth("2pl", 15)
    rng = np.random.default_rng(6)
    shares = rng.binomial(4, truth.probabilities(rng.normal(size=6000))[:, :, 1]) / 4
    theta = np.array([-1.5, -0.5, 0.5, 1.5])
    wanted = truth.expected_scores(theta)
    bare = fit(shares, standard_errors="none").items
    steps = fit(credit_steps(shares), model="gpcm", standard_errors="none").items
    assert steps.expected_scores(theta) / 4 == pytest.approx(wanted, abs=0.05)
    assert 0.7 < float(np.mean(bare.discrimination / truth.discrimination)) < 0.9


def test_credit_steps_are_the_nearest() -> None:
    found = credit_steps([0.0, 0.12, 0.13, 0.5, 0.9, 1.0, np.nan])
    assert found[:6].tolist() == [0, 0, 1, 2, 4, 4]
    assert np.isnan(found[6])
    with pytest.raises(MeasureError, match="shares of full credit"):
        credit_steps([1.1])


def test_items_may_differ_in_their_number_of_scores() -> None:
    truth = Items("gpcm", np.array([1.0, 1.2, 0.8]), np.array([[0.0, np.nan], [-0.5, 0.5], [1, 1.2]]))
    found = fit(_sample(truth, 5000), model="gpcm", max_scores=[1, 2, 2])
    assert np.isnan(found.items.difficulty[0, 1])
    assert found.items.difficulty[0, 0] == pytest.approx(0.0, abs=0.15)
    assert found.n_parameters == 8


def test_non_convergence_is_reported_and_warned_of() -> None:
    x = _sample(_truth("2pl", 5), 500)
    with pytest.warns(NotConverged, match="raise max_iterations"):
        found = fit(x, max_iterations=1)
    assert not found.converged
    assert found.last_change > 1e-5


BAD = [
    (np.full((10, 3), np.nan), {}, "item 0 has none"),
    (np.ones((10, 3)), {}, r"nobody scored \[0\] on item 0"),
    (np.array([[0.0, 3.0], [1.0, 0.0]]), {}, "scores above 1"),
    (np.array([[0.0, 3.0], [1.0, 0.0]]), {"max_scores": [1, 1]}, "row 0, column 1"),
    (np.array([[0.0, -1.0], [1.0, 0.0]]), {}, "row 0, column 1"),
    (np.array([[0.0, np.inf], [1.0, 0.0]]), {}, "row 0, column 1"),
    (np.array([["a", "b"]]), {}, "numbers"),
    (np.zeros(4), {}, "people, items"),
    (np.zeros((0, 4)), {}, "nobody"),
    (np.eye(3), {"model": "3pl"}, "'3pl'"),
    (np.array([[0.0, 2.0], [2.0, 0.0]]), {"model": "gpcm"}, r"nobody scored \[1\]"),
    (np.eye(3), {"priors": Priors(difficulty=[1.0, 2.0])}, "priors.difficulty"),
    (np.eye(3), {"priors": Priors(difficulty_sd=0.0)}, "0 or less"),
]


@pytest.mark.parametrize(("x", "options", "message"), BAD)
def test_bad_input_is_named(x: object, options: dict[str, object], message: str) -> None:
    with pytest.raises(MeasureError, match=message):
        fit(x, **options)  # type: ignore[arg-type]


def test_one_person_is_answered_widely_with_priors() -> None:
    found = fit([[1.0, 0.0, 1.0]], priors=Priors())
    assert found.errors is not None
    assert np.all(found.errors.difficulty > 1)


def test_a_constant_item_is_answered_with_priors() -> None:
    x = _sample(_truth("2pl", 5), 200)
    x[:, 2] = 1.0
    found = fit(x, priors=Priors())
    assert found.converged
    assert found.items.difficulty[2, 0] < np.min(np.delete(found.items.difficulty[:, 0], 2))


@pytest.mark.parametrize("model", ["2pl", "gpcm"])
def test_large_samples_fit_in_a_handful_of_passes(model: Model) -> None:
    x = _sample(_truth(model, 40), 15_000).astype(np.int8)
    found = fit(x, model=model)
    assert found.converged
    assert found.n_iterations <= 15
    assert found.errors is not None
