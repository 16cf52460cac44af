"""A toy transformer: two causal pre-norm layers, one head each. Read it; the cache must match it."""

import numpy as np


def norm(x: np.ndarray) -> np.ndarray:
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)


def mlp(x: np.ndarray, layer: dict[str, np.ndarray]) -> np.ndarray:
    return np.maximum(x @ layer["W1"], 0) @ layer["W2"]


def logits(tokens: list[int], p: dict) -> np.ndarray:
    """Logits (T, V) after each token. `p` has "embed" (V, d), "pos" (T_max, d), "layers", "head"."""
    x = p["embed"][tokens] + p["pos"][: len(tokens)]
    ahead = np.triu(np.ones((len(tokens), len(tokens)), bool), 1)
    for layer in p["layers"]:
        n = norm(x)
        q, k, v = n @ layer["Wq"], n @ layer["Wk"], n @ layer["Wv"]
        scores = np.where(ahead, -np.inf, q @ k.T / np.sqrt(q.shape[-1]))
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        x = x + (weights / weights.sum(-1, keepdims=True)) @ v @ layer["Wo"]
        x = x + mlp(norm(x), layer)
    return norm(x) @ p["head"]
