"""CSV files of scores and outcomes: read strictly, with what is wrong named by row and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from viva.exceptions import InputError

Floats: TypeAlias = NDArray[np.float64]

NOT_ASKED = frozenset({"", "na", "nan", "n/a", "null", "none", "-", "."})
"""Cells (in lower case) that mean "nothing was asked here"."""
PERSON_COLUMNS = ("person", "id", "candidate")
_LONG = ("item", "score")
_MOST_FAULTS = 8


@dataclass(frozen=True, eq=False)
class Scores:
    """People by items. ``values``: (N, J), NaN where nothing was asked; ``groups``: (N,) or None."""

    people: tuple[str, ...]
    items: tuple[str, ...]
    values: Floats
    groups: tuple[str, ...] | None


@dataclass(frozen=True)
class Rows:
    """A CSV file as text: its header and its rows, each with its line number in the file."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def column(self, name: str) -> tuple[str, ...]:
        """One column's cells. Raises InputError when there is no such column."""
        at = self.at(name)
        return tuple(cells[at] for _, cells in self.rows)

    def at(self, name: str) -> int:
        """Where a column stands. Raises InputError when there is none of this name."""
        if name not in self.header:
            raise InputError(f"{self.name}: no column {name!r}; found: {', '.join(self.header)}")
        return self.header.index(name)


class Faults:
    """Bad cells, gathered so that one run names several."""

    def __init__(self, name: str) -> None:
        """Faults of the file called `name`."""
        self._name = name
        self._found: list[str] = []

    def add(self, row: int, column: str, found: str, wanted: str) -> None:
        """Note one bad cell."""
        self._found.append(f"row {row}, column {column!r}: found {found!r}; wanted {wanted}")

    def check(self) -> None:
        """Raise InputError naming the first bad cells, if there are any."""
        if self._found:
            more = len(self._found) - _MOST_FAULTS
            rest = f"; and {more} more" if more > 0 else ""
            raise InputError(f"{self._name}: {'; '.join(self._found[:_MOST_FAULTS])}{rest}")


def read_rows(path: Path) -> Rows:
    """The cells of a CSV file with a header. Raises InputError naming what is wrong and where."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; wanted a CSV file with a header") from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8"
        ) from None
    reader = csv.reader(io.StringIO(text, newline=""), dialect=_dialect(text))
    found = [(reader.line_num, tuple(c.strip() for c in cells)) for cells in reader if any(cells)]
    if len(found) < 2:
        raise InputError(f"{path}: found {len(found)} lines; wanted a header and at least one row")
    (_, header), *rows = found
    _check_header(str(path), header)
    for line, cells in rows:
        if len(cells) != len(header):
            raise InputError(f"{path}: row {line}: found {len(cells)} cells; wanted {len(header)}")
    return Rows(str(path), header, tuple(rows))


def _dialect(text: str) -> type[csv.Dialect]:
    """Comma, semicolon or tab: whichever the header has most of."""
    header = text.split("\n", 1)[0]

    class Found(csv.excel):
        delimiter = max(",;\t", key=header.count)

    return Found


def _check_header(name: str, header: Sequence[str]) -> None:
    for i, column in enumerate(header, 1):
        if not column:
            raise InputError(f"{name}: column {i} has no name; wanted a name for each column")
        if header.index(column) != i - 1:
            raise InputError(f"{name}: the column {column!r} stands twice; wanted each name once")


def read_scores(path: Path, *, group: str | None = None, ignore: Sequence[str] = ()) -> Scores:
    """Scores in wide form (a row a person) or long form (a row a response).

    Long when there are columns ``item`` and ``score`` and one that names the person; else wide.
    ``group``: the column of groups, by default ``group`` where there is one; ``ignore``: columns
    that are no items. Raises InputError naming bad cells by row and column.
    """
    rows = read_rows(path)
    for name in ignore:
        rows.at(name)
    if group is not None:
        rows.at(group)
    elif "group" in rows.header:
        group = "group"
    person = next((c for c in PERSON_COLUMNS if c in rows.header), None)
    is_long = person is not None and set(_LONG) <= set(rows.header)
    return _long(rows, str(person), group) if is_long else _wide(rows, person, group, ignore)


def number(cell: str) -> float | None:
    """The number in a cell, or None when it holds none; infinities are none."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _score(faults: Faults, line: int, column: str, cell: str) -> float:
    if cell.lower() in NOT_ASKED:
        return float("nan")
    value = number(cell)
    if value is None or value < 0:
        faults.add(line, column, cell, "a score from 0 up, or nothing")
        return float("nan")
    return value


def _wide(rows: Rows, person: str | None, group: str | None, ignore: Sequence[str]) -> Scores:
    items = [c for c in rows.header if c not in {person, group, *ignore}]
    if len(items) < 2:
        raise InputError(f"{rows.name}: found {len(items)} columns of items; wanted at least 2")
    faults, places = Faults(rows.name), [rows.at(c) for c in items]
    values = np.array(
        [
            [_score(faults, line, c, cells[at]) for c, at in zip(items, places, strict=True)]
            for line, cells in rows.rows
        ]
    )
    faults.check()
    people = rows.column(person) if person else tuple(str(i + 1) for i in range(len(values)))
    _check_once(rows, person, people)
    return Scores(people, tuple(items), values, rows.column(group) if group else None)


def _check_once(rows: Rows, person: str | None, people: Sequence[str]) -> None:
    if person is None:
        return
    faults, first = Faults(rows.name), dict[str, int]()
    for (line, _), name in zip(rows.rows, people, strict=True):
        if name in first:
            faults.add(line, person, name, f"each person once (row {first[name]} has it too)")
        first.setdefault(name, line)
    faults.check()


def _long(rows: Rows, person: str, group: str | None) -> Scores:
    who, what, score = (rows.column(c) for c in (person, *_LONG))
    people, items = tuple(dict.fromkeys(who)), tuple(dict.fromkeys(what))
    if len(items) < 2:
        raise InputError(f"{rows.name}: found {len(items)} items; wanted at least 2")
    faults = Faults(rows.name)
    values = np.full((len(people), len(items)), np.nan)
    row_of, column_of = _places(people), _places(items)
    for (line, _), p, i, cell in zip(rows.rows, who, what, score, strict=True):
        place = row_of[p], column_of[i]
        if np.isfinite(values[place]):
            faults.add(line, "item", i, f"one response of {p!r} to each item")
        values[place] = _score(faults, line, "score", cell)
    faults.check()
    return Scores(people, items, values, _groups(rows, who, people, group) if group else None)


def _places(names: Sequence[str]) -> dict[str, int]:
    return {name: i for i, name in enumerate(names)}


def _groups(rows: Rows, who: Sequence[str], people: Sequence[str], group: str) -> tuple[str, ...]:
    faults, found = Faults(rows.name), dict[str, str]()
    for (line, _), person, label in zip(rows.rows, who, rows.column(group), strict=True):
        if found.setdefault(person, label) != label:
            faults.add(line, group, label, f"{found[person]!r}, as in {person!r}'s other rows")
    faults.check()
    return tuple(found[p] for p in people)


def column_of(rows: Rows, name: str, read: Callable[[str], float | None], wanted: str) -> Floats:
    """One column as numbers. Raises InputError naming the cells that `read` can't read."""
    faults, out = Faults(rows.name), []
    for (line, _), cell in zip(rows.rows, rows.column(name), strict=True):
        value = read(cell)
        if value is None:
            faults.add(line, name, cell, wanted)
        out.append(float("nan") if value is None else value)
    faults.check()
    return np.array(out)
