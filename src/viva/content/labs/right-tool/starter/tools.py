import numpy as np


def route(text: str, keywords: dict[str, list[str]]) -> str:
    """The team whose keywords occur most, or "human"."""
    raise NotImplementedError


def kinds(system: str) -> set[str]:
    """Which of "ai", "ml", "dl" and "genai" apply to a system of SYSTEMS, by its key."""
    raise NotImplementedError


def linear(texts: list[str], labels: np.ndarray, new: list[str]) -> np.ndarray:
    """Labels for new texts, by a linear model of words."""
    raise NotImplementedError


def network(X: np.ndarray, y: np.ndarray, new: np.ndarray, seed: int) -> np.ndarray:
    """Labels for the rows of `new`, by a network with a hidden layer."""
    raise NotImplementedError


def choose(X: np.ndarray, y: np.ndarray, seed: int) -> str:
    """ "linear" or "network"."""
    raise NotImplementedError


def log_likelihood(texts: list[str], new: str, alpha: float) -> float:
    """The natural log of the chance of `new` under word pairs counted in `texts`."""
    raise NotImplementedError


def generate(texts: list[str], seed: int, max_words: int) -> list[str]:
    """The words of a new text."""
    raise NotImplementedError


def monthly_cost(option: str, spec: dict, n_bought: int) -> float:
    """What an option costs a month, with `n_bought` labels bought."""
    raise NotImplementedError


def recommend(spec: dict) -> tuple[str, int] | None:
    """The cheapest option that meets the spec and the labels to buy for it; None if none does."""
    raise NotImplementedError
