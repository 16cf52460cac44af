import numpy as np


def split_claims(answer: str) -> list[str]:
    """The claims of an answer, in order, without the marks that end them."""
    raise NotImplementedError


def judge(claim: str, source: str) -> str:
    """ "supported", "contradicted" or "unsupported"."""
    raise NotImplementedError


def risk_coverage_area(confidence: np.ndarray, right: np.ndarray) -> float:
    """The mean risk over all coverages, as answers are given from the surest to the least sure."""
    raise NotImplementedError


def calibrate(scores: np.ndarray, right: np.ndarray, new: np.ndarray) -> np.ndarray:
    """The chances of being right of answers with the scores `new`."""
    raise NotImplementedError


def abstain_below(confidence: np.ndarray, right: np.ndarray, max_risk: float) -> float | None:
    """The threshold at and above which answers are given; None where none keeps the risk."""
    raise NotImplementedError
