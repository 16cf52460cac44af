"""Use-cases of practice: one question at a time, with everything that can follow an answer.

A practice session holds a question and whatever the person chose to do next with it: a probe, a variant,
the other audience's version, or another try.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from viva.app._interview import Sitting, contest_verdict, open_session, regrade_turn
from viva.app._report import TurnReport, report_of
from viva.app._viva import Viva
from viva.app.speech import RECORDINGS, forget_recordings
from viva.app.study import forget_aim
from viva.bank import Audience
from viva.exceptions import UsageError
from viva.grading import asked_criterion, asked_question, asked_variant
from viva.session import ItemAsked, Session, State, Step

DONT_KNOW = "I don't know yet."
"""What "I don't know yet" puts into the log when nothing else was typed."""
LAB_FOLDER = "labs"
"""Where labs begun on the pages lie, under the home folder."""


@dataclass(frozen=True)
class Attempt:
    """One scored answer to a question asked in full: where it stands and what it earned."""

    session: str
    turn: int
    at: dt.datetime
    audience: Audience
    score: float | None


def start_practice(viva: Viva, question: str, *, audience: Audience = Audience.PEER) -> Sitting:
    """Open a practice session and ask the question. Raises UnknownQuestion."""
    sitting = open_session(viva, audience=audience, questions=(question,), single=True)
    return _ask(viva, sitting, "question", question, reason="practice: take the time you need")


def follow_up(
    viva: Viva,
    sitting: Sitting,
    *,
    criterion: str | None = None,
    variant: str | None = None,
    audience: Audience | None = None,
) -> Sitting:
    """Go on from the latest graded turn: probe a criterion, ask a variant, or ask the question again.

    Without `criterion` and `variant` the question is asked again, for `audience` if that is given. Raises
    UsageError when the question has no such criterion or variant, IllegalMove when the turn isn't graded.
    """
    if criterion is not None and variant is not None:
        raise UsageError("found both a criterion and a variant; wanted: one of them")
    last = sitting.session.turn.asked
    whom = audience or last.audience
    if criterion is not None:
        reason = f"probing: {criterion.replace('-', ' ')}"
        return _ask(viva, sitting, "probe", last.question, criterion=criterion, audience=whom, reason=reason)
    if variant is not None:
        reason = "transfer: the same ideas in a situation you haven't met"
        return _ask(viva, sitting, "variant", last.question, variant=variant, audience=whom, reason=reason)
    reason = "another try" if whom is last.audience else f"the same question, for a {whom.value}"
    return _ask(viva, sitting, "question", last.question, audience=whom, reason=reason)


def _ask(
    viva: Viva,
    sitting: Sitting,
    step: Step,
    id: str,
    *,
    reason: str,
    criterion: str | None = None,
    variant: str | None = None,
    audience: Audience | None = None,
) -> Sitting:
    question, whom = viva.bank.question(id), audience or sitting.session.settings.audience
    try:
        if variant is not None:
            asked = asked_variant(question, variant, whom)
        elif criterion is not None:
            asked = asked_criterion(question, criterion, whom)
        else:
            asked = asked_question(question, whom)
    except KeyError as error:
        known = ", ".join([c.id for c in question.criteria] + [v.id for v in question.variants])
        raise UsageError(
            f"{id!r} has no criterion or variant {error.args[0]!r} for a {whom.value}; wanted: one of {known}"
        ) from None
    event = ItemAsked(
        at=viva.now(), step=step, question=id, variant=variant, criterion=criterion, ask=asked.ask,
        audience=whom, reason=reason,
    )  # fmt: skip
    session = viva.store.append(sitting.id, [event], after=sitting.session.n_events)
    return Sitting(sitting.id, session)


def attempts_at(viva: Viva, question: str) -> list[Attempt]:
    """Every graded answer to a question asked in full, oldest first."""
    lines = sorted(viva.store.lines(), key=lambda line: (line.opened_at, line.id))
    return [
        Attempt(line.id, number, turn.asked.at, turn.asked.audience, turn.scorecard.score)
        for line in lines
        for number, turn in enumerate(viva.store.load(line.id).turns)
        if turn.asked.question == question and turn.asked.step == "question" and turn.scorecard
    ]


def earlier_attempt(viva: Viva, id: str, session: Session) -> TurnReport | None:
    """The answer in this session that the latest one is another try at, or None."""
    last = session.turn.asked
    same = [
        i
        for i, turn in enumerate(session.turns[:-1])
        if turn.scorecard is not None
        and (turn.asked.question, turn.asked.step, turn.asked.variant, turn.asked.criterion)
        == (last.question, last.step, last.variant, last.criterion)
    ]
    if not same:
        return None
    turns = [turn for turn in report_of(viva, id, session).turns if turn.number == same[-1] + 1]
    return turns[0] if turns else None


def next_steps(viva: Viva, session: Session) -> dict[str, Any]:
    """What may follow the latest graded turn: a probe's criterion, variants not yet met, an audience."""
    last = session.turn.asked
    question = viva.bank.question(last.question)
    met = {turn.asked.variant for turn in session.turns}
    card = session.turn.scorecard
    open_points = [v.criterion for v in (card.verdicts if card else ()) if v.verdict.value != "met"]
    in_question = {c.id for c in question.criteria}
    probed = {turn.asked.criterion for turn in session.turns}
    other = Audience.STAKEHOLDER if last.audience is Audience.PEER else Audience.PEER
    return {
        "probe": next((c for c in open_points if c in in_question and c not in probed), None),
        "variant": next((v.id for v in question.variants if v.id not in met), None),
        "audience": other.value,
    }


def disagree(viva: Viva, sitting: Sitting, turn: int, criterion: str, words: str) -> Sitting:
    """Keep the person's disagreement with a verdict of a graded turn (from 1), and judge it again.

    Raises UsageError when the turn isn't graded or its scorecard has no such criterion.
    """
    turns = sitting.session.turns
    card = turns[turn - 1].scorecard if 1 <= turn <= len(turns) else None
    if card is None:
        raise UsageError(f"turn {turn} has no scorecard; wanted: a graded turn, 1 to {len(turns)}")
    if card.verdict_on(criterion) is None:
        known = ", ".join(v.criterion for v in card.verdicts) or "none, for nothing could be judged"
        raise UsageError(f"turn {turn} has no verdict on {criterion!r}; wanted: one of {known}")
    sitting = contest_verdict(viva, sitting, turn - 1, criterion, words)
    return regrade_turn(viva, sitting, turn - 1)


def export_everything(viva: Viva) -> Iterator[dict[str, Any]]:
    """All that is kept about the person: every event of every session, drafts, and labs' files."""
    for line in viva.store.lines():
        session = viva.store.load(line.id)
        yield {
            "session": line.id,
            "events": [event.model_dump(mode="json") for event in viva.store.history(line.id)],
            "draft": viva.store.draft(line.id, len(session.turns)) if session.state is State.ASKED else "",
        }


def export_labs(viva: Viva) -> dict[str, dict[str, str]]:
    """The files of every lab begun on the pages, its log included: lab → file → text."""
    root = viva.settings.home / LAB_FOLDER
    folders = sorted(p for p in root.iterdir() if p.is_dir()) if root.is_dir() else []
    return {
        folder.name: {
            path.relative_to(folder).as_posix(): path.read_text("utf-8", "replace")
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.is_symlink()
        }
        for folder in folders
    }


def forget_session(viva: Viva, id: str) -> None:
    """Delete a session and its recordings for good. Raises UsageError for an unknown one."""
    viva.store.delete(id)
    forget_recordings(viva, id)


def delete_everything(viva: Viva) -> int:
    """Delete every session, draft, recording, lab and the aim for good; how many sessions there were."""
    forget_aim(viva)
    n = viva.store.forget_all()
    for name in (LAB_FOLDER, RECORDINGS):
        shutil.rmtree(viva.settings.home / name, ignore_errors=True)
    return n
