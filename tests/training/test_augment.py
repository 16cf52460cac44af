"""Changes to training texts: which keep the words' meaning and which break it."""

from __future__ import annotations

import random

from training._augment import joined, reversed_once, salad, spoken, swapped, typed

from viva.grading._text import content_stems

CLAIM = "Variance falls when you collect more data, but the bias stays."


def test_speech_has_neither_case_nor_marks() -> None:
    said = spoken(CLAIM, random.Random(1))
    assert said == said.lower()
    assert not set(said) & set(".,;:!?")


def test_speech_keeps_nearly_all_words_of_meaning() -> None:
    for seed in range(20):
        kept = set(content_stems(spoken(CLAIM, random.Random(seed))))
        assert len(set(content_stems(CLAIM)) - kept) <= 1


def test_typing_keeps_the_order_of_words() -> None:
    words = typed("bias is the error that stays", random.Random(3)).split()
    assert [w for w in words if w in ("bias", "error", "stays")] == ["bias", "error", "stays"]


def test_a_reversal_changes_exactly_one_word() -> None:
    turned = reversed_once("a larger tree has high variance", random.Random(0))
    assert turned is not None
    before, after = "a larger tree has high variance".split(), turned.split()
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1


def test_a_text_without_opposites_is_not_reversed() -> None:
    assert reversed_once("tokens attend to tokens", random.Random(0)) is None


def test_swapping_exchanges_both_terms_everywhere() -> None:
    text = "Bias is systematic and variance is spread."
    assert swapped(text, ["bias", "variance"], random.Random(0)) in (
        "variance is systematic and bias is spread.",
    )


def test_swapping_needs_two_terms() -> None:
    assert swapped("Bias is systematic.", ["bias", "variance"], random.Random(0)) is None


def test_a_salad_holds_the_words_but_not_the_order() -> None:
    mixed = salad(CLAIM, random.Random(5))
    assert "variance" in mixed
    assert CLAIM.lower().rstrip(".") not in mixed


def test_two_statements_in_one_breath_keep_both() -> None:
    both = joined("Bias stays.", "variance falls", random.Random(0))
    assert both.startswith("Bias stays")
    assert both.endswith("variance falls")
