"""Reports: points from the manifest, and texts that can't move a cursor."""

from __future__ import annotations

import json

import pytest

from viva.labs import CheckResult, Lab, Report, to_html, to_text
from viva.labs._report import apply_groups, blank_results, clean, judged


def report(lab: Lab, *results: CheckResult, **fields: object) -> Report:
    return Report(lab.id, lab.version, "submit", "bwrap", 1, results, lab.topics, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "evil", ["\x1b[2J", "\u202e", "\u200b", "\x07", "\r", "\u2066", "\ufeff", "\ud800", "\x9b"]
)
def test_what_could_hide_or_move_text_is_replaced(evil: str) -> None:
    assert evil not in clean(f"a{evil}b")
    assert clean(f"a{evil}b").startswith("a")


def test_lines_tabs_and_ordinary_letters_stay() -> None:
    assert clean("naïve\n\t≠ 日本") == "naïve\n\t≠ 日本"


def test_a_long_text_is_cut() -> None:
    assert len(clean("x" * 10_000, 100)) < 110


@pytest.mark.parametrize(
    ("share", "earned", "status"),
    [
        (1.0, 4.0, "pass"),
        (0.25, 1.0, "partial"),
        (0, 0.0, "fail"),
        (7, 4.0, "pass"),
        (-3, 0.0, "fail"),
        (float("nan"), 0.0, "fail"),
        (float("inf"), 4.0, "pass"),
        ("1.0", 0.0, "fail"),
        (True, 0.0, "fail"),
        (None, 0.0, "fail"),
    ],
)
def test_a_share_that_is_no_number_from_zero_to_one_earns_no_more(
    share: object, earned: float, status: str
) -> None:
    found = judged(CheckResult("a", "", "", False, 4.0), share=share, message="", internal=False)
    assert (found.earned, found.status) == (earned, status)


def test_a_fault_of_the_check_earns_nothing_and_is_marked() -> None:
    found = judged(CheckResult("a", "", "", False, 4.0), share=1.0, message="", internal=True)
    assert (found.earned, found.status) == (0.0, "error")


def test_a_group_earns_together_or_not_at_all(lab: Lab) -> None:
    specs = tuple(check.model_copy(update={"group": "both"}) for check in lab.checks)
    first, second = blank_results(lab, "submit")
    passed = judged(first, share=1, message="", internal=False)
    assert sum(r.earned for r in apply_groups((passed, second), specs)) == 0
    both = (passed, judged(second, share=1, message="", internal=False))
    assert apply_groups(both, specs) == both


def test_hints_are_taken_off_but_never_below_zero(lab: Lab) -> None:
    result = CheckResult("a", "", "", False, 2.0, earned=2.0, status="pass")
    assert report(lab, result, hint_points=0.5).net_score == 1.5
    assert report(lab, result, hint_points=9.0).net_score == 0.0


def test_the_json_holds_what_the_report_says(lab: Lab) -> None:
    result = CheckResult("a", "title", "rubric", True, 2.0, earned=1.0, status="partial", message="m")
    plain = json.loads(report(lab, result).to_json())
    assert (plain["score"], plain["max"], plain["schema"]) == (1.0, 2.0, 1)
    assert plain["by_topic"] == {"new-ml-problem": {"earned": 1.0, "max": 2.0}}
    assert plain["checks"][0]["status"] == "partial"


def test_a_page_shows_markup_as_text(lab: Lab) -> None:
    evil = "</pre><script>alert(1)</script>"
    page = to_html(report(lab, CheckResult("a", evil, "", True, 1.0, message=evil), log=evil))
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 3


def test_a_terminal_shows_scores_messages_and_what_does_not_count(lab: Lab) -> None:
    text = to_text(report(lab, CheckResult("a", "title", "", True, 2.0, message="off by 3"), counts=False))
    assert "0/2 points" in text
    assert "off by 3" in text
    assert "does not count" in text
