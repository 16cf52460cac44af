from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from viva.app import GradeOutput, Viva, grade_lines, read_lines
from viva.app._grade import MAX_LINE_BYTES

GOOD = {"id": "1", "question": "bias-variance", "text": "bias is the average error, variance the spread"}


def graded(viva: Viva, *lines: object) -> list[GradeOutput]:
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return list(grade_lines(viva, raw))


def test_there_is_one_result_for_every_line_in_order(viva: Viva) -> None:
    results = graded(viva, GOOD, b"not json\n", {**GOOD, "id": 7})
    assert [(r.id, r.status) for r in results] == [("1", "graded"), (None, "error"), (7, "graded")]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"not json", "line 1: not JSON: .*one object a line"),
        (b"", "line 1: not JSON"),
        (b"[1, 2]", "line 1: found list; wanted an object"),
        (b'{"id": "1", "text": "\xff"}', "line 1: not JSON"),
        (b'{"id": "1", "question": "rag", "text": "\\ud800"}', "line 1: "),
        ({"id": "1", "question": "rag"}, "line 1: text: Field required"),
        ({"question": "rag", "text": "x"}, "line 1: id: Field required"),
        ({**GOOD, "question": "bias-varience"}, "no question 'bias-varience'.*did you mean"),
        ({**GOOD, "variant": "nope"}, "has no variant 'nope'; wanted: "),
        ({**GOOD, "audience": "boss"}, "audience: Input should be 'peer' or 'stakeholder'"),
        ({**GOOD, "colour": "red"}, "colour: Extra inputs"),
        ({"id": "1", "text": "x"}, "wanted 'question', or 'ask' with 'reference'"),
        ({**GOOD, "reference": "r"}, "found both 'question' and a reference"),
        ({"id": "1", "ask": "Why?", "reference": "", "text": "x"}, "wanted 'question', or 'ask'"),
        ({"id": "1", "ask": "Why?", "references": ["?!"], "text": "x y z"}, "states nothing"),
        ({**GOOD, "text": "word " * 10_000}, "50,000 characters; wanted: at most 20,000"),
        ({**GOOD, "text": "x" * 1_000_000}, "longer than 262,144 bytes"),
    ],
)  # fmt: skip
def test_a_bad_line_gets_an_error_that_says_why(viva: Viva, line: object, says: str) -> None:
    (result,) = graded(viva, line)
    assert result.status == "error"
    assert result.score is None
    assert result.grader == ""
    assert re.search(says, result.reason), result.reason


def test_alternative_references_count_by_the_best(viva: Viva) -> None:
    line = {"id": "1", "ask": "Why is the sky blue?", "text": "air scatters short blue waves most"}
    right, wrong = "Air scatters short blue waves the most.", "Oceans mirror their colour."
    one, both, other = graded(
        viva,
        {**line, "reference": right},
        {**line, "references": [wrong, right]},
        {**line, "reference": wrong},
    )
    assert both.score == one.score
    assert (one.score or 0) > 5 > (other.score or 0)


def test_what_cannot_be_judged_has_no_score_and_a_reason(viva: Viva) -> None:
    (result,) = graded(viva, {**GOOD, "text": "   "})
    assert (result.status, result.score, result.interval) == ("not_gradable", None, None)
    assert result.reason == "nothing was said"


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ["id", "question", "audience", "text", "ask", "reference", "references", "variant", "other"]
OBJECTS = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6)
LINES = st.one_of(
    st.binary(max_size=80),
    OBJECTS.map(lambda d: json.dumps(d).encode()),
    st.builds(lambda d, t: json.dumps({**GOOD, **d, "text": t}).encode(), OBJECTS, st.text(max_size=400)),
    st.builds(lambda t: json.dumps({**GOOD, "text": t}).encode(), st.text(max_size=400)),
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines=st.lists(LINES, max_size=6))
def test_whatever_comes_every_line_is_answered_and_every_quote_is_verbatim(
    viva: Viva, lines: list[bytes]
) -> None:
    results = list(grade_lines(viva, lines))
    assert len(results) == len(lines)
    for line, result in zip(lines, results, strict=True):
        assert json.loads(result.model_dump_json(ensure_ascii=True))
        if result.status != "error":
            text = json.loads(line)["text"]
            spans = [e for v in result.verdicts for e in v.evidence] + list(result.misconceptions)
            assert all(text[s.start : s.end] == s.quote for s in spans)
        else:
            assert result.reason


def test_an_endless_line_is_cut_and_the_next_one_still_read() -> None:
    lines = list(read_lines(io.BytesIO(b"a" * (3 * MAX_LINE_BYTES) + b"\nnext\n")))
    assert [len(line) for line in lines] == [MAX_LINE_BYTES + 1, 5]


def test_white_space_at_the_edges_moves_no_quote(viva: Viva) -> None:
    text = f"  \n\t{viva.bank.question('bias-variance').criteria[0].accepts[0]} \n "
    (result,) = graded(viva, {**GOOD, "text": text})
    spans = [e for v in result.verdicts for e in v.evidence]
    assert spans
    assert all(text[s.start : s.end] == s.quote for s in spans)


def test_the_grader_can_be_chosen(viva: Viva) -> None:
    chosen = replace(viva, settings=viva.settings.model_copy(update={"grader": "lexical.v1"}))
    (result,) = graded(chosen, GOOD)
    assert result.grader == "lexical.v1"
