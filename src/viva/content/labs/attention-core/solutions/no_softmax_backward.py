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
    return weights(q, k, mask) @ v


def attention_backward(q, k, v, dout):
    w = weights(q, k)
    dv = np.swapaxes(w, -1, -2) @ dout
    dw = dout @ np.swapaxes(v, -1, -2)
    ds = w * (1 - w) * dw / np.sqrt(q.shape[-1])
    return ds @ k, np.swapaxes(ds, -1, -2) @ q, dv
