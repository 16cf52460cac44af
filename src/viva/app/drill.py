"""Use-cases of a drill: a session over what is due, one criterion or variant at a time.

A drill is a session of the mode `single` that begins with a warm-up or a variant; nothing else does. What
to ask next is told from the log alone, so a drill that was broken off goes on where it stood.
"""

from __future__ import annotations

from viva.app._interview import Sitting, answer, close_session, give_confidence, grade_response
from viva.app._viva import Viva
from viva.app.practice import DONT_KNOW
from viva.app.study import DEFAULT_MINUTES, Remembered, aim_of, is_drill, minutes_of
from viva.bank import Audience, Question
from viva.grading import asked_criterion, asked_variant
from viva.session import Event, ItemAsked, Session, SessionOpened, Turn
from viva.study import CardId, Exercise, Grade, Memory, Way, due_at, exercises_for, new_cards

MAX_TIMES = 2
"""How often a drill asks for the same criterion: once, and again when it wasn't known."""


def open_drill(
    viva: Viva, *, audience: Audience = Audience.PEER, minutes: int = DEFAULT_MINUTES, new: int = 0
) -> Sitting | None:
    """Begin a drill and ask its first item; None when there is nothing to ask.

    `new`: so many criteria never met are asked as well, after what is due.
    """
    exercise = _next(viva, Remembered(viva), None, new)
    if exercise is None:
        return None
    now = viva.now()
    opened = SessionOpened(
        at=now, audience=audience, minutes=minutes, seed=0, mode="single", questions=(exercise.question,)
    )
    id = viva.new_id(now)
    events: list[Event] = [opened, _item_asked(viva, exercise, audience, "to begin with")]
    return Sitting(id, viva.store.append(id, events, after=0))


def go_on_drilling(viva: Viva, sitting: Sitting, *, new: int = 0) -> Sitting:
    """After a graded turn: ask the next item, or close the drill when the time is up or nothing is left.

    What wasn't known comes back: as soon as ten minutes have passed, or at the end.
    """
    session = sitting.session
    if sum(map(minutes_of, session.turns)) >= session.settings.minutes:
        return close_session(viva, sitting, "the time is up")
    exercise = _next(viva, Remembered(viva), sitting, new)
    if exercise is None:
        return close_session(viva, sitting, "everything due was practised")
    asked = _item_asked(viva, exercise, session.settings.audience, f"item {len(session.turns) + 1}")
    return Sitting(sitting.id, viva.store.append(sitting.id, [asked], after=session.n_events))


def unfinished_drill(viva: Viva) -> str | None:
    """The id of the most recently used drill that isn't closed, or None."""
    lines = viva.store.lines(open_only=True)
    return next((line.id for line in lines if is_drill(viva.store.load(line.id))), None)


def say_dont_know(viva: Viva, sitting: Sitting) -> Sitting:
    """Answer the item asked with an honest "I don't know yet": graded, and due again soon.

    What there is to learn then comes from `lessons_after`. Raises IllegalMove when nothing is asked.
    """
    return grade_response(viva, give_confidence(viva, answer(viva, sitting, DONT_KNOW), None))


def _next(viva: Viva, known: Remembered, sitting: Sitting | None, new: int) -> Exercise | None:
    """What to ask next: what is due, then new criteria, then once more what wasn't known."""
    times = _times_asked(known, sitting.session) if sitting else {}
    due = due_at(known.memories.values(), known.questions, known.now)
    open_to = [d for d in due if d.card not in times or _comes_back(d.memory, times)]
    if open_to:
        return exercises_for(open_to, known.questions)[0]
    n_new = len(times.keys() - _met_before(known, sitting))
    if n_new < new and (fresh := _fresh(viva, known)):
        return Exercise(Way.RECALL, fresh[0].question, (fresh[0].criterion,), is_new=True)
    again = [card for card in times if card in known.memories and _comes_back(known.memories[card], times)]
    return Exercise(Way.RECALL, again[0].question, (again[0].criterion,)) if again else None


def _comes_back(memory: Memory, times: dict[CardId, int]) -> bool:
    return memory.last.grade is Grade.AGAIN and times.get(memory.card, 0) < MAX_TIMES


def _times_asked(known: Remembered, session: Session) -> dict[CardId, int]:
    """How often this session has asked for each criterion, the first asked first."""
    times: dict[CardId, int] = {}
    for turn in session.turns:
        for card in _cards_of(known, turn):
            times[card] = times.get(card, 0) + 1
    return times


def _cards_of(known: Remembered, turn: Turn) -> list[CardId]:
    asked = turn.asked
    if asked.criterion is not None:
        return [CardId(asked.question, asked.criterion)]
    question = known.questions.get(asked.question)
    variants = question.variants if question else ()
    ids = next((v.transfers for v in variants if v.id == asked.variant), ())
    return [CardId(asked.question, id) for id in ids]


def _met_before(known: Remembered, sitting: Sitting | None) -> set[CardId]:
    others = (s for id, s in known.sessions.items() if sitting is None or id != sitting.id)
    return {review.card for review in known.reviews(others)}


def _fresh(viva: Viva, known: Remembered) -> list[CardId]:
    aim = aim_of(viva)
    topics = aim.topics if aim else ()
    asked = {
        card
        for session in known.sessions.values()
        for turn in session.turns
        for card in _cards_of(known, turn)
    }
    cards = new_cards((q for q in viva.bank if not topics or q.topic in topics), known.memories)
    return [card for card in cards if card not in asked]


def _item_asked(viva: Viva, exercise: Exercise, audience: Audience, where: str) -> ItemAsked:
    question = viva.bank.question(exercise.question)
    if exercise.variant is not None:
        asked = asked_variant(question, exercise.variant, audience)
    else:
        asked = asked_criterion(question, exercise.criteria[0], audience)
    return ItemAsked(
        at=viva.now(), step="warm-up" if exercise.variant is None else "variant", question=question.id,
        variant=exercise.variant, criterion=exercise.criteria[0] if exercise.variant is None else None,
        ask=asked.ask, audience=audience, reason=f"{where}: {_why(exercise, question)}",
    )  # fmt: skip


def _why(exercise: Exercise, question: Question) -> str:
    title = question.title.lower()
    if exercise.is_new:
        return f"new, one idea from {title}"
    if exercise.way is Way.TRANSFER:
        return f"you know these ideas of {title}; now in a situation you haven't met"
    return f"due, one idea from {title}"
