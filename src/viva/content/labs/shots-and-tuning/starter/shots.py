import numpy as np


def zero_shot(D: np.ndarray, Q: np.ndarray) -> np.ndarray:
    """The class of each row of Q by the descriptions' vectors D, (c, d)."""
    raise NotImplementedError


def few_shot(V: np.ndarray, y: np.ndarray, Q: np.ndarray) -> np.ndarray:
    """The class of each row of Q by one prototype a class, from a few examples V, y."""
    raise NotImplementedError


def tuned(V: np.ndarray, y: np.ndarray, Q: np.ndarray) -> np.ndarray:
    """The class of each row of Q by a logistic head trained on V, y."""
    raise NotImplementedError


def draw_shots(y: np.ndarray, k: int, seed: int) -> np.ndarray:
    """Row numbers of k examples of each class."""
    raise NotImplementedError


def few_shot_curve(
    V: np.ndarray, y: np.ndarray, Q: np.ndarray, wanted: np.ndarray, ks: list[int], n_draws: int, seed: int
) -> np.ndarray:
    """The accuracy on Q of each draw at each k, (n_draws, len(ks))."""
    raise NotImplementedError


def summary(accuracies: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean over draws, and a 95 % interval for it, for each column."""
    raise NotImplementedError


def crossover(few: np.ndarray, tuned: np.ndarray, ks: list[int]) -> int | None:
    """The k from which on the tuned head leads."""
    raise NotImplementedError


def add_classes(W: np.ndarray, b: np.ndarray, V: np.ndarray, y: np.ndarray, Q: np.ndarray) -> np.ndarray:
    """Classes of Q, old and new, by the old head W, b and a few examples of each."""
    raise NotImplementedError


def with_unseen(V: np.ndarray, y: np.ndarray, D: np.ndarray, Q: np.ndarray) -> np.ndarray:
    """Classes of Q, one of which has a description in D and no example."""
    raise NotImplementedError


def evaluate(
    V: np.ndarray, y: np.ndarray, D: np.ndarray, Q: np.ndarray, wanted: np.ndarray, seed: int
) -> dict:
    """ "method", chosen for these data, and its "accuracy" on the test tickets Q."""
    raise NotImplementedError
