import numpy as np
from toy import mlp, norm


def softmax(z):
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def distribution(logits, temperature=1.0, top_k=None, top_p=None, penalty=1.0, seen=()):
    z = np.array(logits, float)
    for i in set(seen):
        z[i] = z[i] / penalty if z[i] > 0 else z[i] * penalty
    if temperature == 0:
        p = np.zeros(len(z))
        p[z.argmax()] = 1.0
        return p
    p = softmax(z / temperature)
    order = np.argsort(-p, kind="stable")
    if top_k is not None:
        order = order[:top_k]
    if top_p is not None:
        before = np.cumsum(p[order] / p[order].sum()) - p[order] / p[order].sum()
        order = order[before < top_p]
    kept = np.zeros(len(p))
    kept[order] = p[order]
    return kept / kept.sum()


def sample(p, n, seed):
    return np.random.default_rng(seed).choice(len(p), size=n, p=p)


def perplexity(logits, targets, lengths):
    z = logits - logits.max(-1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(-1, keepdims=True))
    picked = np.take_along_axis(logp, targets[..., None], -1)[..., 0]
    real = np.arange(targets.shape[1]) < np.asarray(lengths)[:, None]
    rows = [np.exp(-row[keep].mean()) for row, keep in zip(picked, real, strict=True)]
    return float(np.mean(rows))


class Cached:
    def __init__(self, p):
        self.p = p
        length, d = p["pos"].shape
        self.keys = [np.zeros((length, d)) for _ in p["layers"]]
        self.values = [np.zeros((length, d)) for _ in p["layers"]]
        self.n = 0

    def step(self, token):
        at = self.n
        self.n += 1
        x = self.p["embed"][token] + self.p["pos"][at]
        for k, layer in enumerate(self.p["layers"]):
            h = norm(x)
            self.keys[k][at] = h @ layer["Wk"]
            self.values[k][at] = h @ layer["Wv"]
            scores = self.keys[k][: at + 1] @ (h @ layer["Wq"]) / np.sqrt(len(h))
            x = x + softmax(scores) @ self.values[k][: at + 1] @ layer["Wo"]
            x = x + mlp(norm(x), layer)
        return norm(x) @ self.p["head"]


def generate(p, prompt, n):
    model = Cached(p)
    for token in prompt:
        logits = model.step(token)
    out = []
    while len(out) < n:
        out.append(int(logits.argmax()))
        if len(out) < n:
            logits = model.step(out[-1])
    return out
