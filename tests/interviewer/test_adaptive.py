"""Choosing by information, with items whose best is known."""

from __future__ import annotations

import random

import numpy as np
import pytest

from viva.interviewer.adaptive import N_BEST, AdaptiveChooser
from viva.measure import Items, Stopping

IDS = tuple("abcdef")
ITEMS = Items.rubric(np.full(6, 1.2), [-2.0, -1.0, -0.1, 0.1, 1.0, 2.0])


def chooser(responses: list[float], *, topics: str = "tttttt", **changes: object) -> AdaptiveChooser:
    return AdaptiveChooser(IDS, tuple(topics), ITEMS, np.array(responses), **changes)  # type: ignore[arg-type]


NOTHING = [np.nan] * 6


def chosen(made: AdaptiveChooser, questions: str = "abcdef", asked: str = "") -> set[str | None]:
    return {made.choose(list(questions), asked=list(asked), chance=random.Random(i)) for i in range(30)}


def test_with_nothing_known_one_of_the_two_middle_questions_is_asked() -> None:
    assert chosen(chooser(NOTHING)) == {"c", "d"}
    assert N_BEST == 2


def test_after_a_full_mark_the_next_question_is_harder() -> None:
    full = [np.nan, np.nan, 4.0, np.nan, np.nan, np.nan]
    assert chosen(chooser(full), "abdef", "c") == {"d", "e"}


def test_after_no_mark_the_next_question_is_easier() -> None:
    none = [np.nan, np.nan, 0.0, np.nan, np.nan, np.nan]
    assert "b" in chosen(chooser(none), "abdef", "c")
    assert not chosen(chooser(none), "abdef", "c") & {"e", "f"}


def test_only_questions_offered_are_chosen() -> None:
    assert chosen(chooser(NOTHING), "f") == {"f"}
    assert chosen(chooser(NOTHING), "") == {None}


def test_the_topic_asked_least_comes_next_even_where_another_tells_more() -> None:
    asked = [np.nan, np.nan, 2.0, np.nan, np.nan, np.nan]
    assert chosen(chooser(asked, topics="uttttu"), "abdef", "c") == {"a", "f"}


@pytest.mark.parametrize(("n", "enough"), [(0, False), (2, False), (6, True)])
def test_enough_is_known_when_the_error_is_small_and_never_on_few_answers(n: int, enough: bool) -> None:
    made = chooser([2.0] * n + [np.nan] * (6 - n), stopping=Stopping(standard_error=0.6, min_items=3))
    assert made.knows_enough is enough
