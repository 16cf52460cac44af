"""Noisy digits of 8 by 8 pixels, drawn from a font of our own."""

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


def make(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Pixels (n, 64), roughly from 0 to 1, and labels (n,)."""
    y = rng.integers(0, 10, n)
    images = np.zeros((n, 8, 8))
    for row, digit in enumerate(y):
        down, right = rng.integers(0, 2), rng.integers(0, 3)
        images[row, down : down + 7, right : right + 5] = _GLYPHS[digit] * rng.uniform(0.7, 1.0)
    images += rng.normal(scale=0.15, size=images.shape)
    return images.reshape(n, 64), y
