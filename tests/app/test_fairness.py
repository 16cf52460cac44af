"""Selection rates from files of outcomes."""

from __future__ import annotations

from pathlib import Path

import pytest

from viva.app.fairness import audit_outcomes
from viva.exceptions import InputError


def outcomes(
    folder: Path, counts: dict[tuple[str, str], tuple[int, int]], header: str = "selected,sex,race"
) -> Path:
    """A row a person; counts: (sex, race) → (selected, not selected)."""
    rows = [header]
    for (sex, race), (yes, no) in counts.items():
        rows += [f"yes,{sex},{race}"] * yes + [f"no,{sex},{race}"] * no
    path = folder / "outcomes.csv"
    path.write_text("\n".join(rows), "utf-8")
    return path


COUNTS = {("f", "x"): (30, 70), ("m", "x"): (60, 40), ("f", "y"): (3, 6), ("m", "y"): (5, 4)}


def test_rates_and_ratios_are_those_counted_by_hand(tmp_path: Path) -> None:
    made = audit_outcomes(outcomes(tmp_path, COUNTS))
    by_sex = {row.group: row for row in made.tables[0].rows}
    assert made.tables[0].category == "sex"
    assert by_sex["m"].rate.estimate == pytest.approx(65 / 109)
    assert by_sex["f"].ratio.estimate == pytest.approx((33 / 109) / (65 / 109))
    assert by_sex["f"].verdict == "below four-fifths"
    assert by_sex["m"].is_reference


def test_categories_are_crossed_and_nine_people_are_too_few_to_tell(tmp_path: Path) -> None:
    made = audit_outcomes(outcomes(tmp_path, COUNTS))
    assert [t.category for t in made.tables] == ["sex", "race", "sex × race"]
    small = next(row for row in made.tables[2].rows if row.group == "f × y")
    assert small.words == "cannot tell at n = 9"


def test_people_whose_group_is_unknown_are_counted_apart(tmp_path: Path) -> None:
    made = audit_outcomes(outcomes(tmp_path, COUNTS | {("", "x"): (2, 1), ("f", "unknown"): (1, 1)}))
    assert {t.category: t.n_unknown for t in made.tables} == {"sex": 3, "race": 2, "sex × race": 5}
    assert "" not in {row.group for row in made.tables[0].rows}


def test_scores_are_counted_above_the_median(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    rows = [f"{s},a" for s in (9, 8, 7, 6)] + [f"{s},b" for s in (5, 4, 3, 8.5)]
    path.write_text("score,group\n" + "\n".join(rows), "utf-8")
    made = audit_outcomes(path)
    assert made.median == 6.5
    rates = {row.group: row.rate.estimate for row in made.tables[0].rows}
    assert rates == {"a": 0.75, "b": 0.25}


def test_a_named_reference_is_the_one_compared_with(tmp_path: Path) -> None:
    made = audit_outcomes(outcomes(tmp_path, COUNTS), reference="f", groups=("sex",))
    assert [row.group for row in made.tables[0].rows if row.is_reference] == ["f"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("selected,sex\nyes,f\nmaybe,m\n", r"row 3, column 'selected': found 'maybe'; wanted yes or no"),
        ("outcome,sex\n1,f\n", "found neither of the columns 'selected' and 'score'"),
        ("selected,score,sex\n1,2,f\n", "found selected and score of the columns"),
        ("selected\n1\n", "found no column of groups"),
        ("selected,sex\n1,f\n0,f\n", "no table by sex: groups: found .*wanted at least two groups"),
        ("score,sex\n1,f\nhigh,m\n", r"row 3, column 'score': found 'high'; wanted a number"),
    ],
)
def test_a_bad_file_says_where_and_what_is_wanted(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=says):
        audit_outcomes(path)


def test_an_unknown_reference_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no group 'z' in sex, race"):
        audit_outcomes(outcomes(tmp_path, COUNTS), reference="z")
