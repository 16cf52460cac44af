import numpy as np


def descend(H, b, x0, lr, steps):
    path = [np.array(x0, float)]
    for _ in range(steps):
        path.append(path[-1] - lr * (H @ path[-1] - b))
    return np.array(path[1:])


def max_lr(H):
    return float(2 / np.linalg.eigvalsh(H).max())


def batches(n, size, seed):
    rows = np.random.default_rng(seed).permutation(n)
    return [rows[at : at + size] for at in range(0, n, size)]


def epoch_loss(means, sizes):
    return float(np.average(means, weights=sizes))


class Momentum:
    def __init__(self, lr, beta):
        self.lr, self.beta = lr, beta
        self.state = {}

    def step(self, name, x, gradient):
        v = self.beta * self.state.get(name, 0.0) + gradient
        self.state[name] = v
        return x - self.lr * v


class Adam:
    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.state = {}

    def step(self, name, x, gradient):
        t, m, v = self.state.get(name, (0, 0.0, 0.0))
        t += 1
        m = self.beta1 * m + (1 - self.beta1) * gradient
        v = self.beta2 * v + (1 - self.beta2) * gradient**2
        self.state[name] = t, m, v
        mean = m / (1 - self.beta1**t)
        square = v / (1 - self.beta2**t)
        return x - self.lr * mean / (np.sqrt(square) + self.eps)


def clip(gradients, bound):
    norm = np.sqrt(sum((g**2).sum() for g in gradients))
    factor = min(1.0, bound / norm) if norm > 0 else 1.0
    return [factor * g for g in gradients]
