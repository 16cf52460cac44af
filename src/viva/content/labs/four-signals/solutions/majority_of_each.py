import numpy as np

SIGNALS = {
    "price of a flat from past sales": "labels",
    "next word in a text": "self",
    "customer groups nobody has named": "none",
    "which of three headlines to show, learnt from clicks": "reward",
    "tumour or not, 50 scans read by a doctor and 9,000 unread": "few labels",
    "a patch cut out of a photo, filled in": "self",
    "a robot hand that learns to turn a cube by trying": "reward",
    "spam, from mails that users marked": "labels",
}
RUNS = 20


def squared(A, B):
    return ((A[:, None] - B) ** 2).sum(-1)


def knn(X, y, queries, k):
    found = []
    for near in np.argsort(squared(queries, X), axis=1)[:, :k]:
        votes = np.bincount(y[near])
        first = [c for c in y[near] if votes[c] == votes.max()]
        found.append(first[0])
    return np.array(found)


def first_centres(X, k, rng):
    centres = X[[rng.integers(len(X))]]
    while len(centres) < k:
        d = squared(X, centres).min(1)
        centres = np.vstack([centres, X[rng.choice(len(X), p=d / d.sum())]])
    return centres


def one_run(X, k, rng):
    centres, history = first_centres(X, k, rng), []
    while True:
        d = squared(X, centres)
        labels = d.argmin(1)
        history.append(float(d.min(1).sum()))
        if len(history) > 1 and history[-2] - history[-1] <= 1e-12 * history[-2]:
            return {"centres": centres, "labels": labels, "objective": history}
        centres = np.array([X[labels == j].mean(0) if np.any(labels == j) else centres[j] for j in range(k)])


def kmeans(X, k, seed):
    rng = np.random.default_rng(seed)
    runs = [one_run(X, k, rng) for _ in range(RUNS)]
    return min(runs, key=lambda run: run["objective"][-1])


def agreement(clusters, classes):
    k = int(max(clusters.max(), classes.max())) + 1
    table = np.zeros((k, k))
    np.add.at(table, (clusters, classes), 1)
    best = table.max(1).sum()
    return float(best / len(classes))


def self_train(X, y):
    y = y.copy()
    d = squared(X, X)
    while np.any(y < 0):
        known, rest = np.flatnonzero(y >= 0), np.flatnonzero(y < 0)
        i, j = np.unravel_index(d[np.ix_(rest, known)].argmin(), (len(rest), len(known)))
        y[rest[i]] = y[known[j]]
    return y


class Bandit:
    def __init__(self, n_arms, n_bandits):
        self.tried = np.zeros((n_bandits, n_arms))
        self.paid = np.zeros((n_bandits, n_arms))
        self.arms = None
        self.t = 0

    def next_arms(self, rewards):
        if rewards is not None:
            rows = np.arange(len(self.tried))
            self.tried[rows, self.arms] += 1
            self.paid[rows, self.arms] += rewards
            self.t += 1
        self.arms = self.choose()
        return self.arms

    def choose(self):
        if self.t < self.tried.shape[1]:
            return np.full(len(self.tried), self.t)
        bonus = np.sqrt(2 * np.log(self.t + 1) / self.tried)
        return (self.paid / self.tried + bonus).argmax(1)
