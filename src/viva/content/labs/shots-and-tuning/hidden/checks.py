"""Hidden checks: what `viva lab submit` runs besides the public ones.

Accuracies of the reference, over seeds: zero-shot 0.78; few-shot 0.27 to 0.62 with 1 to 8 shots; the tuned
head 0.88 with 60 a class. Margins are three standard errors or more unless said otherwise.
"""

import numpy as np
import reference as ref
from viva_kit import Fail, arr, check, fields, indices, items, num, refuses, require, text, whole


def share(got, wanted, what):
    got = indices(got, ref.C, what)
    if got.shape != wanted.shape:
        raise Fail(f"{what}: expected {len(wanted)} classes, got {len(got)}")
    return float((got == wanted).mean())


@check("few-shot")
def _(sub, rng):
    for k in (4, 16):
        (V, y), (Q, wanted) = ref.balanced(rng, k), ref.vectors(rng, 300)
        mine, reference = (
            share(sub.few_shot(V, y, Q), wanted, "few_shot"),
            share(ref.few_shot(V, y, Q), wanted, ""),
        )
        if mine < reference - 0.03:
            raise Fail(f"accuracy {mine:.2f} with {k} shots a class, the reference has {reference:.2f}")


@check("tuned")
def _(sub, rng):
    # Other penalties and step sizes move the head by 0.03 at most; prototypes lie 0.05 to 0.065 below it.
    V, y = ref.balanced(rng, 32)
    Q, wanted = ref.vectors(rng, 600)
    mine, reference = share(sub.tuned(V, y, Q), wanted, "tuned"), share(ref.tuned(V, y, Q), wanted, "")
    if mine < reference - 0.045:
        raise Fail(f"accuracy {mine:.2f} with 32 examples a class, the reference has {reference:.2f}")


def shots(sub, y, k, seed):
    rows = indices(sub.draw_shots(y, k, seed), len(y), "draw_shots")
    require(len(set(rows.tolist())) == len(rows), "draw_shots takes an example twice")
    counts = np.bincount(y[rows], minlength=ref.C)
    require(
        bool((counts == k).all()), f"draw_shots takes {counts.min()} to {counts.max()} of a class, not {k}"
    )
    return set(rows.tolist())


@check("shots")
def _(sub, rng):
    V, y = ref.vectors(rng, 500)
    drawn = [shots(sub, y, 5, seed) for seed in (1, 2, 3)]
    require(drawn[0] != drawn[1] != drawn[2], "draw_shots gives the same shots for other seeds")
    require(shots(sub, y, 5, 1) == drawn[0], "draw_shots gives other shots for the same seed")
    refuses(lambda: sub.draw_shots(y, len(y), 1), "ValueError", "more shots than a class has")
    (Q, wanted), ks = ref.vectors(rng, 300), [1, 2, 4, 8]
    got = arr(sub.few_shot_curve(V, y, Q, wanted, ks, 20, 7), (20, 4), "few_shot_curve")
    mine = np.array([[one_draw(rng, V, y, Q, wanted, k) for k in ks] for _ in range(40)])
    # The mean of 20 draws has a standard error of about 0.01, their spread one of a sixth of itself.
    if np.abs(got.mean(0) - mine.mean(0)).max() > 0.05:
        raise Fail("the mean accuracy over draws is not that of shots drawn by class")
    ratio = got.std(0) / mine.std(0)
    if ratio.min() < 0.4 or ratio.max() > 2.5:
        raise Fail(
            f"the draws spread {ratio.min():.1f} to {ratio.max():.1f} times as much as independent ones"
        )


def one_draw(rng, V, y, Q, wanted, k):
    rows = np.concatenate([rng.choice(np.flatnonzero(y == c), k, replace=False) for c in range(ref.C)])
    return float((ref.few_shot(V[rows], y[rows], Q) == wanted).mean())


@check("summary")
def _(sub, rng):
    # 600 intervals: of 95 % ones 0.91 to 0.98 cover, at four standard errors either way.
    covered = []
    for _ in range(30):
        truth = rng.uniform(0.3, 0.9, 20)
        found = truth + rng.normal(0, 0.05, (20, 20))
        mean, low, high = (arr(part, (20,), "summary") for part in items(sub.summary(found), 3, "summary"))
        if np.abs(mean - found.mean(0)).max() > 1e-6:
            raise Fail("the mean over draws is another")
        covered.append((low <= truth) & (truth <= high))
    share = float(np.mean(covered))
    if not 0.91 <= share <= 0.985:
        raise Fail(f"a 95 % interval for the mean covers it in {100 * share:.0f} % of cases")


@check("crossover")
def _(sub, rng):
    ks = [1, 2, 4, 8, 16, 32, 64]
    # Tuned less few-shot, in truth. In the second it leads at k = 1 by luck, then falls behind.
    for gaps, want in [
        ([-20, -15, -8, 6, 9, 12, 12], 8),
        ([5, -9, -12, -8, -6, 7, 9], 32),
        ([-9, -9, -8, -8, -7, -6, -5], None),
        ([6, 6, 7, 8, 9, 9, 9], 1),
    ]:
        few = np.linspace(0.4, 0.8, 7) + rng.normal(0, 0.02, (20, 7))
        got = sub.crossover(few, few.mean(0) + np.array(gaps) / 100 + rng.normal(0, 0.02, (20, 7)), ks)
        if want is None:
            require(got is None, "a crossover is found where the tuned head never leads")
            continue
        at = whole(got, "crossover")
        require(at in ks, "crossover is not one of ks")
        if abs(ks.index(at) - ks.index(want)) > 1:
            raise Fail("the tuned head does not lead from that k on, or leads from an earlier one")


@check("add-classes")
def _(sub, rng):
    # Freezing the old columns keeps 0.75 to 0.82 of the old classes; training anew on the few 0.35 to 0.43.
    V, y = ref.vectors(rng, 900)
    Q, wanted = ref.vectors(rng, 600)
    W, b = ref.head(V[y < 6], y[y < 6], 6)
    rows = np.concatenate([np.flatnonzero(y == c)[: 6 if c < 6 else 40] for c in range(8)])
    got = indices(sub.add_classes(W, b, V[rows], y[rows], Q), 8, "add_classes")
    if got.shape != wanted.shape:
        raise Fail(f"add_classes: expected {len(wanted)} classes, got {len(got)}")
    old, new = (float((got == wanted)[part].mean()) for part in (wanted < 6, wanted >= 6))
    if old < 0.65:
        raise Fail(f"the old classes are forgotten: {old:.2f} of their tickets are right (at least 0.65)")
    if new < 0.7:
        raise Fail(f"of the new classes' tickets {new:.2f} are right (at least 0.70)")


@check("unseen")
def _(sub, rng):
    unseen = int(rng.choice([3, 5, 7]))
    V, y = ref.vectors(rng, 500)
    V, y = V[y != unseen], y[y != unseen]
    Q, wanted = ref.vectors(rng, 800)
    got = indices(sub.with_unseen(V, y, ref.D, Q), ref.C, "with_unseen")
    if got.shape != wanted.shape:
        raise Fail(f"with_unseen: expected {len(wanted)} classes, got {len(got)}")
    mine = got == wanted
    seen = wanted != unseen
    if mine[~seen].mean() < 0.45:
        raise Fail(f"of the class without examples {mine[~seen].mean():.2f} are found (at least 0.45)")
    best = float((ref.tuned(V, y, Q) == wanted)[seen].mean())
    if mine[seen].mean() < best - 0.07:
        raise Fail(
            f"the classes with examples fall to {mine[seen].mean():.2f}, the head alone has {best:.2f} "
            "(at most 0.07 below)"
        )


@check("selection")
def _(sub, rng):
    # With 3 examples a class the description is ahead by 0.35, with 60 the head is by 0.1.
    Q, clean = ref.vectors(rng, 400)
    for k, want in [(3, "zero-shot"), (60, "tuned")]:
        V, y = ref.balanced(rng, k)
        truth = {"zero-shot": ref.zero_shot(Q), "tuned": ref.tuned(V, y, Q)}
        seed = int(rng.integers(1000))
        got = fields(sub.evaluate(V, y, ref.D, Q, clean, seed), ["method", "accuracy"], "evaluate")
        require(text(got["method"], "the method") == want, f"not the best method with {k} examples a class")
        if abs(num(got["accuracy"], "accuracy") - (truth[want] == clean).mean()) > 0.05:
            raise Fail("the accuracy is not that of the chosen method on the test tickets")
        poisoned = truth["tuned" if want == "zero-shot" else "zero-shot"]
        got = fields(sub.evaluate(V, y, ref.D, Q, poisoned, seed), ["method", "accuracy"], "evaluate")
        require(got["method"] == want, "the method changes with the labels of the test tickets")
