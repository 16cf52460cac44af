"""Hidden checks: what `viva lab submit` runs besides the public ones."""

import numpy as np
import reference as ref
from viva_kit import Fail, arr, check, close, fields, items, num, require, text


@check("kappa-weighted")
def _(sub, rng):
    for weights in ("linear", "quadratic", "none"):
        a, b = ref.two_raters(rng, 70, 5)
        a[:2], b[:2] = [0, 3], [1, 4]
        got = num(sub.kappa(a, b, 6, weights), f"kappa, weights {weights}")
        close(got, ref.kappa(a, b, weights), f"kappa, weights {weights}, the sixth rating never given")
    ones = np.ones(12, dtype=int)
    if sub.kappa(ones, ones, 3, "none") is not None:
        raise Fail("both raters gave one rating throughout, and kappa is not None")
    other = ones.copy()
    other[4] = 2
    close(num(sub.kappa(ones, other, 3, "none"), "kappa"), 0.0, "kappa where one rater never varies")


@check("alpha")
def _(sub, rng):
    for level in ("nominal", "interval"):
        base = rng.integers(0, 4, 30)
        ratings = np.where(rng.random((4, 30)) < 0.6, base, rng.integers(0, 4, (4, 30))).astype(float)
        ratings[rng.random((4, 30)) < 0.35] = np.nan
        ratings[1:, 0], ratings[:, 1] = np.nan, np.nan
        # A rating that stands alone is far from the others, and counts for nothing.
        ratings[0, 0] = 9.0
        ratings[:2, 2] = 0.0, 1.0
        got = num(sub.alpha(ratings, level), f"alpha, {level}")
        close(got, ref.alpha(ratings, level), f"alpha, {level}, with gaps")
    if sub.alpha(np.array([[2.0, 2, np.nan], [2, np.nan, 5]]), "nominal") is not None:
        raise Fail("all ratings that count are equal, and alpha is not None")


@check("order-bias")
def _(sub, rng):
    for lead, pull in [(1.5, 0.0), (-1.2, 0.8), (0.3, -0.6)]:
        ab, ba = ref.compare(rng, 300, lead, pull)
        got = fields(sub.order_bias(ab, ba), ["bias", "consistent"], "order_bias")
        liked = np.mean([(s == "A") + 0.5 * (s == "tie") for s in ab])
        liked += np.mean([(s == "B") + 0.5 * (s == "tie") for s in ba])
        close(num(got["bias"], "bias"), liked / 2 - 0.5, "the bias towards what stands first")
        kept = np.mean([one == other for one, other in zip(ab, ba, strict=True)])
        close(num(got["consistent"], "consistent"), kept, "the share of verdicts that stay")


@check("length-bias")
def _(sub, rng):
    for planted in (0.0, 0.2, -0.1):
        n = 400
        quality = rng.normal(size=n)
        # Better answers are longer: without quality, length looks like a bias of its own.
        length = 2 ** (7 + 0.8 * quality + 0.7 * rng.normal(size=n))
        score = 3 + 0.6 * quality + planted * np.log2(length) + 0.3 * rng.normal(size=n)
        A = np.column_stack([quality, np.log2(length)])
        A = A - A.mean(0)
        want = np.linalg.solve(A.T @ A, A.T @ (score - score.mean()))[1]
        got = num(sub.length_bias(score, quality, length), "length_bias")
        close(got, want, f"length bias, {planted:g} planted", atol=1e-4)


@check("clusters", seconds=3)
def _(sub, rng):
    # A sound interval covers in 93 to 95 %, so in 140 of 160 with a chance above 0.999; one that takes
    # comparisons for independent covers in 70 %.
    covered, runs = 0, 160
    for _ in range(runs):
        win, prompt = ref.clustered(rng, 60)
        answer = items(sub.win_interval(win, prompt, int(rng.integers(1000))), 2, "win_interval")
        low, high = arr(answer, (2,), "win_interval")
        require(bool(low <= high), "the interval's low end lies above its high end")
        covered += low <= 0.6 <= high
    if not 139 <= covered <= 159:
        raise Fail(
            f"a 95 % interval that covers the rate in {100 * covered / runs:.0f} % of {runs} evaluations"
        )


_NONE, _RANK, _BOTH = [], ["rank"], ["rank", "single"]
_CASES = [
    ("sound in all respects", (0.60, 0.70), (-0.02, 0.03), (-0.02, 0.04), 0.68, _BOTH),
    ("likes the first place", (0.60, 0.70), (0.06, 0.14), (-0.02, 0.04), 0.68, _RANK),
    ("likes long answers", (0.60, 0.70), (-0.02, 0.03), (0.07, 0.15), 0.68, _NONE),
    ("people hardly agree either", (0.32, 0.44), (-0.03, 0.03), (-0.04, 0.01), 0.42, _BOTH),
    ("people agree far better", (0.70, 0.76), (-0.01, 0.02), (-0.01, 0.02), 0.92, _NONE),
    ("few ratings, all may be well", (0.20, 0.90), (-0.02, 0.03), (-0.02, 0.04), 0.70, _NONE),
    ("few pairs, order unknown", (0.62, 0.72), (-0.20, 0.22), (-0.02, 0.04), 0.68, _RANK),
    ("few lengths, length unknown", (0.62, 0.72), (-0.02, 0.02), (-0.30, 0.28), 0.68, _NONE),
    ("a bias, surely there and surely small", (0.62, 0.72), (0.01, 0.04), (0.01, 0.03), 0.70, _BOTH),
    ("dislikes the first place", (0.62, 0.72), (-0.12, -0.06), (0.00, 0.02), 0.70, _RANK),
]


@check("uses")
def _(sub, rng):
    for name, kappa, order, length, people, want in _CASES:
        facts = {"kappa": kappa, "order_bias": order, "length_bias": length, "people": people}
        got = [text(use, "a use") for use in items(sub.uses(facts), None, "uses")]
        if sorted(got) != want:
            raise Fail(f"a judge that is or has: {name}: other uses are wanted")
