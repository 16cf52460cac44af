"""Where the person stands, and what is kept about them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fastapi import APIRouter

from viva.app.practice import delete_everything, export_everything, export_labs
from viva.bank import Frozen
from viva.doors.web._desk import Here
from viva.doors.web.api._errors import problems
from viva.exceptions import UsageError

router = APIRouter(tags=["progress"])


class StandingOut(Frozen):
    """Ability in a topic (or overall) on a scale where people are N(0, 1), with its interval."""

    topic: str
    ability: float
    lower: float
    upper: float
    level: float
    n_answers: int
    words: str


class ProgressOut(Frozen):
    """Where the person stands."""

    overall: StandingOut
    topics: tuple[StandingOut, ...]
    n_sessions: int
    source: str


class MomentOut(Frozen):
    """Where the person stood after a session."""

    at: dt.datetime
    session: str
    standing: StandingOut


class BinOut(Frozen):
    """Answers of about one confidence: the share of the points they earned, with its interval."""

    confidence: float
    earned: float
    lower: float
    upper: float
    n: int


class CalibrationOut(Frozen):
    """How well confidence fits what was right. `brier` and `gap` are null without any answer."""

    n: int
    brier: float | None
    gap: float | None
    """Mean confidence less the share earned; above 0 is too sure."""
    verdict: str
    curve: tuple[BinOut, ...]


class DeletedOut(Frozen):
    """How many sessions there were."""

    n_sessions: int


@router.get("/progress")
def progress(desk: Here) -> ProgressOut:
    """Ability by topic, in numbers with intervals and in words."""
    from viva.app.progress import show_progress  # SciPy takes a second to import

    made = show_progress(desk.viva)
    topics = tuple(_standing(s) for s in made.topics)
    return ProgressOut(
        overall=_standing(made.overall), topics=topics, n_sessions=made.n_sessions, source=made.source
    )


@router.get("/progress/history", responses=problems(422))
def history(desk: Here, topic: str | None = None) -> list[MomentOut]:
    """Ability after each session, oldest first."""
    from viva.app.history import ability_over_time

    known = sorted({q.topic for q in desk.viva.bank})
    if topic is not None and topic not in known:
        raise UsageError(f"no topic {topic!r} in the bank; wanted: {', '.join(known)}")
    moments = ability_over_time(desk.viva, topic=topic)
    return [MomentOut(at=m.at, session=m.session, standing=_standing(m.standing)) for m in moments]


@router.get("/progress/calibration")
def calibration(desk: Here) -> CalibrationOut:
    """Stated confidence against the share of the points earned."""
    from viva.app.history import calibration_so_far

    known = calibration_so_far(desk.viva)
    if known is None:
        return CalibrationOut(n=0, brier=None, gap=None, verdict="cannot tell", curve=())
    curve = tuple(
        BinOut(confidence=c, earned=o.estimate, lower=o.lower, upper=o.upper, n=n) for c, o, n in known.curve
    )
    return CalibrationOut(
        n=known.n, brier=known.brier, gap=known.gap.estimate, verdict=known.verdict, curve=curve
    )


@router.get("/export")
def export(desk: Here) -> dict[str, Any]:
    """All that is kept: every event of every session, drafts, labs' files."""
    return {"format": 1, "sessions": list(export_everything(desk.viva)), "labs": export_labs(desk.viva)}


@router.delete("/data", responses=problems(422))
def delete_data(desk: Here, confirm: str) -> DeletedOut:
    """Delete everything for good; `confirm` must be "delete"."""
    if confirm != "delete":
        raise UsageError(f"confirm: found {confirm[:20]!r}; wanted: 'delete'")
    return DeletedOut(n_sessions=delete_everything(desk.viva))


def _standing(standing: Any) -> StandingOut:
    a = standing.ability
    return StandingOut(
        topic=standing.topic, ability=a.estimate, lower=a.lower, upper=a.upper, level=a.level,
        n_answers=a.n_responses, words=standing.words,
    )  # fmt: skip
