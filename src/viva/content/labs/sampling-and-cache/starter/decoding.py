import numpy as np


def distribution(
    logits: np.ndarray,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    penalty: float = 1.0,
    seen: list[int] | tuple[int, ...] = (),
) -> np.ndarray:
    """The probabilities to sample from."""
    raise NotImplementedError


def sample(p: np.ndarray, n: int, seed: int) -> np.ndarray:
    """n ids drawn from p."""
    raise NotImplementedError


def perplexity(logits: np.ndarray, targets: np.ndarray, lengths: np.ndarray) -> float:
    """The perplexity over all tokens that are not padding."""
    raise NotImplementedError


class Cached:
    def __init__(self, p: dict) -> None:
        raise NotImplementedError

    def step(self, token: int) -> np.ndarray:
        """The logits after this token."""
        raise NotImplementedError


def generate(p: dict, prompt: list[int], n: int) -> list[int]:
    """The n likeliest tokens that follow."""
    raise NotImplementedError
