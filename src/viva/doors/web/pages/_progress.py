"""Where the person stands, what was done, and what is kept about them."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from viva.app.practice import delete_everything, export_everything, export_labs
from viva.doors.web._desk import Here
from viva.doors.web._guard import our_form
from viva.doors.web._render import page

router = APIRouter(prefix="/progress")


@router.get("")
def progress(request: Request, desk: Here, topic: str = "") -> Response:
    """History, ability by topic and over time, calibration."""
    # SciPy takes a second to import; it is loaded in the background when the server starts.
    from viva.app.history import ability_over_time, calibration_so_far
    from viva.app.progress import show_progress
    from viva.doors.web._charts import calibration_chart, standing_chart, time_chart

    made = show_progress(desk.viva)
    shown = topic if topic in {s.topic for s in made.topics} else ""
    known = calibration_so_far(desk.viva)
    return page(
        request, "progress.html", progress=made, lines=desk.viva.store.lines(), topic=shown,
        standing=standing_chart([made.overall, *(s for s in made.topics if s.ability.n_responses)]),
        over_time=time_chart(ability_over_time(desk.viva, topic=shown or None)),
        calibration=known, curve=calibration_chart(known) if known else None,
    )  # fmt: skip


@router.get("/standing")
def standing(request: Request, desk: Here) -> Response:
    """Where the person stands in a few words, for the first page."""
    from viva.app.history import calibration_so_far
    from viva.app.progress import show_progress
    from viva.doors.web._charts import calibration_chart, standing_chart

    known = calibration_so_far(desk.viva)
    made = show_progress(desk.viva)
    answered = sorted((s for s in made.topics if s.ability.n_responses), key=lambda s: -s.ability.n_responses)
    return page(
        request, "standing.html", progress=made, answered=answered[:6],
        chart=standing_chart([made.overall, *answered[:6]]),
        calibration=known, curve=calibration_chart(known) if known else None,
    )  # fmt: skip


@router.get("/export.json")
def export(desk: Here) -> Response:
    """All that is kept about the person, as one JSON document."""
    kept = {"format": 1, "sessions": list(export_everything(desk.viva)), "labs": export_labs(desk.viva)}
    named = {"content-disposition": 'attachment; filename="viva-export.json"'}
    body = json.dumps(kept, ensure_ascii=False, indent=1)
    return Response(body, media_type="application/json", headers=named)


@router.post("/delete", dependencies=[Depends(our_form)])
def delete(request: Request, desk: Here, typed: Annotated[str, Form()] = "") -> Response:
    """Delete everything for good, when the person typed the word."""
    if typed.strip().lower() != "delete":
        return RedirectResponse("/progress#data", status_code=303)
    return page(request, "deleted.html", n=delete_everything(desk.viva))
