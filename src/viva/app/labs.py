"""Use-cases of labs: find one, work on it in a folder, check and submit it, answer for it in the debrief.

An attempt is recorded in the lab's folder first and then taken over into the log of sessions: into the
interview that gave the lab, else into a session of its own, whose id is made from the attempt's. So a
process killed anywhere between loses nothing, and to take over twice adds nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from viva.app._interview import Sitting, append_event, ask_next
from viva.app._report import Report as SessionReport
from viva.app._report import report_of
from viva.app._viva import Viva
from viva.app.practice import LAB_FOLDER
from viva.bank import Audience
from viva.exceptions import IllegalMove, StoreError, UnknownSession, UsageError
from viva.grading import Asked
from viva.interviewer import Ask, Work, plan_labs
from viva.labs import (
    Attempt,
    BackendName,
    Lab,
    Report,
    Workspace,
    check,
    choose_backend,
    debrief_key,
    debrief_question,
    find_lab,
    lead_in,
    list_labs,
    start,
    submit,
)
from viva.session import (
    ItemAsked,
    LabCheck,
    LabLeft,
    LabStarted,
    LabSubmitted,
    Session,
    SessionOpened,
    State,
)


def start_lab(viva: Viva, id: str, folder: Path, *, packs: tuple[Path, ...] = ()) -> Workspace:
    """Lay out a lab in `folder`, never over a file that is there. Raises UsageError, InputError."""
    return start(find_lab(id, packs=packs), folder, at=viva.now())


def workspace_in(folder: Path, *, packs: tuple[Path, ...] = ()) -> Workspace:
    """The lab that was started in `folder`. Raises UsageError when none was."""
    log = folder / ".viva" / "log.jsonl"
    try:
        first = json.loads(log.read_text("utf-8").splitlines()[0])
        id = str(first["lab"])
    except (OSError, ValueError, KeyError, IndexError):
        raise UsageError(
            f"no lab was started in {str(folder)!r}; go to its folder, or start one: viva lab start ID"
        ) from None
    return Workspace(find_lab(id, packs=packs), folder)


def check_lab(workspace: Workspace, *, backend: str | None = None, unsafe: bool = False) -> Report:
    """Run the public checks. Raises SandboxError when nothing here can run it safely."""
    return check(workspace, _backend(backend, unsafe))


def submit_lab(
    viva: Viva, workspace: Workspace, *, backend: str | None = None, unsafe: bool = False
) -> Report:
    """Run all checks on fresh inputs and record the attempt, in the folder and then in the log.

    Raises as `check_lab` does.
    """
    take_over(viva, workspace)  # what an earlier submit, cut off, left behind comes first
    report = submit(workspace, _backend(backend, unsafe), at=viva.now())
    take_over(viva, workspace)
    return report


def next_lab(lab: Lab, labs: tuple[Lab, ...]) -> Lab | None:
    """The lab after this one in the list, or None at its end."""
    ids = [other.id for other in labs]
    at = ids.index(lab.id) + 1 if lab.id in ids else len(ids)
    return labs[at] if at < len(labs) else None


def _backend(name: str | None, unsafe: bool) -> BackendName:
    return choose_backend(name, unsafe=unsafe)


# --- from a folder into the log -------------------------------------------------------------


def take_over(viva: Viva, workspace: Workspace) -> None:
    """Put every attempt that counts, and isn't in the log of sessions yet, there; each once."""
    for attempt in workspace.not_taken_over():
        if workspace.session is None:
            _log_alone(viva, workspace, attempt)
        else:
            _log_in_interview(viva, workspace.session, workspace.lab, attempt)
        workspace.mark_taken_over(attempt.id, at=viva.now())


def session_of(attempt: Attempt) -> str:
    """The id of the session that holds an attempt made outside of an interview."""
    return f"{attempt.at:%Y%m%d-%H%M%S}-{attempt.id[:6]}"


def _log_alone(viva: Viva, workspace: Workspace, attempt: Attempt) -> None:
    id, lab = session_of(attempt), workspace.lab
    if _is_known(viva, id):
        return
    opened = SessionOpened(
        at=attempt.at, audience=Audience.PEER, minutes=lab.minutes, seed=0, labs=(lab.id,), mode="lab"
    )  # fmt: skip
    began = workspace.progress(at=attempt.at).started_at
    started = _started(lab, workspace.folder, at=began, reason=f"lab: {lab.title}")
    try:
        viva.store.append(id, [opened, started, _submitted(lab, attempt)], after=0)
    except StoreError:
        if not _is_known(viva, id):  # else another process took it over at the same moment
            raise


def _log_in_interview(viva: Viva, id: str, lab: Lab, attempt: Attempt) -> None:
    """The first attempt ends the lab; a later one, or one after the interview's end, stays in the folder."""
    if not _is_known(viva, id):
        return
    session = viva.store.load(id)
    if _is_on(session, lab.id):
        viva.store.append(id, [_submitted(lab, attempt)], after=session.n_events)


def _is_known(viva: Viva, id: str) -> bool:
    try:
        viva.store.history(id)
    except UnknownSession:
        return False
    return True


def _is_on(session: Session, lab: str) -> bool:
    return session.state is State.LAB and session.labs[-1].started.lab == lab


def _started(lab: Lab, folder: Path, *, at: datetime, reason: str) -> LabStarted:
    return LabStarted(
        at=at, lab=lab.id, version=lab.version, title=lab.title, stage=lab.step, topics=lab.topics,
        minutes=lab.minutes, difficulty=lab.difficulty, folder=str(folder.absolute()), reason=reason,
    )  # fmt: skip


def _submitted(lab: Lab, attempt: Attempt) -> LabSubmitted:
    found: dict[str, Any] = attempt.report
    wanted = ("id", "title", "public", "points", "earned", "status", "message")
    return LabSubmitted(
        at=attempt.at, lab=lab.id, version=found["version"], attempt=attempt.id, backend=found["backend"],
        seed=found["seed"], score=found["score"], net_score=found["net_score"], max_points=found["max"],
        checks=tuple(LabCheck(**{name: c[name] for name in wanted}) for c in found["checks"]),
        hints=len(found["hints"]), minutes_used=found["minutes_used"], debrief=tuple(found["debrief"]),
        files=attempt.files,
    )  # fmt: skip


# --- labs in an interview -------------------------------------------------------------------


def choose_labs(
    viva: Viva,
    *,
    minutes: int,
    seed: int,
    topics: Sequence[str] = (),
    steps: Sequence[str] = (),
    ids: Sequence[str] = (),
) -> tuple[str, ...]:
    """Labs for an interview: those named, else as many on these topics and steps as there is time for.

    Raises UsageError when none fits.
    """
    if ids:
        return tuple(find_lab(id, packs=viva.settings.lab_folders).id for id in ids)
    labs = list_labs(packs=viva.settings.lab_folders)
    questions = [q.id for q in viva.bank if q.topic in topics]
    chosen = plan_labs(labs, minutes=minutes, seed=seed, topics=questions, steps=steps)
    if chosen:
        return tuple(lab.id for lab in chosen)
    if tuple(steps) == ("deep-dive",):
        raise UsageError("a deep dive is the debrief of a lab handed in before: viva lab debrief FOLDER")
    fits = plan_labs(labs, minutes=10**6, seed=seed, topics=questions, steps=steps)
    shortest = min((lab.minutes for lab in fits), default=None)
    wanted = "another step or topic" if shortest is None else f"--minutes {shortest + 10} or more"
    raise UsageError(f"found no lab for {minutes} minutes on these steps and topics; wanted: {wanted}")


def labs_of(viva: Viva, session: Session) -> list[Lab]:
    """The labs that a session's settings name, in order."""
    return [find_lab(id, packs=viva.settings.lab_folders) for id in session.settings.labs]


def take_lab_move(viva: Viva, sitting: Sitting, move: Work | Ask) -> Sitting:
    """Give a lab, or ask what its debrief asks."""
    if isinstance(move, Work):
        return _give_lab(viva, sitting, move)
    return append_event(viva, sitting, _debrief_item(viva, sitting.session, move))


def _give_lab(viva: Viva, sitting: Sitting, move: Work) -> Sitting:
    """Lay out a lab in a folder of the interview's own, and start its clock."""
    lab = find_lab(move.lab, packs=viva.settings.lab_folders)
    folder = viva.settings.home / LAB_FOLDER / f"{lab.id}.{sitting.id}"
    workspace = start(lab, folder, at=viva.now(), session=sitting.id)
    event = _started(lab, workspace.folder, at=viva.now(), reason=move.reason)
    return append_event(viva, sitting, event)


def lab_in(viva: Viva, sitting: Sitting) -> tuple[Sitting, Workspace]:
    """The session, with what was submitted elsewhere taken over, and the folder of its latest lab.

    Raises IllegalMove when it has none.
    """
    if not sitting.session.labs:
        raise IllegalMove(f"session {sitting.id!r} has no lab; wanted: one opened with labs")
    given = sitting.session.labs[-1].started
    workspace = Workspace(find_lab(given.lab, packs=viva.settings.lab_folders), Path(given.folder))
    take_over(viva, workspace)
    return Sitting(sitting.id, viva.store.load(sitting.id)), workspace


def leave_lab(viva: Viva, sitting: Sitting, reason: str = "you left it") -> Sitting:
    """Go on without a submit. Raises IllegalMove when no lab is being worked on."""
    lab = sitting.session.labs[-1].started.lab if sitting.session.labs else ""
    return append_event(viva, sitting, LabLeft(at=viva.now(), lab=lab, reason=reason))


# --- the debrief ----------------------------------------------------------------------------


def open_debrief(viva: Viva, workspace: Workspace) -> Sitting:
    """The session in which the newest attempt is talked over, with a question asked unless it is over.

    Raises UsageError when nothing was submitted that counts.
    """
    id = _newest_session(viva, workspace)
    if id is None:
        raise UsageError(f"nothing was submitted in {str(workspace.folder)!r} yet; first: viva lab submit")
    if not _is_known(viva, id):
        raise UnknownSession(f"the session of this attempt, {id!r}, was deleted; submit again for a debrief")
    sitting = Sitting(id, viva.store.load(id))
    is_ours = sitting.session.settings.mode == "lab" and sitting.session.state is State.READY
    return ask_next(viva, sitting) if is_ours else sitting


def last_session(viva: Viva, workspace: Workspace) -> SessionReport | None:
    """What the newest attempt and its debrief amount to; None before the first, or once it was deleted."""
    id = _newest_session(viva, workspace)
    if id is None or not _is_known(viva, id):
        return None
    return report_of(viva, id, viva.store.load(id))


def _newest_session(viva: Viva, workspace: Workspace) -> str | None:
    """The id of the session that holds the newest attempt that counts; what was submitted is taken over."""
    take_over(viva, workspace)
    counted = [attempt for attempt in workspace.attempts() if attempt.counts]
    return workspace.session or session_of(counted[-1]) if counted else None


def _debrief_item(viva: Viva, session: Session, move: Ask) -> ItemAsked:
    """What a debrief asks, with the person's own result before it."""
    work = session.labs[-1]
    assert work.submitted is not None
    lab = find_lab(work.started.lab, packs=viva.settings.lab_folders)
    question = debrief_question(lab, move.follow_up or "")
    return ItemAsked(
        at=viva.now(), step="debrief", question=move.question, lab=lab.id, follow_up=question.id,
        ask=lead_in(question, work.submitted.checks), audience=session.settings.audience, reason=move.reason,
    )  # fmt: skip


def asked_debrief(viva: Viva, item: ItemAsked) -> Asked:
    """What a debrief asked, with the key from the lab's files as they are now. Raises UsageError."""
    lab = find_lab(item.lab or "", packs=viva.settings.lab_folders)
    question = debrief_question(lab, item.follow_up or "")
    return Asked(
        id=f"{lab.id}/{question.id}",
        ask=item.ask,
        audience=item.audience,
        key=debrief_key(question),
        known_texts=(*question.strong, question.adequate),
    )
