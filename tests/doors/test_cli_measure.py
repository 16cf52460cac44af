"""Measurement on the command line: real files, real processes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.doors.test_cli import HERE, env, viva

__all__ = ["env"]  # the fixture
SCORES = "person,group,q1,q2,q3\n" + "\n".join(
    f"p{i},{'ab'[i % 2]},{int(i % 7 > 2)},{int(i % 7 > 3)},{int(i % 5 > 1)}" for i in range(60)
)


@pytest.fixture
def scores(tmp_path: Path) -> Path:
    path = tmp_path / "scores.csv"
    path.write_text(SCORES, "utf-8")
    return path


class Balanced(HTMLParser):
    """Fails on a tag that is closed out of turn."""

    VOID = ("meta", "br")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 (the parser's signature)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """A tag that closes itself opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> out of turn"


def check_page(path: Path) -> str:
    """The page's text, once it is known to be whole and to need nothing else."""
    html = path.read_text("utf-8")
    parser = Balanced()
    parser.feed(html)
    assert parser.open == []
    assert "<script" not in html
    assert not re.search(r"(?:src|href)=|url\(|@import", html)
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html
    return html


def test_analyzing_prints_a_line_an_item_and_its_warnings(env: dict[str, str], scores: Path) -> None:
    done = viva(env, "items", "analyze", scores)
    assert done.returncode == 0, done.stderr
    assert "60 people, 3 items, 180 responses; model 2pl" in done.stdout
    assert re.search(r"^q2 +60 ", done.stdout, re.MULTILINE)
    assert "note: 60 people: parameters lean on weak priors" in done.stdout
    assert "b: A, " in done.stdout


def test_the_item_page_stands_alone_with_a_curve_an_item(
    env: dict[str, str], scores: Path, tmp_path: Path
) -> None:
    page = tmp_path / "items.html"
    done = viva(env, "items", "analyze", scores, "--html", page, "--sort", "discrimination")
    assert done.returncode == 0, done.stderr
    html = check_page(page)
    assert html.count('role="img"') == 4
    assert html.count("stroke-dasharray") == 4
    assert "Differential item functioning" in html


def test_a_name_in_a_file_can_not_become_markup(env: dict[str, str], tmp_path: Path) -> None:
    path, page = tmp_path / "evil.csv", tmp_path / "items.html"
    path.write_text(SCORES.replace("q1", "<script>x</script>"), "utf-8")
    assert viva(env, "items", "analyze", path, "--html", page).returncode == 0
    assert "&lt;script&gt;" in check_page(page)


def test_json_of_an_analysis_has_numbers_and_null_and_no_nan(env: dict[str, str], scores: Path) -> None:
    text = viva(env, "items", "analyze", scores, "--json").stdout
    made = json.loads(text, parse_constant=lambda name: pytest.fail(f"found {name}"))
    assert [line["item"] for line in made["lines"]] == ["q1", "q2", "q3"]
    assert made["lines"][0]["summary"]["discrimination"]["lower"] > 0


def assembled(
    env: dict[str, str], tmp_path: Path, *args: object
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    path = tmp_path / "form.yaml"
    return path, viva(env, "form", "assemble", "--minutes", 20, "--cut", 0.5, *args, "-o", path)


def test_a_form_is_assembled_made_a_kit_and_simulated(env: dict[str, str], tmp_path: Path) -> None:
    form, done = assembled(env, tmp_path, "--topic", "foundations=2")
    assert done.returncode == 0, done.stderr
    assert "of 20 minutes; information" in done.stdout
    page = tmp_path / "kit.html"
    assert viva(env, "form", "kit", form, "--html", page).returncode == 0
    html = check_page(page)
    for part in ("To a stakeholder:", "Listen for", "Wrong beliefs", "exceptional", "minute 3 to"):
        assert part in html
    done = viva(env, "form", "simulate", form, "--json")
    cut = json.loads(done.stdout)["cuts"][0]
    assert 0 < cut["decided"]["wrong"] < 0.5
    assert 0 < cut["decided"]["reliability"] < 1
    assert "wrongly passed" in viva(env, "form", "simulate", form).stdout


def test_parallel_forms_are_numbered_files_and_what_they_share_is_said(
    env: dict[str, str], tmp_path: Path
) -> None:
    path, done = assembled(env, tmp_path, "--forms", 2, "--include", "rag")
    assert done.returncode == 0, done.stderr
    ids = [
        set(re.findall(r"^- id: (\S+)", (tmp_path / f"form-{n}.yaml").read_text("utf-8"), re.MULTILINE))
        for n in (1, 2)
    ]
    assert ids[0] & ids[1] == {"rag"}
    assert not path.exists()
    assert "in common: rag\n" in done.stdout
    assert re.search(r"information at 0\.5: \d+\.\d to \d+\.\d", done.stdout)


def test_a_second_form_shares_nothing_with_the_first(env: dict[str, str], tmp_path: Path) -> None:
    form, _ = assembled(env, tmp_path)
    other = viva(env, "form", "assemble", "--minutes", 20, "--unlike", form).stdout
    ids = [set(re.findall(r"^- id: (\S+)", text, re.MULTILINE)) for text in (form.read_text("utf-8"), other)]
    assert ids[0]
    assert ids[1]
    assert not ids[0] & ids[1]


def test_fairness_prints_a_table_a_category_and_says_when_it_can_not_tell(
    env: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "outcomes.csv"
    rows = ["yes,m"] * 24 + ["no,m"] * 16 + ["yes,f"] * 4 + ["no,f"] * 5
    path.write_text("selected,sex\n" + "\n".join(rows), "utf-8")
    done = viva(env, "fairness", path)
    assert done.returncode == 0, done.stderr
    assert "cannot tell at n = 9" in done.stdout
    made = json.loads(viva(env, "fairness", path, "--json").stdout)
    assert made["tables"][0]["rows"][1]["ratio"]["estimate"] == pytest.approx((4 / 9) / 0.6)


def test_an_adaptive_interview_shows_where_one_stands_and_progress_and_calibration_follow(
    env: dict[str, str],
) -> None:
    assert "No scored answer yet" in viva(env, "progress").stdout
    args = ["--answers", HERE / "answers.yaml", "--seed", 1, "--minutes", 15, "--adaptive"]
    done = viva(env, "interview", *args)
    assert done.returncode == 0, done.stderr
    assert "tells most about you now" in done.stdout
    assert re.search(r"you: .* on .*; 1 answer; wide \([+-]\d\.\d, 90% interval", done.stdout)
    made = json.loads(viva(env, "progress", "--json").stdout)
    n = made["overall"]["ability"]["n_responses"]
    assert n >= 2
    assert "; wide" in viva(env, "progress").stdout
    page = Path(env["VIVA_HOME"]) / "progress.html"
    assert viva(env, "progress", "--html", page).returncode == 0
    html = check_page(page)
    assert html.count('role="img"') == 1  # the topics; one session is no line yet
    assert "Two sessions with a scored answer make a line" in html
    done = viva(env, "ask", "rag", "--answers", HERE / "answers.yaml")
    assert done.returncode == 0, done.stderr
    assert viva(env, "progress", "--html", page).returncode == 0
    html = check_page(page)
    assert "Ability over time, overall" in html
    assert len(re.findall(r'<circle class="dot"[^>]*><title>\d{4}-', html)) >= 2
    done = viva(env, "items", "calibrate")
    assert f"version 1: {n + 1} answers; the log, 2 session(s)" in done.stdout
    assert (Path(env["VIVA_HOME"]) / "parameters" / "0001.yaml").exists()
    assert json.loads(viva(env, "items", "calibrate", "--json").stdout)["version"] == 2
    assert json.loads(viva(env, "progress", "--json").stdout)["source"].startswith("parameter file 2")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["items", "analyze", "/nowhere.csv"], "/nowhere.csv: No such file"),
        (["items", "calibrate"], "the log holds no scored answer; take an interview first"),
        (["form", "assemble", "--cut", 9], "--cut: found 9; wanted an ability from -4 to 4"),
        (["form", "assemble", "--topic", "rag=0"], "--topic: found 'rag=0'; wanted TOPIC, or TOPIC=N"),
        (["form", "assemble", "--topic", "cooking"], "no topic 'cooking' in the bank"),
        (["form", "assemble", "--minutes", 5, "--fewest", 4], "these can't all hold"),
        (["form", "assemble", "--forms", 2], "2 forms need a place each; give -o FILE"),
        (["form", "assemble", "--enemies", "rag"], "--enemies: found 'rag'; wanted two questions or more"),
        (["form", "kit", "/nowhere.yaml", "--json"], "/nowhere.yaml: No such file"),
        (["form", "simulate", HERE / "answers.yaml"], "make it again with `viva form assemble`"),
        (["fairness", "/nowhere.csv"], "/nowhere.csv: No such file"),
    ],
)  # fmt: skip
def test_an_error_is_one_line_that_says_what_to_do(env: dict[str, str], args: list[str], says: str) -> None:
    done = viva(env, *args)
    assert done.returncode == 1
    assert re.search(f"^viva: .*{says}", done.stderr), done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_bad_cell_is_named_by_row_and_column(env: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("person,q1,q2\na,1,0\nb,one,1\n", "utf-8")
    done = viva(env, "items", "analyze", path)
    assert done.returncode == 1
    assert "row 3, column 'q1': found 'one'; wanted a score from 0 up, or nothing" in done.stderr


def test_commands_that_measure_nothing_do_not_pay_for_scipy() -> None:
    code = "import sys, viva.doors.cli, viva.app, viva.interviewer; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
