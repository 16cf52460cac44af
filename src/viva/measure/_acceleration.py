"""Anderson acceleration of a fixed-point iteration x <- g(x).

Source: Walker and Ni (2011), SIAM Journal on Numerical Analysis 49:1715.
"""

from __future__ import annotations

import numpy as np

from viva.measure._arrays import Floats


class Anderson:
    """Keeps the last ``depth`` steps and proposes where they are heading.

    Not a frozen value: it is the memory of one running loop and never leaves it.
    """

    def __init__(self, depth: int = 6) -> None:
        self._depth = depth
        self._inputs: list[Floats] = []
        self._outputs: list[Floats] = []

    def forget(self) -> None:
        """Starts afresh, after a proposal that did harm."""
        self._inputs.clear()
        self._outputs.clear()

    def propose(self, x: Floats, gx: Floats) -> Floats:
        """The next point, given that the plain iteration would go from ``x`` to ``gx``."""
        self._inputs = [*self._inputs, x][-self._depth - 1 :]
        self._outputs = [*self._outputs, gx][-self._depth - 1 :]
        if len(self._inputs) < 2:
            return gx
        residuals = np.array([g - s for g, s in zip(self._outputs, self._inputs, strict=True)])
        changes = np.diff(residuals, axis=0).T
        scale = 1e-10 * max(float((changes**2).sum()), 1e-300)
        square = changes.T @ changes + scale * np.eye(changes.shape[1])
        weights = np.linalg.solve(square, changes.T @ residuals[-1])
        return np.asarray(gx - np.diff(np.array(self._outputs), axis=0).T @ weights)
