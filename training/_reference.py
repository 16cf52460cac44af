"""The reference layer, fitted on graded short answers: a reference, an answer, a label or a mark."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from training._public import rows
from viva.bank import Audience
from viva.grading._asked import asked_reference
from viva.grading._encoder_key import ReadyKey, make_ready
from viva.grading._encoder_layer import Logistic, ReferenceLayer, sigmoid
from viva.grading._encoder_net import EncoderNet
from viva.grading._encoder_reference import (
    ANSWER_FEATURES,
    REFERENCE_FEATURES,
    Compared,
    compare,
    whole_features,
)
from viva.grading._text import tokens

AMOUNTS = {"scientsbank_train": 2400, "beetle_train": 900, "saf_en_train": 600}
"""File → most rows read; whole files would take an hour and change little."""


@dataclass(frozen=True)
class Beside:
    """A graded answer beside the reference that it fits best."""

    text: str
    ready: ReadyKey
    compared: Compared
    right: float
    """0-1."""
    contradicts: bool | None
    """None where the set has no such label."""


def see_references(
    folder: Path,
    net: EncoderNet,
    rng: random.Random,
    most_rows: int | None = None,
    report: Callable[[str], None] = print,
) -> list[Beside]:
    """Read graded answers with `net`, at most `most_rows` a file; each beside the reference whose claims
    it covers best."""
    found: list[Beside] = []
    for name, most in AMOUNTS.items():
        read = list(rows(folder / f"{name}.jsonl.gz"))
        ready: dict[tuple[str, str], ReadyKey] = {}
        for row in rng.sample(read, min(most, len(read), most_rows or most)):
            found += _beside(row, net, ready)
        report(f"{name}: {len(found)} answers read beside their references")
    return found


def _beside(row: dict[str, Any], net: EncoderNet, ready: dict[tuple[str, str], ReadyKey]) -> Iterator[Beside]:
    text, ask = str(row["answer"]), str(row["question"])
    compared = []
    for reference in row.get("references") or [row["reference"]]:
        if (ask, reference) not in ready:
            try:
                asked = asked_reference("public", ask, reference, Audience.PEER)
            except ValueError:  # a reference without a word of content
                continue
            ready[ask, reference] = make_ready(asked, net)
        if tokens(text):
            key = ready[ask, reference]
            compared.append((compare(text, key, net), key))
    if compared:
        best, key = max(compared, key=lambda pair: float(pair[0].features[:, 0].mean()))
        three = row.get("label_3way")
        right = float(row["score_norm"]) if "score_norm" in row else float(row["label_2way"] == "correct")
        denied = None if three not in _THREE else three == "contradictory"
        yield Beside(text, key, best, right, denied)


_THREE = ("correct", "incorrect", "contradictory")


def fit_reference(seen: Sequence[Beside]) -> ReferenceLayer:
    """The regressions of claims (from references of one claim) and of whole answers (from all)."""
    single = [s for s in seen if len(s.compared.features) == 1 and s.contradicts is not None]
    x = np.concatenate([s.compared.features for s in single])
    meets = _fit(x, np.array([s.right for s in single]), REFERENCE_FEATURES)
    denies = _fit(x, np.array([float(bool(s.contradicts)) for s in single]), REFERENCE_FEATURES)
    whole = np.concatenate([_whole(s, meets, denies) for s in seen])
    right = _fit(whole, np.array([s.right for s in seen]), ANSWER_FEATURES)
    return ReferenceLayer(meets, denies, right)


def _whole(seen: Beside, meets: Logistic, denies: Logistic) -> NDArray[np.float32]:
    features = seen.compared.features
    met, denied = sigmoid(meets.odds(features)), sigmoid(denies.odds(features))
    return whole_features(seen.compared, met, denied, seen.ready, seen.text)


def _fit(x: NDArray[np.float32], y: NDArray[np.float64], names: tuple[str, ...]) -> Logistic:
    """A logistic regression on marks 0-1: each row counts `y` times as right, `1 - y` times as wrong."""
    mean, scale = x.mean(0), x.std(0) + 1e-6
    z = (x - mean) / scale
    model = LogisticRegression(C=0.3, max_iter=2000)
    model.fit(np.concatenate([z, z]), np.repeat([1, 0], len(z)), sample_weight=np.concatenate([y, 1 - y]))
    return Logistic(names, mean, scale, model.coef_[0].astype(np.float32), float(model.intercept_[0]))
