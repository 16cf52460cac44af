import numpy as np

FITS = {"stream": "lstm", "defect": "conv", "far-copy": "transformer"}


def conv2d(x, w, stride=1, pad=0, dilation=1):
    x = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
    w = w[:, :, ::-1, ::-1]
    kh, kw = w.shape[2:]
    rows = (x.shape[1] - dilation * (kh - 1) - 1) // stride + 1
    columns = (x.shape[2] - dilation * (kw - 1) - 1) // stride + 1
    y = np.zeros((w.shape[0], rows, columns))
    for i in range(kh):
        for j in range(kw):
            down, right = i * dilation, j * dilation
            part = x[:, down : down + rows * stride : stride, right : right + columns * stride : stride]
            y += np.einsum("oc,chw->ohw", w[:, :, i, j], part[:, :rows, :columns])
    return y


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def lstm(x, h, c, W, U, b):
    states = []
    for row in x:
        i, f, g, o = np.split(row @ W + h @ U + b, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        states.append(h)
    return np.array(states), c


def norm(x):
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)


def attention(x, p):
    q, k, v = x @ p["Wq"], x @ p["Wk"], x @ p["Wv"]
    scores = q @ k.T / np.sqrt(q.shape[-1])
    scores = np.where(np.tri(len(x), dtype=bool), scores, -np.inf)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    return weights / weights.sum(-1, keepdims=True) @ v @ p["Wo"]


def mlp(x, p):
    return np.maximum(x @ p["W1"] + p["b1"], 0) @ p["W2"] + p["b2"]


def transformer_block(x, p):
    x = x + attention(norm(x), p)
    return x + mlp(norm(x), p)


def count_params(kind, **sizes):
    if kind == "conv":
        return sizes["outputs"] * (sizes["inputs"] * sizes["kernel"] ** 2 + 1)
    if kind == "lstm":
        return 4 * sizes["hidden"] * (sizes["inputs"] + sizes["hidden"] + 1)
    d, ff = sizes["d"], sizes["ff"]
    return 4 * d * d + 2 * d * ff + ff + d


def receptive_field(layers):
    seen, step = 1, 1
    for kernel, stride, dilation in layers:
        seen += dilation * (kernel - 1) * step
        step *= stride
    return seen
