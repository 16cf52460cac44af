"""Facts beside the score: reciting and jargon; and keys made from references."""

from __future__ import annotations

import pytest

from viva.bank import Audience, Bank
from viva.grading import asked_question, grader, key_from_reference
from viva.grading._jargon import unexplained_jargon
from viva.grading._recitation import is_recitation, recited_spans

KNOWN = "Variance measures how strongly the fitted model changes when it is trained on another sample."
JARGON = (("overfitting", "learning the quirks of past examples instead of the pattern"),)


def test_lifted_wording_is_found_through_a_small_edit() -> None:
    edited = (
        "Well, variance measures how strongly the learnt model changes when it is trained on another sample!"
    )
    (span,) = recited_spans(edited, [KNOWN])
    assert span.quote.startswith("variance measures")
    assert is_recitation(edited, (span,))


def test_the_same_idea_in_own_words_is_not_recited() -> None:
    assert recited_spans("if you refit on new data and it moves a lot, that is variance", [KNOWN]) == ()


def test_reciting_is_reported_and_not_punished(bank: Bank) -> None:
    q = bank.question("bias-variance")
    text = " ".join(c.claim for c in q.criteria)
    card = grader("lexical.v1")(asked_question(q, Audience.PEER), text)
    assert "recitation" in card.flags
    assert card.score is not None
    assert card.score >= 7


@pytest.mark.parametrize(
    "text",
    [
        "Overfitting means that it learns by heart.",
        "It picks up quirks of the past examples; overfitting, in short.",
        "It learns by heart, which is called overfitting.",
    ],
)
def test_a_term_that_is_explained_is_no_jargon(text: str) -> None:
    assert unexplained_jargon(text, JARGON) == ()


def test_a_term_that_is_never_explained_is_listed_where_it_first_stands() -> None:
    text = "The trouble was over-fitting. We fixed the overfitting last week."
    (span,) = unexplained_jargon(text, JARGON)
    assert span.quote == "over-fitting"


def test_a_reference_is_cut_into_its_statements() -> None:
    key = key_from_reference("The battery is a source. Yes. Terminal 1 connects to the positive terminal.")
    assert [c.claim for c in key.criteria] == [
        "The battery is a source. Yes.",
        "Terminal 1 connects to the positive terminal.",
    ]


@pytest.mark.parametrize("reference", ["", "  ", "?"])
def test_a_reference_that_states_nothing_is_refused(reference: str) -> None:
    with pytest.raises(ValueError, match="states nothing"):
        key_from_reference(reference)
