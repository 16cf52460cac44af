"""Values as JSON: a number that isn't finite is null, an array a list."""

from __future__ import annotations

import json
import math
from dataclasses import fields, is_dataclass
from typing import Any


def to_json(value: object) -> str:
    """A value and all that it holds, as indented JSON."""
    return json.dumps(plain(value), indent=2, ensure_ascii=False)


def plain(value: Any) -> Any:
    """A value as what JSON knows: dataclasses and named tuples become objects."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if hasattr(value, "_asdict"):
        return {name: plain(part) for name, part in value._asdict().items()}
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if hasattr(value, "tolist"):  # NumPy's numbers and arrays
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def number(value: float | None, digits: int = 2) -> str:
    """A number for a table; "-" where there is none."""
    if value is None or math.isnan(value):
        return "-"
    return f"{round(value, digits) + 0.0:.{digits}f}"  # never "-0.00"


def interval(low: float, high: float, digits: int = 2) -> str:
    """The ends of an interval for a table."""
    return f"{number(low, digits)} to {number(high, digits)}"
