import re
from collections import Counter
from itertools import pairwise

import numpy as np
from options import HOUR_PRICE, OPTIONS, accuracy

KINDS = {
    "chess": {"ai"},
    "desk-rules": {"ai"},
    "spam": {"ai", "ml"},
    "prices": {"ai", "ml"},
    "pets": {"ai", "ml", "dl"},
    "defects": {"ai", "ml", "dl"},
    "chat": {"ai", "ml", "dl", "genai"},
    "pictures": {"ai", "ml", "dl", "genai"},
    "groups": {"ai", "ml"},
    "bigrams": {"ai", "ml", "genai"},
    "route": {"ai"},
    "column": set(),
}
START, END, UNKNOWN = "<s>", "</s>", "<unk>"


def words_of(text):
    return re.findall(r"\w+", text.lower())


def route(text, keywords):
    said = f" {' '.join(words_of(text))} "
    hits = {team: sum(f" {k.lower()} " in said for k in mine) for team, mine in keywords.items()}
    best = max(hits, key=hits.get)
    return best if hits[best] else "human"


def kinds(system):
    return KINDS[system]


def counted(texts, vocabulary):
    X = np.zeros((len(texts), len(vocabulary)))
    for i, text in enumerate(texts):
        for word in words_of(text):
            if word in vocabulary:
                X[i, vocabulary[word]] = 1
    return X


def ridge(X, y, new, strength=1.0):
    classes = np.unique(y)
    Y = (y[:, None] == classes).astype(float)
    mean = X.mean(0)
    X, new = X - mean, new - mean
    fitted = np.linalg.solve(X @ X.T + strength * np.eye(len(X)), Y - Y.mean(0))
    return classes[(new @ X.T @ fitted + Y.mean(0)).argmax(1)]


def linear(texts, labels, new):
    vocabulary = {w: i for i, w in enumerate(sorted({w for text in texts for w in words_of(text)}))}
    return ridge(counted(texts, vocabulary), np.asarray(labels), counted(new, vocabulary))


def network(X, y, new, seed, hidden=12, steps=100, rate=0.08, decay=1e-3):
    rng, classes = np.random.default_rng(seed), np.unique(y)
    mean, sd = X.mean(0), X.std(0) + 1e-9
    X, new = (X - mean) / sd, (new - mean) / sd
    Y = (y[:, None] == classes).astype(float)
    p = [rng.normal(0, 1 / np.sqrt(X.shape[1]), (X.shape[1], hidden)), np.zeros(hidden)]
    p += [rng.normal(0, 0.2, (hidden, len(classes))), np.zeros(len(classes))]
    m, v = [np.zeros_like(w) for w in p], [np.zeros_like(w) for w in p]
    for step in range(1, steps + 1):
        h = np.tanh(X @ p[0] + p[1])
        z = h @ p[2] + p[3]
        q = np.exp(z - z.max(1, keepdims=True))
        d = (q / q.sum(1, keepdims=True) - Y) / len(X)
        dh = d @ p[2].T * (1 - h * h)
        for i, g in enumerate([X.T @ dh, dh.sum(0), h.T @ d, d.sum(0)]):
            g = g + decay * p[i]
            m[i], v[i] = 0.9 * m[i] + 0.1 * g, 0.99 * v[i] + 0.01 * g * g
            p[i] = p[i] - rate * (m[i] / (1 - 0.9**step)) / (np.sqrt(v[i] / (1 - 0.99**step)) + 1e-8)
    return classes[(np.tanh(new @ p[0] + p[1]) @ p[2] + p[3]).argmax(1)]


def choose(X, y, seed):
    order = np.random.default_rng(seed).permutation(len(y))
    gain = np.zeros(len(y))
    for held in np.array_split(order, 5):
        rest = np.setdiff1d(order, held)
        simple, rich = ridge(X[rest], y[rest], X[held]), network(X[rest], y[rest], X[held], seed)
        gain[held] = (rich == y[held]).astype(float) - (simple == y[held])
    return "network" if gain.mean() > 2 * gain.std() / np.sqrt(len(y)) + 0.02 else "linear"


def pairs_of(texts):
    pairs, known = Counter(), {END, UNKNOWN}
    for text in texts:
        words = [START, *words_of(text), END]
        known |= set(words[1:])
        pairs.update(pairwise(words))
    return pairs, known


def log_likelihood(texts, new, alpha):
    pairs, known = pairs_of(texts)
    from_word = Counter()
    for (a, _), n in pairs.items():
        from_word[a] += n
    words = [START, *(w if w in known else UNKNOWN for w in words_of(new)), END]
    return sum(
        np.log((pairs[a, b] + alpha) / (from_word[a] + alpha * len(known))) for a, b in pairwise(words)
    )


def generate(texts, seed, max_words):
    rng, after = np.random.default_rng(seed), {}
    for text in texts:
        for a, b in pairwise([START, *words_of(text), END]):
            after.setdefault(a, []).append(b)
    words, last = [], START
    while len(words) < max_words:
        last = after[last][rng.integers(len(after[last]))]
        if last == END:
            break
        words.append(last)
    return words


def monthly_cost(option, spec, n_bought):
    o = OPTIONS[option]
    once = o["setup"]
    running = o["hosting"] + o["upkeep_hours"] * HOUR_PRICE
    return once / spec["months"] + running + spec["requests"] / 1000 * o["per_thousand"]


def is_allowed(option, spec):
    o = OPTIONS[option]
    return (
        o["latency_ms"] <= spec["latency_ms"]
        and (o["explains"] or not spec["must_explain"])
        and (not o["sends_data_out"] or spec["data_may_leave"])
        and (o["writes_text"] or spec["output"] == "label")
    )


def labels_to_buy(option, spec, most=20_000):
    def is_enough(n):
        return accuracy(option, spec["n_labelled"] + n) >= spec["accuracy"]

    if is_enough(0) or not is_enough(most):
        return 0 if is_enough(0) else None
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def recommend(spec):
    found = []
    for option in OPTIONS:
        n = labels_to_buy(option, spec) if is_allowed(option, spec) else None
        if n is not None:
            found.append((monthly_cost(option, spec, n), option, n))
    return min(found)[1:] if found else None
