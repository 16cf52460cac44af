import numpy as np


def descend(H: np.ndarray, b: np.ndarray, x0: np.ndarray, lr: float, steps: int) -> np.ndarray:
    """The iterates of gradient descent on x'Hx/2 - b'x, the start first."""
    raise NotImplementedError


def max_lr(H: np.ndarray) -> float:
    """The learning rate at which descent on x'Hx/2 stops converging."""
    raise NotImplementedError


def batches(n: int, size: int, seed: int) -> list[np.ndarray]:
    """One epoch's shuffled batches of row numbers."""
    raise NotImplementedError


def epoch_loss(means: np.ndarray, sizes: np.ndarray) -> float:
    """The mean loss over all rows of an epoch."""
    raise NotImplementedError


class Momentum:
    def __init__(self, lr: float, beta: float) -> None:
        raise NotImplementedError

    def step(self, name: str, x: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """The new value of the parameter `name`."""
        raise NotImplementedError


class Adam:
    def __init__(self, lr: float, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8) -> None:
        raise NotImplementedError

    def step(self, name: str, x: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        """The new value of the parameter `name`."""
        raise NotImplementedError


def clip(gradients: list[np.ndarray], bound: float) -> list[np.ndarray]:
    """The gradients, scaled together to a norm of at most `bound`."""
    raise NotImplementedError
