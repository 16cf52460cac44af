from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viva.bank import Audience
from viva.exceptions import IllegalMove
from viva.grading import NotGradable, Scorecard
from viva.session import (
    EVENT_TYPES,
    TRANSITIONS,
    ConfidenceGiven,
    Event,
    ItemAsked,
    LabLeft,
    LabStarted,
    LabSubmitted,
    ResponseGiven,
    ResponseGraded,
    ResponseRegraded,
    Session,
    SessionClosed,
    SessionOpened,
    SessionResumed,
    State,
    VerdictContested,
    apply,
    event_from_json,
    event_to_json,
    fold,
)

AT = dt.datetime(2026, 3, 1, 9, 0, tzinfo=dt.UTC)
CARD = Scorecard(grader="none.v1", result=NotGradable(reason="nothing was said"))
EXAMPLES: dict[type, Event] = {
    SessionOpened: SessionOpened(at=AT, audience=Audience.PEER, minutes=30, seed=1),
    ItemAsked: ItemAsked(
        at=AT, step="question", question="rag", ask="What is it?", audience=Audience.PEER, reason="next"
    ),
    ResponseGiven: ResponseGiven(at=AT, text="retrieval first"),
    ConfidenceGiven: ConfidenceGiven(at=AT, confidence=60),
    ResponseGraded: ResponseGraded(at=AT, scorecard=CARD),
    ResponseRegraded: ResponseRegraded(at=AT, turn=0, scorecard=CARD),
    VerdictContested: VerdictContested(at=AT, turn=0, criterion="x", words="I did say that"),
    LabStarted: LabStarted(
        at=AT,
        lab="tiny",
        version="1.0.0",
        title="Double",
        stage="phone",
        topics=("rag",),
        minutes=5,
        reason="lab 1",
    ),
    LabSubmitted: LabSubmitted(
        at=AT,
        lab="tiny",
        version="1.0.0",
        attempt="a1",
        backend="bwrap",
        seed=1,
        score=2,
        net_score=2,
        max_points=3,
        checks=(),
    ),
    LabLeft: LabLeft(at=AT, lab="tiny", reason="another time"),
    SessionResumed: SessionResumed(at=AT),
    SessionClosed: SessionClosed(at=AT, reason="enough"),
}
ROUND = (ItemAsked, ResponseGiven, ConfidenceGiven, ResponseGraded)
TO_STATE: dict[State, tuple[type, ...]] = {
    State.NEW: (),
    State.READY: (SessionOpened,),
    State.ASKED: (SessionOpened, *ROUND, ItemAsked),
    State.ANSWERED: (SessionOpened, *ROUND, ItemAsked, ResponseGiven),
    State.CONFIDENT: (SessionOpened, *ROUND, ItemAsked, ResponseGiven, ConfidenceGiven),
    State.GRADED: (SessionOpened, *ROUND),
    State.LAB: (SessionOpened, *ROUND, LabStarted),
    State.CLOSED: (SessionOpened, *ROUND, SessionClosed),
}


def _in(state: State) -> Session:
    return fold(EXAMPLES[kind] for kind in TO_STATE[state])


@pytest.mark.parametrize("kind", EVENT_TYPES)
@pytest.mark.parametrize("state", State)
def test_each_state_allows_exactly_the_events_of_the_table(state: State, kind: type) -> None:
    session = _in(state)
    if state is State.READY and kind in (ResponseRegraded, VerdictContested):
        session = session  # in the table, but there is no graded turn to look back at
        with pytest.raises(IllegalMove, match="turn 0 has no scorecard"):
            apply(session, EXAMPLES[kind])
    elif (state, kind) in TRANSITIONS:
        assert apply(session, EXAMPLES[kind]).state is TRANSITIONS[(state, kind)]
    else:
        with pytest.raises(IllegalMove, match=f"{kind.__name__} can't happen while .*{state.value}"):
            apply(session, EXAMPLES[kind])


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Legal histories: at each state one of the events that the table allows."""
    events: list[Event] = []
    session = Session()
    seconds = 0
    for _ in range(draw(st.integers(1, 25))):
        kinds = [k for s, k in TRANSITIONS if s is session.state]
        if not any(t.scorecards for t in session.turns[:1]):
            kinds = [k for k in kinds if k not in (ResponseRegraded, VerdictContested)]
        if not kinds:
            break
        kind = draw(st.sampled_from(sorted(kinds, key=lambda k: k.__name__)))
        seconds += draw(st.integers(0, 500))
        event = EXAMPLES[kind].model_copy(update={"at": AT + dt.timedelta(seconds=seconds)})
        session = apply(session, event)
        events.append(event)
    return events


@given(histories(), st.data())
def test_folding_a_prefix_and_then_the_rest_equals_folding_all(
    events: list[Event], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(events)))
    assert fold(events[cut:], fold(events[:cut])) == fold(events)


@given(histories())
def test_an_event_survives_being_written_as_json(events: list[Event]) -> None:
    assert [event_from_json(event_to_json(e)) for e in events] == events


def test_the_time_away_does_not_count() -> None:
    opened, asked = EXAMPLES[SessionOpened], EXAMPLES[ItemAsked]
    back = SessionResumed(at=AT + dt.timedelta(hours=5))
    said = ResponseGiven(at=AT + dt.timedelta(hours=5, seconds=30), text="here")
    assert fold([opened, asked, back, said]).elapsed_seconds == 30


def test_regrading_keeps_the_old_scorecard() -> None:
    again = ResponseRegraded(at=AT, turn=0, scorecard=CARD.model_copy(update={"grader": "new.v2"}))
    turn = apply(_in(State.GRADED), again).turns[0]
    assert [card.grader for card in turn.scorecards] == ["none.v1", "new.v2"]
    assert turn.scorecard is turn.scorecards[-1]


def test_a_lab_s_clock_runs_while_one_is_away_and_stops_at_the_time_it_is_given() -> None:
    start = [EXAMPLES[SessionOpened], EXAMPLES[LabStarted]]
    after = EXAMPLES[LabSubmitted].model_copy(update={"at": AT + dt.timedelta(minutes=3)})
    away = SessionResumed(at=AT + dt.timedelta(minutes=2))
    assert fold([*start, away, after]).elapsed_seconds == 180
    late = after.model_copy(update={"at": AT + dt.timedelta(hours=9)})
    assert fold([*start, late]).elapsed_seconds == 300


def test_another_lab_than_the_one_begun_can_t_end() -> None:
    begun = fold([EXAMPLES[SessionOpened], EXAMPLES[LabStarted]])
    other = EXAMPLES[LabSubmitted].model_copy(update={"lab": "other"})
    with pytest.raises(IllegalMove, match="'other'; wanted: of 'tiny'"):
        apply(begun, other)
