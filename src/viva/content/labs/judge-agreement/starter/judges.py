import numpy as np


def kappa(a: np.ndarray, b: np.ndarray, k: int, weights: str) -> float | None:
    """Cohen's kappa; weights "none", "linear" or "quadratic"."""
    raise NotImplementedError


def alpha(ratings: np.ndarray, level: str) -> float | None:
    """Krippendorff's alpha of (raters, items), NaN where missing; "nominal" or "interval"."""
    raise NotImplementedError


def order_bias(ab: list[str], ba: list[str]) -> dict[str, float]:
    """How much the first place helps, and how often the verdict stays."""
    raise NotImplementedError


def length_bias(score: np.ndarray, quality: np.ndarray, length: np.ndarray) -> float:
    """What twice the length adds to the score at equal quality."""
    raise NotImplementedError


def win_interval(win: np.ndarray, prompt: np.ndarray, seed: int) -> tuple[float, float]:
    """A 95 % interval for the rate of wins."""
    raise NotImplementedError


def uses(facts: dict) -> list[str]:
    """What the judge may be used for: "rank", "single"."""
    raise NotImplementedError
