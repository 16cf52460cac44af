"""Hidden checks: what `viva lab submit` runs besides the public ones."""

import numpy as np
import reference as ref
from viva_kit import Fail, arr, check, close, fields, indices, require, shares, text


@check("k-means", seconds=3)
def _(sub, rng):
    for k in (6, 8, 9):
        X = ref.blobs(rng, 260, k)
        answer = sub.kmeans(X, k, int(rng.integers(1000)))
        got = fields(answer, ["centres", "labels", "objective"], "kmeans")
        centres = arr(got["centres"], (k, 2), "centres")
        labels = indices(got["labels"], k, "labels")
        history = arr(got["objective"], None, "objective")
        require(
            labels.shape == (260,) and history.ndim == 1 and history.size > 0, "labels or objective: shape"
        )
        if np.any(np.diff(history) > 1e-9 * history[:-1]):
            raise Fail("the objective rises from one assignment to the next")
        mine = ref.objective(X, centres)
        close(history[-1], mine, "the last objective, against that of the centres returned", rtol=1e-6)
        own = float(((X - centres[labels]) ** 2).sum())
        close(own, mine, "the sum over the labels returned, against the nearest centres", rtol=1e-6)
        best = ref.kmeans(X, k, rng)
        if mine > 1.01 * best:
            raise Fail(f"the objective is {mine / best:.2f} times that of the best of ten runs")


@check("cluster-names")
def _(sub, rng):
    for n_clusters, n_classes in [(3, 3), (5, 5), (6, 4), (2, 5)]:
        classes = np.append(rng.integers(0, n_classes, 80), np.arange(n_classes))
        names = rng.permutation(max(n_clusters, n_classes))
        clusters = np.where(rng.random(len(classes)) < 0.7, names[classes], 0) % n_clusters
        clusters[:n_clusters] = np.arange(n_clusters)
        want = ref.agreement(clusters, classes)
        close(sub.agreement(clusters, classes), want, f"agreement of {n_clusters} with {n_classes}")


@check("few-labels", seconds=3)
def _(sub, rng):
    gains = []
    for _ in range(4):
        X, y = ref.bands(rng, 240)
        known = np.concatenate([rng.permutation(np.flatnonzero(y == c))[:5] for c in (0, 1)])
        # The other labels are not in the question: nothing to look up.
        given = np.full(240, -1)
        given[known] = y[known]
        got = indices(sub.self_train(X, given), 2, "self_train")
        require(got.shape == (240,), f"self_train of 240 rows: got shape {got.shape}")
        require(bool(np.all(got[known] == y[known])), "a label that was given has been changed")
        rest = given < 0
        alone = ref.knn(X[known], y[known], X[rest], 1)
        gains.append(float((got[rest] == y[rest]).mean() - (alone == y[rest]).mean()))
    gain = 100 * float(np.mean(gains))
    if gain < 5:
        raise Fail(f"{gain:.1f} points of accuracy above the ten labels alone, over four draws")


@check("rewards")
def _(sub, rng):
    n_bandits, rounds = 300, 250
    means = rng.permuted(np.tile([0.6, 0.2, 0.2], (n_bandits, 1)), axis=1)
    rows, regret, tried = np.arange(n_bandits), 0.0, np.zeros(means.shape)
    bandit, rewards = sub.new("Bandit", 3, n_bandits), None
    for _ in range(rounds):
        arms = indices(bandit.next_arms(rewards), 3, "next_arms")
        require(arms.shape == (n_bandits,), f"next_arms: expected {n_bandits} arms, got shape {arms.shape}")
        chance = means[rows, arms]
        rewards = (rng.random(n_bandits) < chance).astype(float)
        tried[rows, arms] += 1
        regret += float((0.6 - chance).mean())
    # Greedy play is stuck in 14 % of bandits, UCB1, sampling and a tenth at random in 0 to 2 %.
    stuck = float((tried.argmax(1) != means.argmax(1)).mean())
    if stuck > 0.06:
        raise Fail(f"in {100 * stuck:.0f} % of the bandits another arm than the best was played most")
    measure = ref.ucb1_regret(means, rounds, rng)
    if regret > 1.5 * measure:
        raise Fail(f"regret {regret:.0f} over {rounds} rounds, {regret / measure:.1f} times that of UCB1")


_SIGNALS = {
    "price of a flat from past sales": "labels",
    "next word in a text": "self",
    "customer groups nobody has named": "none",
    "which of three headlines to show, learnt from clicks": "reward",
    "tumour or not, 50 scans read by a doctor and 9,000 unread": "few labels",
    "a patch cut out of a photo, filled in": "self",
    "a robot hand that learns to turn a cube by trying": "reward",
    "spam, from mails that users marked": "labels",
}


@check("which-signal")
def _(sub, rng):
    got = fields(sub.attribute("SIGNALS"), list(_SIGNALS), "SIGNALS")

    def right(task):
        require(text(got[task], task) == _SIGNALS[task], "not what tells this learner that it was right")

    # One of eight may be argued about; two are a misunderstanding.
    missed = []
    for task in _SIGNALS:
        try:
            right(task)
        except Fail:
            missed.append(task)
    if len(missed) > 3:
        raise Fail(f"{len(missed)} of eight tasks have another signal")
    shares([(task, lambda task=task: require(task not in missed, "another signal")) for task in _SIGNALS])
