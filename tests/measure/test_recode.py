from __future__ import annotations

import numpy as np
import pytest

from viva.exceptions import MeasureError
from viva.measure import Items, fit, recode, simulate_responses

NAN = np.nan


def test_scores_that_begin_at_one_and_leave_one_out_become_whole_steps_from_zero() -> None:
    found = recode([[1, 2], [3, 5], [NAN, 2], [3, NAN]])
    np.testing.assert_array_equal(found.scores, [[0, 0], [1, 1], [NAN, 0], [1, NAN]])
    assert [v.tolist() for v in found.values] == [[1, 3], [2, 5]]


def test_a_common_scale_keeps_a_score_that_only_another_column_has() -> None:
    found = recode([[1, 2], [3, 2], [1, 3]], common=True)
    np.testing.assert_array_equal(found.scores, [[0, 1], [2, 1], [0, 2]])
    assert len(found.values) == 1


def test_ratings_in_one_column_stay_in_one_column() -> None:
    np.testing.assert_array_equal(recode([2, 4, 9, 4]).scores, [0, 1, 2, 1])


@pytest.mark.parametrize(
    ("scores", "says"),
    [
        ([[1, 2], [1, 3]], r"found \[1.0\] in column 0, wanted at least two"),
        ([[NAN, 2], [NAN, 3]], r"found \[\] in column 0"),
        ([4, 4], r"found \[4.0\], wanted at least two"),
        ([[np.inf, 1], [0, 0]], "infinite"),
        (np.zeros((2, 2, 2)), r"found shape \(2, 2, 2\)"),
        ([["a", 1]], "not numbers"),
    ],
)
def test_scores_that_nothing_can_be_learnt_from_are_refused(scores: object, says: str) -> None:
    with pytest.raises(MeasureError, match=says):
        recode(scores)  # type: ignore[arg-type]


@pytest.mark.parametrize("model", ["grm", "gpcm", "pcm"])
def test_uneven_scales_with_gaps_are_fitted_as_if_they_had_been_written_from_zero(model: str) -> None:
    rng = np.random.default_rng(4)
    steps = [[-0.5, NAN, NAN], [-1.0, 0.6, NAN], [-1.2, 0.1, 1.0], [0.3, NAN, NAN], [-0.2, 0.9, NAN]]
    items = Items("grm", np.full(5, 1.4), np.array(steps))
    x = np.asarray(simulate_responses(items, rng.normal(size=600), rng), dtype=np.float64)
    x[rng.random(x.shape) < 0.2] = NAN
    as_written = np.array([1, 2, 4, 7])[np.nan_to_num(x).astype(int)] * np.where(np.isnan(x), NAN, 1.0)
    with pytest.raises(MeasureError, match=r"nobody scored \[0.*squeeze unused scores out with `recode`"):
        fit(as_written, model=model)  # type: ignore[arg-type]
    found, plain = (fit(v, model=model) for v in (recode(as_written).scores, x))  # type: ignore[arg-type]
    assert found.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-9)
    assert found.items.max_scores.tolist() == [1, 2, 3, 1, 2]
