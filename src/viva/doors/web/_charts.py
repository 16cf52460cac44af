"""Charts as shapes for SVG: uncertainty is a polygon, so it prints and needs no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from viva.app.history import Moment
from viva.app.progress import Standing
from viva.measure import Calibration

ABILITIES = (-3.0, 3.0)
"""The stretch of the ability scale that charts show; what lies beyond is drawn at the edge."""


@dataclass(frozen=True)
class Row:
    """One line of the standing chart."""

    name: str
    y: float
    x: float
    band: str
    words: str


@dataclass(frozen=True)
class Standings:
    """Ability by topic: a dot with its band a row."""

    rows: tuple[Row, ...]
    height: float
    ticks: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Curve:
    """A line with its band, or dots with theirs, in a box of 640 × 260."""

    band: str
    line: str
    dots: tuple[tuple[float, float, str], ...]
    ticks: tuple[tuple[float, str], ...]
    """Places along the x axis, each with its words."""
    levels: tuple[tuple[float, str], ...]
    """Places along the y axis, each with its words."""


_LEFT, _RIGHT, _TOP, _BOTTOM = 50.0, 625.0, 15.0, 225.0
_NAMES, _END = 190.0, 620.0


def standing_chart(standings: Sequence[Standing]) -> Standings:
    """A row for each standing, in the order given."""
    rows = tuple(_row(i, s) for i, s in enumerate(standings))
    ticks = tuple((float(t), _across(t)) for t in (-3, -2, -1, 0, 1, 2, 3))
    return Standings(rows, 30.0 * len(rows) + 40, ticks)


def _row(i: int, standing: Standing) -> Row:
    a, y = standing.ability, 24.0 + 30 * i
    left, right = _across(a.lower), _across(a.upper)
    band = _points([(left, y - 7), (right, y - 7), (right, y + 7), (left, y + 7)])
    name = standing.topic.replace("-", " ")
    words = f"{name}: {a.estimate:+.1f}, {100 * a.level:.0f}% interval {a.lower:+.1f} to {a.upper:+.1f}"
    return Row(name, y, round(_across(a.estimate), 1), band, words)


def time_chart(moments: Sequence[Moment]) -> Curve | None:
    """Ability after each session with its band; None with fewer than two sessions."""
    if len(moments) < 2:
        return None
    step = (_RIGHT - _LEFT) / (len(moments) - 1)
    xs = [_LEFT + step * i for i in range(len(moments))]
    found = [m.standing.ability for m in moments]
    upper = [(x, _up(a.upper, *ABILITIES)) for x, a in zip(xs, found, strict=True)]
    lower = [(x, _up(a.lower, *ABILITIES)) for x, a in zip(xs, found, strict=True)]
    line = [(x, _up(a.estimate, *ABILITIES)) for x, a in zip(xs, found, strict=True)]
    dots = tuple(
        (*place, f"{m.at:%Y-%m-%d}: {a.estimate:+.1f} ({a.lower:+.1f} to {a.upper:+.1f})")
        for place, m, a in zip(line, moments, found, strict=True)
    )
    ends = ((xs[0], f"{moments[0].at:%Y-%m-%d}"), (xs[-1], f"{moments[-1].at:%Y-%m-%d}"))
    levels = tuple((_up(t, *ABILITIES), f"{t:+d}") for t in (-2, -1, 0, 1, 2))
    return Curve(_points([*upper, *reversed(lower)]), _points(line), dots, ends, levels)


def calibration_chart(known: Calibration) -> Curve:
    """The share earned at each confidence, with exact intervals; on the diagonal confidence is right."""
    bars, dots = [], []
    for confidence, outcome, n in known.curve:
        x, y = _LEFT + (_RIGHT - _LEFT) * confidence, _up(outcome.estimate, 0, 1)
        low, high = _up(outcome.lower, 0, 1), _up(outcome.upper, 0, 1)
        bars.append(f"M{x:.1f} {low:.1f}V{high:.1f}")
        dots.append((round(x, 1), y, f"{n} answers, {confidence:.0%} sure: {outcome.estimate:.0%} earned"))
    shares = (0.0, 0.25, 0.5, 0.75, 1.0)
    ticks = tuple((_LEFT + (_RIGHT - _LEFT) * t, f"{t:.0%}") for t in shares)
    levels = tuple((_up(t, 0, 1), f"{t:.0%}") for t in shares)
    return Curve("", " ".join(bars), tuple(dots), ticks, levels)


def _across(value: float) -> float:
    low, high = ABILITIES
    return _NAMES + (_END - _NAMES) * (min(high, max(low, value)) - low) / (high - low)


def _up(value: float, low: float, high: float) -> float:
    share = (min(high, max(low, value)) - low) / (high - low)
    return round(_BOTTOM - (_BOTTOM - _TOP) * share, 1)


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
