"""The reference: seen by the checker alone."""

import numpy as np


def softmax(z):
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def distribution(logits, temperature=1.0, top_k=None, top_p=None, penalty=1.0, seen=()):
    z = np.array(logits, float)
    for i in set(seen):
        z[i] = z[i] / penalty if z[i] > 0 else z[i] * penalty
    if temperature == 0:
        return np.eye(len(z))[int(np.argmax(z))]
    p = softmax(z / temperature)
    order = sorted(range(len(p)), key=lambda i: (-p[i], i))
    kept = order[: top_k or len(p)]
    if top_p is not None:
        reached = np.cumsum(p[kept] / p[kept].sum())
        kept = kept[: int(np.searchsorted(reached, top_p - 1e-12)) + 1]
    out = np.zeros(len(p))
    out[kept] = p[kept]
    return out / out.sum()


def weights(rng, vocabulary, d, length, layers=2):
    """Random parameters of the toy transformer."""

    def matrix(n, m):
        return rng.normal(size=(n, m)) / np.sqrt(n)

    def layer():
        names = ("Wq", "Wk", "Wv", "Wo")
        return {name: matrix(d, d) for name in names} | {"W1": matrix(d, 2 * d), "W2": matrix(2 * d, d)}

    embed, pos = rng.normal(size=(vocabulary, d)), rng.normal(size=(length, d))
    parts = {"embed": embed, "pos": pos, "head": matrix(d, vocabulary)}
    return parts | {"layers": [layer() for _ in range(layers)]}
