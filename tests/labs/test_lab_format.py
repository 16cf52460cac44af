"""lab.toml and the folder around it: read strictly, refused by name."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from viva.exceptions import ContentError, UsageError
from viva.labs import Lab, find_lab, list_labs, load_lab


def edit(lab: Lab, old: str, new: str) -> None:
    path = lab.folder / "lab.toml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("difficulty = 1", "difficulty = 1\ncolour = 'red'", "colour"),
        ("difficulty = 1", "difficulty = 9", "difficulty"),
        ('topics = ["new-ml-problem"]', 'topics = ["astrology"]', "topics"),
        ("points = 2", "points = 0", "points"),
        ('id = "doubles-arrays"', 'id = "doubles"', "not unique"),
        ('entry = "solution.py"', 'entry = "other.py"', "entry"),
        ('editable = ["solution.py"]', 'editable = ["../solution.py"]', "editable"),
        ('editable = ["solution.py"]', 'editable = ["/etc/passwd"]', "editable"),
        ('fails = ["doubles-arrays"]', 'fails = ["unheard-of"]', "unheard-of"),
        ("schema = 1", "schema = 2", "schema"),
        ("points = 2", 'points = 2\nafter = ["unheard-of"]', "unheard-of"),
        ("schema = 1", "schema =", "not TOML"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused_by_name(lab: Lab, old: str, new: str, what: str) -> None:
    edit(lab, old, new)
    with pytest.raises(ContentError, match=what):
        load_lab(lab.folder)


@pytest.mark.parametrize(
    "name", ["README.md", "hidden/checks.py", "starter/solution.py", "solutions/good.py"]
)
def test_a_missing_file_is_named(lab: Lab, name: str) -> None:
    (lab.folder / name).unlink()
    with pytest.raises(ContentError, match=name):
        load_lab(lab.folder)


def test_the_folder_bears_the_lab_s_id(lab: Lab) -> None:
    moved = lab.folder.rename(lab.folder.with_name("another"))
    with pytest.raises(ContentError, match="another"):
        load_lab(moved)


def test_a_lab_cannot_be_changed(lab: Lab) -> None:
    with pytest.raises(ValidationError):
        lab.title = "Mine"  # type: ignore[misc]


def test_a_pack_s_labs_stand_beside_viva_s_own(lab: Lab) -> None:
    packs = (lab.folder.parent,)
    assert find_lab("tiny", packs=packs) == lab
    assert {found.id for found in list_labs(packs=packs)} > {"tiny", "attention-core"}
    with pytest.raises(UsageError, match="tiny"):
        find_lab("tiny")


def test_labs_are_listed_by_topic_and_step() -> None:
    by_topic = {lab.id for lab in list_labs(topic="attention")}
    assert "attention-core" in by_topic
    assert "kfold-from-scratch" not in by_topic
    assert all(lab.step == "phone" for lab in list_labs(step="phone"))


@pytest.mark.parametrize("own", list_labs(), ids=lambda lab: lab.id)
def test_a_statement_fits_on_one_screen_and_begins_with_the_result(own: Lab) -> None:
    lines = (own.folder / "README.md").read_text().splitlines()
    assert len(lines) <= 45
    assert max(map(len, lines)) <= 120
    assert "When you are done" in " ".join(lines[:4])


@pytest.mark.parametrize("own", list_labs(), ids=lambda lab: lab.id)
def test_a_statement_says_how_many_points_are_public(own: Lab) -> None:
    public = sum(check.points for check in own.public_checks)
    statement = " ".join((own.folder / "README.md").read_text().split())
    assert f"Public checks: {public:g} of {own.max_points:g} points" in statement


@pytest.mark.parametrize("own", list_labs(), ids=lambda lab: lab.id)
def test_a_lab_has_twenty_points_hints_and_a_reason_for_each_wrong_solution(own: Lab) -> None:
    assert own.max_points == 20
    assert own.n_hints >= 2
    for expected in own.expect:
        right = expected.solution.startswith(("starter/", "solutions/good"))
        assert right or expected.because, expected.solution
