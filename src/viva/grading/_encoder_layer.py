"""The small calibrated layer: from features to probabilities, by logistic regressions kept as JSON.

A stretch is judged three ways (does it meet, deny, or state?), and what the best stretches of an
answer say together becomes the probability of credit for a criterion.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from viva.exceptions import UsageError
from viva.grading._encoder_features import BELIEF_FEATURES, CRITERION_FEATURES, WHOLE_FEATURES, Found
from viva.grading._encoder_net import Floats
from viva.grading._encoder_reference import ANSWER_FEATURES as BESIDE_REFERENCE
from viva.grading._encoder_reference import REFERENCE_FEATURES

CREDIT_FEATURES = ("best", "second", "denied", "believed", *WHOLE_FEATURES)
WRONG_FEATURES = ("states", "denies", "meets", "states_beside", "denies_beside", "meets_beside")
"""Log odds of a stretch, and what the rest of the answer says: who is wrong in three places is more
likely to be wrong in a fourth, and who is right elsewhere deserves the benefit of the doubt."""
_REGRESSIONS = ("meets", "denies", "states", "wrong", "credit")
FLOOR = -7.0
"""Log odds of a stretch that wasn't worth reading."""


@dataclass(frozen=True)
class Logistic:
    """``p = 1 / (1 + exp(-(intercept + coef · (x - mean) / scale)))``."""

    names: tuple[str, ...]
    mean: Floats
    scale: Floats
    coef: Floats
    intercept: float

    def odds(self, x: Floats) -> Floats:
        """Log odds (rows) of `x` (rows, features)."""
        return np.asarray((x - self.mean) / self.scale @ self.coef + self.intercept, np.float32)

    def to_json(self) -> dict[str, Any]:
        """What `of` reads."""
        parts = {"mean": self.mean, "scale": self.scale, "coef": self.coef}
        rounded = {k: [round(float(x), 6) for x in v] for k, v in parts.items()}
        return {"names": list(self.names), **rounded, "intercept": round(self.intercept, 6)}

    @classmethod
    def of(cls, kept: dict[str, Any], names: tuple[str, ...]) -> Self:
        """The regression kept as JSON; its features must be `names`, in order."""
        if tuple(kept["names"]) != names:
            raise UsageError(
                f"layer.json has the features {kept['names']}; wanted: {list(names)}; the weights "
                "belong to another version of vivavoce"
            )
        arrays = {k: np.array(kept[k], np.float32) for k in ("mean", "scale", "coef")}
        return cls(names=names, intercept=float(kept["intercept"]), **arrays)


@dataclass(frozen=True)
class Thresholds:
    """Probabilities at which a verdict changes; chosen on held-out questions."""

    met: float = 0.5
    partly: float = 0.25
    unsure_from: float = 0.3
    unsure_to: float = 0.7
    stated: float = 0.88


@dataclass(frozen=True)
class ReferenceLayer:
    """The regressions for a bare reference: of each claim, and of the whole answer."""

    meets: Logistic
    denies: Logistic
    right: Logistic


@dataclass(frozen=True)
class Layer:
    """The regressions, the thresholds, and where they come from."""

    meets: Logistic
    denies: Logistic
    states: Logistic
    wrong: Logistic
    """Is a stretch wrong, given all three and the stretches beside it?"""
    credit: Logistic
    reference: ReferenceLayer | None
    """None in weights made without graded short answers: a reference is then read like a key."""
    thresholds: Thresholds
    provenance: dict[str, Any]

    def save(self, path: Path) -> None:
        """Write it as JSON."""
        kept = {name: getattr(self, name).to_json() for name in _REGRESSIONS}
        if self.reference is not None:
            kept["reference"] = {name: part.to_json() for name, part in vars(self.reference).items()}
        kept |= {"thresholds": vars(self.thresholds), "provenance": self.provenance}
        path.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def load_layer(path: Path) -> Layer:
    """The layer that `Layer.save` wrote. Raises UsageError when it is of another version."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Layer(
        meets=Logistic.of(kept["meets"], CRITERION_FEATURES),
        denies=Logistic.of(kept["denies"], CRITERION_FEATURES),
        states=Logistic.of(kept["states"], BELIEF_FEATURES),
        wrong=Logistic.of(kept["wrong"], WRONG_FEATURES),
        credit=Logistic.of(kept["credit"], CREDIT_FEATURES),
        reference=_reference_layer(kept["reference"]) if "reference" in kept else None,
        thresholds=Thresholds(**kept["thresholds"]),
        provenance=kept["provenance"],
    )


def _reference_layer(kept: dict[str, Any]) -> ReferenceLayer:
    return ReferenceLayer(
        meets=Logistic.of(kept["meets"], REFERENCE_FEATURES),
        denies=Logistic.of(kept["denies"], REFERENCE_FEATURES),
        right=Logistic.of(kept["right"], BESIDE_REFERENCE),
    )


def sigmoid(odds: Floats) -> Floats:
    """Probabilities of log odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))), np.float32)


def best_two(odds: Floats, owner: NDArray[np.int64], n: int) -> Floats:
    """(owners, 2): the two highest log odds among an owner's stretches, at least `FLOOR`."""
    out = np.full((n, 2), FLOOR, np.float32)
    for i in range(n):
        mine = np.sort(odds[owner == i])[::-1][:2]
        out[i, : len(mine)] = np.maximum(mine, FLOOR)
    return out


@dataclass(frozen=True)
class Odds:
    """Log odds of the candidates: criteria met, criteria denied, misconceptions stated."""

    meets: Floats
    denies: Floats
    states: Floats


def odds_of(found: Found, meets: Logistic, denies: Logistic, states: Logistic) -> Odds:
    """What the three regressions of stretches say of the candidates."""
    x = found.criteria.features
    return Odds(meets.odds(x), denies.odds(x), states.odds(found.beliefs.features))


def credit_features(found: Found, odds: Odds, denied: tuple[int, ...]) -> Floats:
    """(criteria, len(CREDIT_FEATURES)) from the log odds of stretches and the likeness of the whole answer.

    `denied`: for each misconception, the index of the criterion that it denies, or -1.
    """
    owner, n = found.criteria.owner, len(found.whole)
    denies = best_two(odds.denies, owner, n)[:, :1]
    believed = _believed(found, odds, denied)
    columns = [best_two(odds.meets, owner, n), denies, believed[:, None], found.whole]
    return np.concatenate(columns, 1).astype(np.float32)


def _believed(found: Found, odds: Odds, denied: tuple[int, ...]) -> Floats:
    """(criteria): the highest log odds among misconceptions that deny each, at least `FLOOR`."""
    out = np.full(len(found.whole), FLOOR, np.float32)
    for value, m in zip(odds.states, found.beliefs.owner, strict=True):
        if denied[m] >= 0:
            out[denied[m]] = max(out[denied[m]], value)
    return out
