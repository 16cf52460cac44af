import numpy as np

Split = list[tuple[np.ndarray, np.ndarray]]


def kfold(n: int, k: int, seed: int) -> Split:
    """Shuffled folds of n rows."""
    raise NotImplementedError


def stratified(y: np.ndarray, k: int, seed: int) -> Split:
    """Shuffled folds with each class's share in each."""
    raise NotImplementedError


def grouped(groups: np.ndarray, k: int) -> Split:
    """Folds that keep groups whole."""
    raise NotImplementedError


def time_series(n: int, k: int, gap: int) -> Split:
    """Folds that train on the past only."""
    raise NotImplementedError


def nested_cv(
    X: np.ndarray, y: np.ndarray, settings: list[int], k_outer: int, k_inner: int, seed: int
) -> float:
    """Mean accuracy over the outer folds, each with a setting chosen inside."""
    raise NotImplementedError
