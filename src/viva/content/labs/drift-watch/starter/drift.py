import numpy as np


def psi(reference: np.ndarray, current: np.ndarray, bins: int) -> float:
    """Population stability index over bins cut at the reference's quantiles."""
    raise NotImplementedError


def ks(a: np.ndarray, b: np.ndarray) -> float:
    """The largest distance between two empirical distribution functions."""
    raise NotImplementedError


def chi2(a: list[str], b: list[str]) -> dict[str, float]:
    """Pearson's statistic and its degrees of freedom."""
    raise NotImplementedError


class Watch:
    """Looks at one week after the other."""

    def __init__(self, history: np.ndarray, season: int) -> None:
        raise NotImplementedError

    def week(self, rows: np.ndarray) -> list[int]:
        """The features that alarm in the next week."""
        raise NotImplementedError


def diagnose(X: np.ndarray, y: np.ndarray, X_new: np.ndarray, y_new: np.ndarray) -> str:
    """One of "pipeline", "concept", "inputs", "none"."""
    raise NotImplementedError
