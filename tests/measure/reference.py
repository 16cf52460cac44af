"""Reads the reference data and estimates that lie beside the repository."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

_ROOT = Path(__file__).parents[2]
_BESIDE = [_ROOT / "shared", _ROOT.parent / "shared"]
_SHARED = Path(os.environ.get("VIVA_SHARED", next((p for p in _BESIDE if p.is_dir()), _BESIDE[1])))
FOLDER = _SHARED / "data" / "psychometrics"
_PERSON_FACTS = {"id", "Gender", "Anger", "group", "gender"}

needs_references = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the reference data are not at {FOLDER}")


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(newline="") as lines:
        return list(csv.DictReader(lines))


def responses(name: str) -> NDArray[np.float64]:
    """Items only, lowest score 0."""
    table = rows(name)
    names = [n for n in table[0] if n not in _PERSON_FACTS]
    x = np.array([[float(r[n]) if r[n] not in ("", "NA") else np.nan for n in names] for r in table])
    return np.asarray(x - np.nanmin(x))


def numbers(name: str) -> NDArray[np.float64]:
    return np.array([[float(v) if v not in ("", "NA") else np.nan for v in r.values()] for r in rows(name)])


def estimates(dataset: str, model: str, package: str) -> dict[str, NDArray[np.float64]]:
    """Reference values by parameter, in the items' order; their standard errors as ``se ...``."""
    out: dict[str, list[float]] = {}
    for r in rows("reference_estimates"):
        if (r["dataset"], r["model"]) == (dataset, model) and r["package"].startswith(package):
            out.setdefault(r["param"], []).append(float(r["value"]))
            out.setdefault(f"se {r['param']}", []).append(float(r["se"].replace("NA", "nan")))
    return {name: np.array(values) for name, values in out.items()}


def agreement(dataset: str, statistic: str, package: str = "") -> float:
    for r in rows("reference_agreement"):
        if (r["dataset"], r["statistic"]) == (dataset, statistic) and package in r["package"]:
            return float(r["value"])
    raise LookupError(f"{dataset} {statistic} {package}")


def facets(dataset: str, model: str) -> dict[tuple[str, str], float]:
    return {
        (r["param"], r["label"]): float(r["value"])
        for r in rows("reference_mfrm_tam")
        if (r["dataset"], r["model"]) == (dataset, model)
    }
