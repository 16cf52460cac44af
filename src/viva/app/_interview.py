"""Use-cases of an interview. Each appends events, durable before it returns, and gives the session."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from viva.app._viva import Viva
from viva.bank import Audience, Question
from viva.exceptions import InputError, UsageError
from viva.grading import (
    MAX_CHARACTERS,
    Asked,
    asked_criterion,
    asked_question,
    asked_variant,
)
from viva.interviewer import Ask, Chooser, Work, next_move
from viva.session import (
    ConfidenceGiven,
    Event,
    ItemAsked,
    ResponseGiven,
    ResponseGraded,
    ResponseRegraded,
    Session,
    SessionClosed,
    SessionOpened,
    SessionResumed,
    State,
    VerdictContested,
)

log = logging.getLogger("viva")


@dataclass(frozen=True)
class Sitting:
    """A session with its id: what a door holds on to."""

    id: str
    session: Session


def open_session(
    viva: Viva,
    *,
    audience: Audience = Audience.PEER,
    minutes: int = 30,
    seed: int = 0,
    topics: tuple[str, ...] = (),
    questions: tuple[str, ...] = (),
    single: bool = False,
    adaptive: bool = False,
    labs: tuple[str, ...] = (),
) -> Sitting:
    """Open an interview, or with `single` one question; `adaptive`: questions follow the ability.

    `labs`: ids of the labs to work on; `viva.app.labs.choose_labs` finds some that fit.

    Raises UnknownQuestion, UsageError.
    """
    for id in questions:
        viva.bank.question(id)
    _check_topics(viva, topics)
    now = viva.now()
    opened = SessionOpened(
        at=now, audience=audience, minutes=minutes, seed=seed, topics=topics, questions=questions,
        mode="single" if single else "interview", adaptive=adaptive, labs=labs,
    )  # fmt: skip
    id = viva.new_id(now)
    return append_event(viva, Sitting(id, Session()), opened)


def resume_session(viva: Viva, id: str) -> Sitting:
    """Come back to an open session. Raises UnknownSession; IllegalMove when it is closed."""
    sitting = Sitting(id, viva.store.load(id))
    return append_event(viva, sitting, SessionResumed(at=viva.now()))


def last_open_session(viva: Viva) -> str | None:
    """The id of the most recently used session that isn't closed, or None; a lab's debrief aside."""
    lines = viva.store.lines(open_only=True)
    return next((line.id for line in lines if line.mode != "lab"), None)


def ask_next(viva: Viva, sitting: Sitting) -> Sitting:
    """Make the interviewer's next move: something is asked, a lab is given, or the session is closed."""
    settings = sitting.session.settings
    bank = [viva.bank.question(id) for id in settings.questions] or list(viva.bank)
    chooser = _chooser(viva, sitting) if settings.adaptive else None
    if settings.labs:
        # The sandboxes take a quarter of a second to import, and only a session with labs needs them.
        from viva.app.labs import labs_of, take_lab_move

        move = next_move(sitting.session, bank, chooser, labs=labs_of(viva, sitting.session))
        if isinstance(move, Work) or (isinstance(move, Ask) and move.lab is not None):
            return take_lab_move(viva, sitting, move)
    else:
        move = next_move(sitting.session, bank, chooser)
    if isinstance(move, Ask):
        asked = _asked(viva.bank.question(move.question), move.variant, move.criterion, settings.audience)
        return append_event(viva, sitting, _item_asked(viva, move, asked))
    return append_event(viva, sitting, SessionClosed(at=viva.now(), reason=move.reason))


def _chooser(viva: Viva, sitting: Sitting) -> Chooser:
    # SciPy takes a second to import, and only an adaptive interview needs it.
    from viva.app.progress import chooser_of

    return chooser_of(viva, sitting.id, sitting.session)


def answer(viva: Viva, sitting: Sitting, text: str) -> Sitting:
    """Accept the person's words. Raises InputError when they are too many to judge."""
    if len(text) > MAX_CHARACTERS:
        raise InputError(f"the answer has {len(text):,} characters; wanted: at most {MAX_CHARACTERS:,}")
    return append_event(viva, sitting, ResponseGiven(at=viva.now(), text=text))


def give_confidence(viva: Viva, sitting: Sitting, confidence: int | None) -> Sitting:
    """Note how sure the person is (0-100), before any feedback."""
    return append_event(viva, sitting, ConfidenceGiven(at=viva.now(), confidence=confidence))


def grade_response(viva: Viva, sitting: Sitting) -> Sitting:
    """Judge the response of the current turn."""
    turn = sitting.session.turn
    card = viva.grader(asked_of(viva, turn.asked), turn.response or "")
    return append_event(viva, sitting, ResponseGraded(at=viva.now(), scorecard=card))


def regrade_turn(viva: Viva, sitting: Sitting, turn: int) -> Sitting:
    """Judge an earlier turn again with the grader of today; the old scorecard stays."""
    if not 0 <= turn < len(sitting.session.turns):
        raise UsageError(f"no turn {turn} in this session; wanted: 0-{len(sitting.session.turns) - 1}")
    past = sitting.session.turns[turn]
    card = viva.grader(asked_of(viva, past.asked), past.response or "")
    return append_event(viva, sitting, ResponseRegraded(at=viva.now(), turn=turn, scorecard=card))


def contest_verdict(viva: Viva, sitting: Sitting, turn: int, criterion: str, words: str) -> Sitting:
    """Keep the person's disagreement with a verdict, and why."""
    contested = VerdictContested(at=viva.now(), turn=turn, criterion=criterion, words=words)
    return append_event(viva, sitting, contested)


def close_session(viva: Viva, sitting: Sitting, reason: str) -> Sitting:
    """End the interview before its time."""
    return append_event(viva, sitting, SessionClosed(at=viva.now(), reason=reason))


def keep_draft(viva: Viva, sitting: Sitting, text: str) -> None:
    """Keep what is typed so far for the current turn."""
    viva.store.save_draft(sitting.id, len(sitting.session.turns), text, at=viva.now())


def draft_of(viva: Viva, sitting: Sitting) -> str:
    """What was typed for the current turn before it was accepted."""
    if sitting.session.state is not State.ASKED:
        return ""
    return viva.store.draft(sitting.id, len(sitting.session.turns))


def asked_of(viva: Viva, item: ItemAsked) -> Asked:
    """What an event says was asked, with its key from the bank, or the lab's files, as they are now."""
    if item.lab is not None:
        from viva.app.labs import asked_debrief

        return asked_debrief(viva, item)
    question = viva.bank.question(item.question)
    return _asked(question, item.variant, item.criterion, item.audience)


def _asked(question: Question, variant: str | None, criterion: str | None, audience: Audience) -> Asked:
    if variant is not None:
        return asked_variant(question, variant, audience)
    if criterion is not None:
        return asked_criterion(question, criterion, audience)
    return asked_question(question, audience)


def _item_asked(viva: Viva, move: Ask, asked: Asked) -> ItemAsked:
    return ItemAsked(
        at=viva.now(), step=move.step, question=move.question, variant=move.variant,
        criterion=move.criterion, ask=asked.ask, audience=asked.audience, reason=move.reason,
    )  # fmt: skip


def append_event(viva: Viva, sitting: Sitting, event: Event) -> Sitting:
    """The session after one more event, which is in the log by then."""
    session = viva.store.append(sitting.id, [event], after=sitting.session.n_events)
    log.info("%s in %s", event.type, sitting.id)
    return Sitting(sitting.id, session)


def _check_topics(viva: Viva, topics: tuple[str, ...]) -> None:
    known = {path.parent.name for path in viva.bank.paths.values()}
    for topic in topics:
        if topic not in known:
            raise UsageError(f"no topic {topic!r} in the bank; wanted: {', '.join(sorted(known))}")
