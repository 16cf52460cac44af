import numpy as np


def rates(y: np.ndarray, flagged: np.ndarray, group: np.ndarray) -> dict[str, dict]:
    """n, tpr, fpr and ppv by group; None for a rate without a denominator."""
    raise NotImplementedError


def tpr_gap(
    y: np.ndarray, flagged: np.ndarray, group: np.ndarray, a: str, b: str
) -> tuple[float, float, float]:
    """The gap in true-positive rate, a less b, and a 95 % interval."""
    raise NotImplementedError


def worst_slice(
    y: np.ndarray, flagged: np.ndarray, attributes: dict[str, np.ndarray], min_positives: int
) -> dict[str, str]:
    """The combination of attributes with the lowest true-positive rate."""
    raise NotImplementedError


def equalise(y: np.ndarray, score: np.ndarray, group: np.ndarray, threshold: float) -> dict[str, float]:
    """A threshold for each group."""
    raise NotImplementedError


def precision_at(base_rate: float, tpr: float, fpr: float) -> float:
    """The precision that follows from the base rate and the error rates."""
    raise NotImplementedError


def precision_gap(base_a: float, base_b: float, tpr: float, fpr: float) -> float:
    """The precision of a less that of b at equal error rates."""
    raise NotImplementedError
