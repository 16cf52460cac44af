import numpy as np


def pr_curve(y: np.ndarray, s: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Thresholds (distinct scores, highest first), precision and recall at each."""
    raise NotImplementedError


def f_beta(precision: float, recall: float, beta: float) -> float:
    """The weighted harmonic mean of precision and recall."""
    raise NotImplementedError


def average_precision(y: np.ndarray, s: np.ndarray) -> float:
    """The area under the curve of precision and recall, by steps."""
    raise NotImplementedError


def choose_threshold(
    y: np.ndarray,
    s: np.ndarray,
    cost_fp: float,
    cost_fn: float,
    capacity: int | None = None,
    prevalence: float | None = None,
) -> float:
    """The threshold with the least cost."""
    raise NotImplementedError


def precision_interval(y: np.ndarray, s: np.ndarray, threshold: float, seed: int) -> tuple[float, float]:
    """A 95 % interval for the precision at the threshold."""
    raise NotImplementedError
