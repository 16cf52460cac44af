import numpy as np


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def weights(q, k, mask=None):
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])
    if mask is None:
        return softmax(scores)
    allowed = np.broadcast_to(mask, scores.shape)
    w = softmax(np.where(allowed, scores, -1e30))
    return np.where(allowed.any(-1, keepdims=True), np.where(allowed, w, 0.0), 0.0)


def attention(q, k, v, mask=None):
    if q.ndim > 2:
        lead = np.broadcast_shapes(q.shape[:-2], k.shape[:-2])
        parts = [
            attention(q[at], k[at], v[at], mask if mask is None or mask.ndim == 2 else mask[at])
            for at in np.ndindex(*lead)
        ]
        return np.array(parts).reshape(*lead, q.shape[-2], v.shape[-1])
    out = np.zeros((q.shape[0], v.shape[1]))
    for i in range(q.shape[0]):
        scores = [sum(q[i, c] * k[j, c] for c in range(q.shape[1])) for j in range(k.shape[0])]
        row = np.array(scores) / np.sqrt(q.shape[1])
        allowed = np.ones(len(row), bool) if mask is None else mask[i]
        if allowed.any():
            out[i, :] = softmax(np.where(allowed, row, -1e30)) @ v
    return out


def attention_backward(q, k, v, dout):
    w = weights(q, k)
    dv = np.swapaxes(w, -1, -2) @ dout
    dw = dout @ np.swapaxes(v, -1, -2)
    ds = w * (dw - (dw * w).sum(-1, keepdims=True)) / np.sqrt(q.shape[-1])
    return ds @ k, np.swapaxes(ds, -1, -2) @ q, dv
