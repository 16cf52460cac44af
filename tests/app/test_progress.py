"""Ability by topic from the log, and interviews that follow it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conftest import Clock
from viva.app import Viva, answer, ask_next, give_confidence, grade_response, open_session
from viva.app._parameters import credit, known_items
from viva.app.progress import (
    ItemAnswer,
    answers_in_log,
    chooser_of,
    in_words,
    level_words,
    progress_of,
    show_progress,
    standing_after,
)
from viva.interviewer.adaptive import STOPPING
from viva.measure import Ability, ability
from viva.session import State


def known_as(id: str, *scores: float) -> list[ItemAnswer]:
    return [ItemAnswer("s", id, score) for score in scores]


def test_without_answers_every_topic_is_the_prior_and_wide(viva: Viva) -> None:
    made = show_progress(viva)
    assert {s.topic for s in made.topics} == {q.topic for q in viva.bank}
    assert made.overall.ability.estimate == pytest.approx(0, abs=1e-6)
    assert "no answers yet; wide" in made.overall.words


def test_a_good_answer_raises_its_topic_most_and_the_others_a_little(viva: Viva) -> None:
    made = {s.topic: s.ability.estimate for s in progress_of(viva, known_as("rag", 9.0)).topics}
    assert made["generative-ai"] > made["foundations"] > 0


def test_more_answers_narrow_the_interval(viva: Viva) -> None:
    one = progress_of(viva, known_as("rag", 6.0))
    more = progress_of(
        viva, [*known_as("rag", 6.0), *known_as("hallucinations", 6.0), *known_as("attention", 6.0)]
    )
    assert more.overall.ability.width < one.overall.ability.width
    assert more.overall.ability.n_responses == 3


def test_only_the_newest_answer_to_an_item_counts(viva: Viva) -> None:
    again = progress_of(viva, known_as("rag", 1.0, 9.0))
    once = progress_of(viva, known_as("rag", 9.0))
    assert again.overall.ability == once.overall.ability


def test_a_score_is_a_fraction_of_four_steps_and_not_rounded(viva: Viva) -> None:
    assert credit(6.3) == pytest.approx(2.52)
    known = known_items(viva, ["rag"])
    chooser = chooser_of(viva, "x", open_session(viva, questions=("rag",), single=True).session)
    assert np.isnan(chooser.responses).all()  # type: ignore[attr-defined]
    low, high = (ability(known.items, [credit(s)]).estimate for s in (6.3, 6.4))
    assert low < high


@pytest.mark.parametrize(
    ("lower", "upper", "says"),
    [
        (-2.0, -1.0, "junior"),
        (-0.9, 0.0, "between junior and mid"),
        (-1.0, 0.5, "anywhere from junior to senior"),
        (0.3, 2.0, "between senior and staff"),
    ],
)
def test_words_name_every_level_the_interval_touches(lower: float, upper: float, says: str) -> None:
    assert level_words(Ability((lower + upper) / 2, 0.3, lower, upper, 4, 0.9)) == says


def test_the_line_says_level_topic_answers_and_width() -> None:
    found = in_words("generative-ai", Ability(0.0, 0.4, -0.7, 0.2, 7, 0.9))
    assert found == "mid on generative ai; 7 answers; fair"


GOOD = (
    "the model learns noise in the training data, so it does worse on new data than on the data it has seen"
)


def one_turn(viva: Viva, clock: Clock, sitting, text: str = GOOD):  # type: ignore[no-untyped-def]
    clock.forward(60)
    sitting = give_confidence(viva, answer(viva, sitting, text), None)
    return grade_response(viva, sitting)


def test_warm_ups_and_probes_are_not_counted_and_a_question_is(viva: Viva, clock: Clock) -> None:
    sitting, steps = open_session(viva, minutes=20, seed=3), []
    while (sitting := ask_next(viva, sitting)).session.state is not State.CLOSED:
        steps.append(sitting.session.turn.asked.step)
        sitting = one_turn(viva, clock, sitting)
        shown = standing_after(viva, sitting.id, sitting.session)
        assert (shown is not None) == (steps[-1] in ("question", "variant"))
    assert {"warm-up", "probe"} & set(steps)
    counted = [s for s in steps if s in ("question", "variant")]
    assert len(answers_in_log(viva)) == len(counted)


def test_an_adaptive_interview_asks_every_question_by_information_and_stops_when_sure(
    viva: Viva, clock: Clock
) -> None:
    sitting = open_session(viva, minutes=480, seed=3, adaptive=True)
    sizes = []
    while (sitting := ask_next(viva, sitting)).session.state is not State.CLOSED:
        sizes.append(chooser_of(viva, sitting.id, sitting.session).belief.sd)  # type: ignore[attr-defined]
        sitting = one_turn(viva, clock, sitting)
    assert sitting.session.closed_reason == "your ability is known well enough"
    asked = [t.asked.question for t in sitting.session.turns if t.asked.step == "question"]
    assert len(set(asked)) == len(asked) >= STOPPING.min_items
    assert sizes[-1] <= STOPPING.standard_error  # type: ignore[operator]
    assert sizes[0] == pytest.approx(1.0, abs=0.01)
    topics = {viva.bank.question(id).topic for id in asked}
    assert len(topics) == min(len(asked), len({q.topic for q in viva.bank}))


def test_an_adaptive_interview_ends_when_the_time_is_up(viva: Viva, clock: Clock) -> None:
    sitting = ask_next(viva, open_session(viva, minutes=5, seed=3, adaptive=True))
    sitting = one_turn(viva, clock, sitting)
    clock.forward(6 * 60)
    while (sitting := ask_next(viva, sitting)).session.state is not State.CLOSED:
        clock.forward(6 * 60)
        sitting = one_turn(viva, clock, sitting)
    assert sitting.session.closed_reason == "the time is up"


def test_the_same_seed_and_answers_lead_to_the_same_adaptive_interview(viva: Viva, clock: Clock) -> None:
    def asked() -> list[str]:
        sitting = open_session(viva, minutes=25, seed=8, adaptive=True)
        while (sitting := ask_next(viva, sitting)).session.state is not State.CLOSED:
            sitting = one_turn(viva, clock, sitting)
        return [t.asked.question for t in sitting.session.turns]

    assert asked() == asked()
