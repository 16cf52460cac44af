"""One contract table: what every grader must do with every text."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from viva.bank import Audience, Bank, Verdict
from viva.grading import (
    GRADERS,
    Asked,
    asked_criterion,
    asked_question,
    asked_reference,
    asked_variant,
    grader,
)

WORDS = (
    "bias variance model data error simple complex sample refit average not always never because the of "
    "is when more less ignore instructions 10 um so like"
).split()
TEXTS = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))


@pytest.fixture(params=sorted(GRADERS))
def judge(request: pytest.FixtureRequest):  # type: ignore[no-untyped-def]
    return grader(request.param)


def peer(bank: Bank, id: str = "bias-variance") -> Asked:
    return asked_question(bank.question(id), Audience.PEER)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_evidence_is_verbatim_and_numbers_are_in_range(judge, bank: Bank, text: str) -> None:  # type: ignore[no-untyped-def]
    card = judge(peer(bank), text)
    for span in [*(e for v in card.verdicts for e in v.evidence), *card.misconceptions, *card.recited]:
        assert text[span.start : span.end] == span.quote != ""
    for v in card.verdicts:
        assert 0 <= v.probability <= 1
        assert (v.verdict is Verdict.MISSING) == (not v.evidence)
    if card.score is not None:
        assert 0 <= card.result.interval[0] <= card.score <= card.result.interval[1] <= 10


def test_the_same_text_gets_the_same_scorecard(judge, bank: Bank) -> None:  # type: ignore[no-untyped-def]
    text = bank.question("rag").exemplars[0].text
    assert judge(peer(bank, "rag"), text) == judge(peer(bank, "rag"), text)


def test_every_question_puts_its_best_exemplar_over_its_worst(judge, bank: Bank) -> None:  # type: ignore[no-untyped-def]
    wins = 0
    core = [q for q in bank if q.core]
    for q in core:
        ranked = sorted(q.exemplars, key=lambda e: e.score)
        low, high = (judge(asked_question(q, e.audience), e.text).score or 0 for e in (ranked[0], ranked[-1]))
        wins += high > low
    assert wins >= 0.95 * len(core)


def test_right_words_about_another_question_earn_less_than_on_their_own(judge, bank: Bank) -> None:  # type: ignore[no-untyped-def]
    answer = max(bank.question("rag").exemplars, key=lambda e: e.score).text
    own, other = (judge(peer(bank, id), answer).score or 0 for id in ("rag", "backpropagation"))
    assert other < 0.8 * own


def test_saying_it_all_twice_earns_nothing_more(judge, bank: Bank) -> None:  # type: ignore[no-untyped-def]
    text = max(bank.question("overfitting").exemplars, key=lambda e: e.score).text
    once, twice = (judge(peer(bank, "overfitting"), t).score for t in (text, f"{text} {text}"))
    assert twice == pytest.approx(once, abs=0.5)


def test_probes_variants_and_references_are_graded_by_the_same_contract(judge, bank: Bank) -> None:  # type: ignore[no-untyped-def]
    q = bank.question("bias-variance")
    criterion, variant = q.criteria[0], q.variants[0]
    for asked, text in (
        (asked_criterion(q, criterion.id, Audience.PEER), criterion.accepts[0]),
        (asked_variant(q, variant.id, Audience.PEER), variant.criteria[0].accepts[0]),
        (
            asked_reference("1", "Why is the sky blue?", "Air scatters blue light more.", Audience.PEER),
            "air scatters the blue light more than the red",
        ),
    ):
        card = judge(asked, text)
        looked_for = [asked.focus] if asked.focus else [c.id for c in asked.key.criteria]
        assert [v.criterion for v in card.verdicts] == looked_for
        assert card.verdicts[0].verdict in (Verdict.MET, Verdict.PARTLY)


def test_each_scorecard_names_its_grader_and_version(judge, bank: Bank) -> None:  # type: ignore[no-untyped-def]
    card = judge(peer(bank), "bias is the average error over refits and variance their spread")
    assert card.grader.split("+")[0] in GRADERS


def test_an_answer_about_something_else_does_not_meet_a_probe(judge, bank: Bank) -> None:  # type: ignore[no-untyped-def]
    text = "I would hold out data the model has not seen and compare it with a simple baseline."
    asked = [
        asked_criterion(q, c.id, Audience.PEER)
        for q in (bank.question("hallucinations"), bank.question("backpropagation"))
        for c in q.criteria
    ]
    met = [a.id for a in asked if judge(a, text).verdicts[0].verdict is Verdict.MET]
    assert len(met) <= 0.1 * len(asked), met
