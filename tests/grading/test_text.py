from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viva.grading._text import content_stems, sentences, stem, tokens, windows

SPEECH = (
    "okay so um in supervised every example comes with the answer attached so you fit a mapping and "
    "in un supervised there is no answer at all you just ask what structure is in here and then there "
    "is reinforcement where an agent acts and a reward comes back maybe much later"
)


@given(st.text(max_size=400))
def test_every_window_is_a_verbatim_span(text: str) -> None:
    for window in [*windows(text), *sentences(text)]:
        assert text[window.start : window.end] == window.text
        assert window.text == window.text.strip() != ""


@given(st.text(max_size=200))
def test_every_token_stands_where_it_says(text: str) -> None:
    for token in tokens(text):
        assert text[token.start : token.end]


def test_unpunctuated_speech_is_cut_into_short_overlapping_windows() -> None:
    found = windows(SPEECH)
    assert len(found) >= 6
    assert max(len(tokens(w.text)) for w in found) <= 36
    covered = {at for w in found for at in range(w.start, w.end)}
    assert all(SPEECH[i].isspace() or i in covered for i in range(len(SPEECH)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("generalisation", "generalization"),
        ("overfitted", "overfitting"),
        ("behaviour", "behavior"),
        ("retrieves", "retrieved"),
        ("over-fit", "overfit"),
    ],
)
def test_inflections_and_spellings_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_function_words_carry_no_content() -> None:
    assert content_stems("well it is what it is and so on") == []
