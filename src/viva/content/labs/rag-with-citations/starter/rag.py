import numpy as np


def bm25(query: str, texts: list[str], k1: float = 1.5, b: float = 0.75) -> np.ndarray:
    """The score of each text for the query."""
    raise NotImplementedError


def fuse(rankings: list[list[str]], k: int = 60) -> list[str]:
    """One ranking of ids out of several, by reciprocal rank."""
    raise NotImplementedError


def recall_at(ranking: list[str], relevant: set[str], k: int) -> float:
    """The share of the relevant ids among the first k."""
    raise NotImplementedError


def ndcg(ranking: list[str], gains: dict[str, int], k: int) -> float:
    """Discounted gain of the first k, against the best possible."""
    raise NotImplementedError


def chunk(text: str, size: int) -> list[tuple[int, int]]:
    """Start and end of chunks of whole sentences, at most `size` characters each."""
    raise NotImplementedError


def retrieve(question: str, passages: list[dict], today: str, k: int = 5) -> list[str]:
    """The ids of the k best passages in force, the best first."""
    raise NotImplementedError


def answer(question: str, passages: list[dict], today: str) -> dict | None:
    """ "text" and "citations", a list of (id, start, end); or None."""
    raise NotImplementedError
