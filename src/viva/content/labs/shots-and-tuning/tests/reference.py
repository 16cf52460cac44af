"""Reference methods and drawn vectors: seen by the checker alone."""

import numpy as np
from tickets import DESCRIPTIONS, TEAMS, draw
from vectors import embed

D = embed(list(DESCRIPTIONS))
C = len(TEAMS)


def vectors(rng, n):
    texts, y = draw(rng, n)
    return embed(texts), y


def balanced(rng, k):
    """k vectors of each class, in any order."""
    V, y = vectors(rng, k * C * 2 + 60)
    rows = rng.permutation(np.concatenate([np.flatnonzero(y == c)[:k] for c in range(C)]))
    return V[rows], y[rows]


def zero_shot(Q):
    return (Q @ D.T).argmax(1)


def few_shot(V, y, Q):
    P = np.array([V[y == c].mean(0) for c in range(C)])
    return (Q @ (P / np.linalg.norm(P, axis=1, keepdims=True)).T).argmax(1)


def head(V, y, c, steps=120):
    """Weights and biases of a logistic head."""
    W, b, Y = np.zeros((V.shape[1], c)), np.zeros(c), np.eye(c)[y]
    for _ in range(steps):
        z = V @ W + b
        p = np.exp(z - z.max(1, keepdims=True))
        d = (p / p.sum(1, keepdims=True) - Y) / len(V)
        W -= 20 * (V.T @ d + 1e-3 * W)
        b -= 2 * d.sum(0)
    return W, b


def tuned(V, y, Q):
    W, b = head(V, y, C)
    return (Q @ W + b - 99 * ~np.isin(np.arange(C), y)).argmax(1)
