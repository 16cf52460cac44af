"""Public short-answer sets: how well does a reference answer alone, cut into claims, serve as a key?

Each file holds rows with question, reference(s), answer and labels or a score. Two-way figures call an
answer correct from 5 out of 10; three-way ones call a wrong answer contradictory when a claim is
contradicted. Where there are scores, Pearson's correlation is given.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viva.app._grade import GradeInput, GradeOutput, grade_one
from viva.app._viva import Viva

SETS = (
    "scientsbank_test_ua", "scientsbank_test_uq", "beetle_test_ua", "saf_en_test_ua", "saf_en_test_uq",
    "digiklausur_nn_all", "stita_all",
)  # fmt: skip
SKIPPED_WHEN = ("answer_is_reference_source", "empty", "answer_equals_reference")
CORRECT_FROM = 5.0


def asag_figures(viva: Viva, folder: Path, *, limit: int | None = None) -> dict[str, dict[str, float]]:
    """Figures for each set there is, for the chosen grader and the baselines, in one run."""
    made: dict[str, dict[str, float]] = {}
    for name in SETS:
        path = folder / f"{name}.jsonl.gz"
        if not path.exists():
            continue
        rows = list(_rows(path))[:limit]
        for grader in dict.fromkeys((viva.settings.grader, "lexical.v1")):
            judge = replace(viva, settings=viva.settings.model_copy(update={"grader": grader}))
            made[f"{name} · {grader}"] = set_figures(rows, [_graded(judge, i, r) for i, r in enumerate(rows)])
        lengths = np.array([float(len(str(r["answer"]).split())) for r in rows])
        made[f"{name} · length"] = {"n": len(rows), **_correlation(rows, lengths)}
    return made


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if not any(row.get(flag) for flag in SKIPPED_WHEN):
                yield row


def _graded(viva: Viva, number: int, row: dict[str, Any]) -> GradeOutput:
    references = tuple(row.get("references") or (row["reference"],))
    given = GradeInput(id=number, ask=row["question"], references=references, text=row["answer"])
    return grade_one(viva, given)


def set_figures(rows: Sequence[dict[str, Any]], grades: Sequence[GradeOutput]) -> dict[str, float]:
    """The figures of one grader on one set; `rows` and `grades` are in the same order."""
    scores = np.array([g.score or 0.0 for g in grades])
    figures: dict[str, float] = {"n": len(rows), **_correlation(rows, scores)}
    if all(r.get("label_2way") for r in rows):
        found = np.where(scores >= CORRECT_FROM, "correct", "incorrect")
        figures["2-way macro F1"] = macro_f1([str(r["label_2way"]) for r in rows], list(found))
    if all(r.get("label_3way") for r in rows):
        three = [_three_way(g) for g in grades]
        figures["3-way macro F1"] = macro_f1([str(r["label_3way"]) for r in rows], three)
    return figures


def _three_way(grade: GradeOutput) -> str:
    if (grade.score or 0.0) >= CORRECT_FROM:
        return "correct"
    denied = any(v.verdict == "contradicted" for v in grade.verdicts)
    return "contradictory" if denied else "incorrect"


def _correlation(rows: Sequence[dict[str, Any]], scores: NDArray[np.float64]) -> dict[str, float]:
    marks = [r.get("score_norm", r.get("score")) for r in rows]
    if any(m is None for m in marks) or not np.ptp(scores):
        return {}
    return {"Pearson": float(np.corrcoef(scores, np.array(marks, dtype=float))[0, 1])}


def macro_f1(truth: Sequence[str], found: Sequence[str]) -> float:
    """The mean over the classes in `truth` of F1 = 2 tp / (2 tp + fp + fn)."""
    values = []
    for label in sorted(set(truth)):
        tp = sum(t == label == f for t, f in zip(truth, found, strict=True))
        wrong = sum((t == label) != (f == label) for t, f in zip(truth, found, strict=True))
        values.append(2 * tp / (2 * tp + wrong) if tp or wrong else 0.0)
    return sum(values) / len(values)
