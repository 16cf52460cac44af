"""Given: noisy digits of 8 by 8 pixels, a network with one hidden layer, and its gradients."""

import numpy as np

_FONT = """
.###. ..#.. .###. .###. ...#. ##### .###. ##### .###. .###.
#...# .##.. #...# #...# ..##. #.... #.... ....# #...# #...#
#...# ..#.. ....# ....# .#.#. ####. ####. ...#. #...# #...#
#...# ..#.. ..##. .###. #..#. ....# #...# ...#. .###. .####
#...# ..#.. .#... ....# ##### ....# #...# ..#.. #...# ....#
#...# ..#.. #.... #...# ...#. #...# #...# ..#.. #...# ....#
.###. .###. ##### .###. ...#. .###. .###. ..#.. .###. .###.
"""
_GLYPHS = np.array(
    [[[c == "#" for c in line.split()[d]] for line in _FONT.split("\n")[1:-1]] for d in range(10)],
    float,
)


def digits(n: int, rng: np.random.Generator, flipped: float = 0.2) -> tuple[np.ndarray, np.ndarray]:
    """Pixels (n, 64) and labels (n,), a share `flipped` of which are wrong."""
    y = rng.integers(0, 10, n)
    images = np.zeros((n, 8, 8))
    for row, digit in enumerate(y):
        down, right = rng.integers(0, 2), rng.integers(0, 3)
        images[row, down : down + 7, right : right + 5] = _GLYPHS[digit] * rng.uniform(0.7, 1.0)
    images += rng.normal(scale=0.15, size=images.shape)
    wrong = rng.random(n) < flipped
    return images.reshape(n, 64), np.where(wrong, (y + rng.integers(1, 10, n)) % 10, y)


def variants(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every row three times: as it is, darker and brighter. Labels stay."""
    return np.concatenate([X, 0.85 * X, 1.15 * X]), np.concatenate([y, y, y])


def begin(seed: int) -> dict[str, np.ndarray]:
    """Weights W1 (64, 60) and W2 (60, 10), biases b1 (60,) and b2 (10,)."""
    rng = np.random.default_rng(seed)
    W1, W2 = rng.normal(scale=0.15, size=(64, 60)), rng.normal(scale=0.1, size=(60, 10))
    return {"W1": W1, "b1": np.zeros(60), "W2": W2, "b2": np.zeros(10)}


def chances(params: dict[str, np.ndarray], X: np.ndarray) -> np.ndarray:
    """The chance of each class, (n, 10)."""
    hidden = np.maximum(X @ params["W1"] + params["b1"], 0)
    scores = hidden @ params["W2"] + params["b2"]
    e = np.exp(scores - scores.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def loss(params: dict[str, np.ndarray], X: np.ndarray, y: np.ndarray) -> float:
    """Mean cross-entropy, in nats a row."""
    return float(-np.log(chances(params, X)[np.arange(len(y)), y] + 1e-12).mean())


def accuracy(params: dict[str, np.ndarray], X: np.ndarray, y: np.ndarray) -> float:
    """The share of rows whose label is the likeliest class."""
    return float((chances(params, X).argmax(1) == y).mean())


def gradients(params: dict[str, np.ndarray], X: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Of the mean cross-entropy, by name."""
    hidden = np.maximum(X @ params["W1"] + params["b1"], 0)
    d = chances(params, X)
    d[np.arange(len(y)), y] -= 1
    d /= len(y)
    back = (d @ params["W2"].T) * (hidden > 0)
    return {"W1": X.T @ back, "b1": back.sum(0), "W2": hidden.T @ d, "b2": d.sum(0)}
