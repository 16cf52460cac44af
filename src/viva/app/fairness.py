"""Use-case of fairness: selection rates and impact ratios from a file of outcomes.

Tables follow New York City's Local Law 144 (6 RCNY 5-300): one a category, one for the intersections;
people whose category isn't known are counted apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from viva.app._tables import NOT_ASKED, PERSON_COLUMNS, Floats, Rows, column_of, number, read_rows
from viva.exceptions import InputError, MeasureError
from viva.measure import GroupImpact, impact_ratios, intersections, scored_impact_ratios

YES = frozenset({"1", "yes", "y", "true", "selected", "hired", "pass", "passed", "1.0"})
NO = frozenset({"0", "no", "n", "false", "rejected", "not selected", "fail", "failed", "0.0"})
OUTCOMES = ("selected", "score")
JOINER = " × "
Labels: TypeAlias = NDArray[np.str_]


@dataclass(frozen=True)
class ImpactTable:
    """One table. ``n_unknown``: people left out because a category of theirs is empty."""

    category: str
    rows: tuple[GroupImpact, ...]
    n_unknown: int


@dataclass(frozen=True)
class FairnessReport:
    """All tables of a file. ``outcome``: what counted; ``median``: of scores, else None."""

    name: str
    outcome: Literal["selected", "score"]
    n_people: int
    median: float | None
    tables: tuple[ImpactTable, ...]
    notes: tuple[str, ...]


def audit_outcomes(path: Path, *, groups: Sequence[str] = (), reference: str | None = None) -> FairnessReport:
    """The tables on a CSV file: a column ``selected`` (yes or no) or ``score``, and one a category.

    ``groups``: the category columns, by default all others; ``reference``: the group that others are
    compared with, by default the one with the highest rate, as the law has it. Raises InputError
    naming bad cells by row and column.
    """
    rows = read_rows(path)
    outcome = _outcome(rows)
    values = _values(rows, outcome)
    categories = list(groups) or [c for c in rows.header if c not in (*OUTCOMES, *PERSON_COLUMNS)]
    if not categories:
        raise InputError(f"{path}: found no column of groups beside {outcome!r}; wanted one at least")
    columns = {c: np.array(rows.column(c)) for c in categories}
    if len(columns) > 1:
        columns[JOINER.join(categories)] = _joined(list(columns.values()))
    if reference is not None and not any(reference in labels for labels in columns.values()):
        raise InputError(f"{path}: no group {reference!r} in {', '.join(columns)}; wanted one that is there")
    ratios: Callable[..., tuple[GroupImpact, ...]] = (
        impact_ratios if outcome == "selected" else scored_impact_ratios
    )
    tables, notes = [], []
    for category, labels in columns.items():
        try:
            tables.append(_table(category, labels, values, reference, ratios))
        except MeasureError as error:
            notes.append(f"no table by {category}: {error}")
    if not tables:
        raise InputError(f"{path}: {'; '.join(notes)}")
    median = float(np.median(values)) if outcome == "score" else None
    return FairnessReport(path.name, outcome, len(values), median, tuple(tables), tuple(notes))


def _outcome(rows: Rows) -> Literal["selected", "score"]:
    found = [c for c in OUTCOMES if c in rows.header]
    if len(found) != 1:
        raise InputError(
            f"{rows.name}: found {' and '.join(found) or 'neither'} of the columns 'selected' and 'score'; "
            "wanted one of them"
        )
    return "selected" if found[0] == "selected" else "score"


def _values(rows: Rows, outcome: Literal["selected", "score"]) -> Floats:
    if outcome == "selected":
        return column_of(rows, outcome, _yes_or_no, "yes or no (1 or 0)")
    return column_of(rows, outcome, number, "a number")


def _yes_or_no(cell: str) -> float | None:
    word = cell.lower()
    return 1.0 if word in YES else 0.0 if word in NO else None


def _is_unknown(label: str) -> bool:
    return label.lower() in NOT_ASKED or label.lower() == "unknown"


def _joined(columns: Sequence[Labels]) -> Labels:
    """Intersections; empty where any part is unknown."""
    joined = intersections(*columns, joiner=JOINER)
    known = np.array([[not _is_unknown(str(cell)) for cell in column] for column in columns]).all(axis=0)
    return np.where(known, joined, "")


def _table(
    category: str,
    labels: Labels,
    values: Floats,
    reference: str | None,
    ratios: Callable[..., tuple[GroupImpact, ...]],
) -> ImpactTable:
    known = np.array([not _is_unknown(str(label)) for label in labels])
    named = reference if reference in set(labels.tolist()) else None
    rows = ratios(values[known], labels[known], reference=named)
    return ImpactTable(category, rows, int((~known).sum()))
