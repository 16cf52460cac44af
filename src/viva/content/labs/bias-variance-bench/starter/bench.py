import numpy as np


def decompose(predictions: np.ndarray, f: np.ndarray, sd: float) -> dict[str, float]:
    """bias2, variance, noise and total, averaged over the points."""
    raise NotImplementedError


def smoother_terms(S: np.ndarray, f: np.ndarray, sd: float) -> tuple[float, float]:
    """Squared bias and variance of the predictions S @ y."""
    raise NotImplementedError


def simulate(x: np.ndarray, f: np.ndarray, sd: float, degree: int, runs: int, seed: int) -> np.ndarray:
    """Predictions (runs, points) of polynomials fitted to new outcomes."""
    raise NotImplementedError


def noise_sd(x: np.ndarray, y: np.ndarray) -> float:
    """The standard deviation of the noise."""
    raise NotImplementedError


def pick_degree(x: np.ndarray, y: np.ndarray, degrees: list[int], seed: int) -> int:
    """The degree to fit to this sample."""
    raise NotImplementedError
