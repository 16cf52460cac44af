"""Item reports from files, and parameters from the log."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from viva.app import Viva, answer, ask_next, give_confidence, grade_response, open_session
from viva.app._parameters import EXPERTS, N_STEPS, bank_hash, expert_items, known_items
from viva.app._tables import read_scores
from viva.app.item_calibration import calibrate_bank
from viva.app.items import analyze_file
from viva.app.progress import ItemAnswer, progress_of
from viva.exceptions import InputError, UsageError
from viva.measure import DEFAULT_SPREAD, Items, fit, simulate_responses


def write(folder: Path, text: str) -> Path:
    path = folder / "scores.csv"
    path.write_text(text, "utf-8")
    return path


def simulated(folder: Path, *, n: int = 400, harder_for_b: float = 0.0) -> Path:
    """Eight right/wrong items; the last is harder for group b by so much."""
    rng = np.random.default_rng(5)
    a, b = np.full(8, 1.5), np.linspace(-1.2, 1.2, 8)
    theta, group = rng.normal(size=n), np.arange(n) % 2
    shifted = b + np.array([0.0] * 7 + [harder_for_b])
    x = simulate_responses(Items.right_wrong(a, b), theta, rng)
    y = simulate_responses(Items.right_wrong(a, shifted), theta, rng)
    x = np.where(group[:, None] == 1, y, x).astype(int)
    rows = ["person,group," + ",".join(f"q{j}" for j in range(8))]
    rows += [f"p{i},{'ab'[group[i]]}," + ",".join(map(str, x[i])) for i in range(n)]
    return write(folder, "\n".join(rows))


def test_long_and_wide_files_of_the_same_scores_give_the_same_table(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "l").mkdir()
    wide = write(tmp_path / "w", "person,group,q1,q2\nann,a,1,0\nbob,b,,1\n")
    long = write(tmp_path / "l", "person;group;item;score\nann;a;q1;1\nann;a;q2;0\nbob;b;q2;1\n")
    first, second = read_scores(wide), read_scores(long)
    np.testing.assert_array_equal(first.values, second.values)
    assert (first.people, first.items, first.groups) == (second.people, second.items, second.groups)
    assert np.isnan(first.values[1, 0])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("person,q1,q2\na,1,x\nb,-1,0\n", r"row 2, column 'q2': found 'x'.*row 3, column 'q1': found '-1'"),
        ("person,q1,q2\na,1,inf\nb,1,0\n", r"row 2, column 'q2': found 'inf'"),
        ("person,q1,q2\na,1\n", "row 2: found 2 cells; wanted 3"),
        ("person,q1,q1\na,1,0\n", "the column 'q1' stands twice"),
        ("person,q1,q2\na,1,0\na,0,1\n", r"row 3, column 'person': found 'a'; wanted each person once"),
        ("person,item,score\na,q,1\na,q,0\na,r,1\n", "row 3, column 'item': found 'q'; wanted one"),
        ("person,group,item,score\na,x,q,1\na,y,r,0\n", "row 3, column 'group': found 'y'; wanted 'x'"),
        ("person,q1\na,1\n", "found 1 columns of items; wanted at least 2"),
        ("person,q1,q2\n", "found 1 lines; wanted a header and at least one row"),
        ("q1,q2\n1,\n0,\n", "column 'q2' has no score"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_row_and_column(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        analyze_file(write(tmp_path, text))


def test_a_missing_file_and_an_unknown_column_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        analyze_file(tmp_path / "none.csv")
    with pytest.raises(InputError, match="no column 'sex'; found: person, group, q0"):
        analyze_file(simulated(tmp_path, n=10), group="sex")


def test_the_report_on_lsat7_knows_its_alpha_and_draws_the_curve_of_its_estimates(shared: Path) -> None:
    made = analyze_file(shared / "data" / "psychometrics" / "lsat7.csv")
    assert (made.n_people, made.n_responses, made.model) == (1000, 5000, "2pl")
    assert made.alpha is not None
    assert made.alpha.estimate == pytest.approx(0.453, abs=0.001)  # Cronbach's, by hand from covariances
    assert [line.summary.verdict for line in made.lines] == ["discriminates"] * 5
    theta_0 = made.lines[2].curve.expected[20]
    a, b = made.lines[2].summary.discrimination.estimate, made.lines[2].summary.difficulty.estimate
    assert theta_0 == pytest.approx(1 / (1 + np.exp(a * b)), abs=1e-4)


def test_an_item_harder_for_one_group_is_flagged_and_the_others_are_not(tmp_path: Path) -> None:
    made = analyze_file(simulated(tmp_path, n=800, harder_for_b=1.2))
    verdicts = {line.item: line.dif[0].result.verdict for line in made.lines}
    assert verdicts.pop("q7") == "favours reference"
    assert sum(v.startswith("favours") for v in verdicts.values()) <= 1
    assert made.groups == (("a", 400), ("b", 400))


def test_small_samples_are_warned_of_and_given_no_verdict(tmp_path: Path) -> None:
    made = analyze_file(simulated(tmp_path, n=12))
    assert any("12 people" in w for w in made.warnings)
    assert any("DIF with small groups" in w for w in made.warnings)
    assert {line.summary.verdict for line in made.lines} == {"too few responses to say"}


def test_sorting_by_discrimination_puts_the_best_first(tmp_path: Path) -> None:
    made = analyze_file(simulated(tmp_path), sort="discrimination")
    found = [line.summary.discrimination.estimate for line in made.lines]
    assert found == sorted(found, reverse=True)


def test_scores_out_of_a_hundred_become_credit_steps_and_the_report_says_so(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    theta = rng.normal(size=60)
    x = np.clip(50 + 20 * theta[:, None] + rng.normal(0, 10, (60, 4)), 0, 100).round(1)
    path = write(tmp_path, "a,b,c,d\n" + "\n".join(",".join(map(str, row)) for row in x))
    made = analyze_file(path, highest=100)
    assert {line.max_score for line in made.lines} <= {3, 4}
    assert any("4 credit steps" in w for w in made.warnings)


def test_a_score_below_the_scale_is_named_by_person_and_column(tmp_path: Path) -> None:
    path = write(tmp_path, "person,q1,q2\nann,1,2\nbob,0,2\n")
    with pytest.raises(InputError, match="'bob', column 'q1': found 0; wanted at least 1"):
        analyze_file(path, lowest=1)


def sat(viva: Viva, question: str, text: str) -> None:
    sitting = ask_next(viva, open_session(viva, questions=(question,), single=True))
    sitting = give_confidence(viva, answer(viva, sitting, text), None)
    grade_response(viva, sitting)


GOOD = "bias is the error from wrong assumptions, variance from sensitivity to the training sample"


def test_calibration_starts_at_the_experts_guess_and_moves_with_the_answers(viva: Viva) -> None:
    before = expert_items(viva, ["bias-variance", "rag"])
    for _ in range(6):
        sat(viva, "bias-variance", "no idea at all about that one to be honest with you")
        sat(viva, "rag", "no idea at all about that one to be honest with you")
    made = calibrate_bank(viva)
    assert set(made.parameters.items) == {"bias-variance", "rag"}
    for id, item in made.parameters.items.items():
        assert item.n == 6
        assert sum(item.steps) / N_STEPS > before.items.locations[before.at(id)]  # nobody knew: harder
        assert item.discrimination_interval[0] < item.discrimination < item.discrimination_interval[1]
    assert any("experts' guess" in w for w in made.warnings)


def test_a_parameter_file_says_where_it_comes_from_and_content_stays_as_it_was(viva: Viva) -> None:
    sat(viva, "bias-variance", GOOD)
    before = bank_hash(viva)
    made = calibrate_bank(viva)
    data = yaml.safe_load(made.path.read_text("utf-8"))
    assert (data["version"], data["n_sessions"], data["n_responses"]) == (1, 1, 1)
    assert data["bank"] == before == bank_hash(viva)
    assert data["made_at"].startswith("2026-03-01T09:00:00")
    assert "partial credit" in data["method"]


def test_each_calibration_is_a_new_version_and_never_counts_answers_twice(viva: Viva) -> None:
    sat(viva, "bias-variance", GOOD)
    first, second = calibrate_bank(viva), calibrate_bank(viva)
    assert (first.parameters.version, second.parameters.version) == (1, 2)
    assert first.path.exists()
    assert first.parameters.items == second.parameters.items


def test_known_items_come_from_the_newest_file_and_else_from_experts(viva: Viva) -> None:
    assert known_items(viva, ["rag"]).source == EXPERTS
    sat(viva, "bias-variance", GOOD)
    made = calibrate_bank(viva)
    known = known_items(viva, ["rag", "bias-variance"])
    assert known.source.startswith("parameter file 1 for 1 of 2 items")
    found = made.parameters.items["bias-variance"]
    assert known.items.discrimination[1] == found.discrimination
    np.testing.assert_array_equal(known.items.difficulty[0], expert_items(viva, ["rag"]).items.difficulty[0])


def test_a_damaged_parameter_file_is_named_with_its_field(viva: Viva) -> None:
    sat(viva, "bias-variance", GOOD)
    made = calibrate_bank(viva)
    text = made.path.read_text("utf-8").replace("version: 1", "version: zero", 1)
    made.path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=r"0001.yaml: version: found 'zero'"):
        known_items(viva)


def test_an_empty_log_can_not_be_calibrated_from(viva: Viva) -> None:
    with pytest.raises(UsageError, match="the log holds no scored answer"):
        calibrate_bank(viva)


BY_TOPIC = {
    "foundations": ("bias-variance", "overfitting", "precision-recall"),
    "generative-ai": ("rag", "hallucinations", "zero-few-shot-finetuned"),
}


def people_on_the_bank(folder: Path, viva: Viva, *, spread: float, harder: float, n: int = 300) -> Path:
    """People whose two topics differ by ``spread``; "rag" is harder than its expert thinks."""
    rng = np.random.default_rng(11)
    ids = [id for found in BY_TOPIC.values() for id in found]
    expert = expert_items(viva, ids).items
    b = expert.difficulty + harder * (np.array(ids) == "rag")[:, None]
    overall = rng.normal(0, np.sqrt(1 - spread**2), n)
    columns = []
    for topic, found in BY_TOPIC.items():
        mine = [ids.index(id) for id in found]
        theta = overall + rng.normal(0, spread, n)
        columns.append(simulate_responses(Items("gpcm", expert.discrimination, b).take(mine), theta, rng))
        assert {viva.bank.question(id).topic for id in found} == {topic}
    x = 2.5 * np.hstack(columns)
    rows = [",".join(["person", *ids]), *(f"p{i}," + ",".join(map(str, row)) for i, row in enumerate(x))]
    return write(folder, "\n".join(rows))


def test_a_file_of_other_peoples_scores_calibrates_the_bank_and_the_spread_between_topics(
    viva: Viva, tmp_path: Path
) -> None:
    made = calibrate_bank(viva, people_on_the_bank(tmp_path, viva, spread=0.7, harder=1.0)).parameters
    expert = expert_items(viva, sorted(made.items))
    moved = {
        id: sum(item.steps) / N_STEPS - expert.items.locations[expert.at(id)]
        for id, item in made.items.items()
    }
    assert moved.pop("rag") == pytest.approx(1.0, abs=0.3)
    assert max(abs(by) for by in moved.values()) < 0.35
    assert made.spread == pytest.approx(0.7, abs=0.12)
    assert made.data.startswith("scores.csv (sha256 ")
    assert made.data.endswith("…), 300 people")
    known = known_items(viva)
    assert known.spread == made.spread
    assert progress_of(viva, [ItemAnswer("s", "rag", 6.0)]).spread == made.spread


def test_the_log_counts_beside_a_file_only_when_asked_to(viva: Viva, tmp_path: Path) -> None:
    sat(viva, "attention", GOOD)
    path = people_on_the_bank(tmp_path, viva, spread=0.3, harder=0.0, n=40)
    alone = calibrate_bank(viva, path).parameters
    both = calibrate_bank(viva, path, with_log=True).parameters
    assert "attention" not in alone.items
    assert both.items["attention"].n == 1
    assert (alone.n_sessions, both.n_sessions) == (40, 41)
    assert both.data.endswith("40 people; the log, 1 session(s)")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("person,rag,nope\na,1,2\n", "'nope' is no question or variant of the bank"),
        ("person,rag,attention\na,1,20\n", "'a', item 'attention': found 20; wanted at most 10"),
    ],
)
def test_a_file_that_does_not_fit_the_bank_is_refused(
    viva: Viva, tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        calibrate_bank(viva, write(tmp_path, text))


def test_without_two_topics_the_usual_spread_stays(viva: Viva) -> None:
    sat(viva, "bias-variance", GOOD)
    assert calibrate_bank(viva).parameters.spread is None
    assert known_items(viva).spread == DEFAULT_SPREAD


def test_the_report_fits_what_the_room_fits(tmp_path: Path) -> None:
    from viva.measure import Priors

    path = simulated(tmp_path)
    made, scores = analyze_file(path), read_scores(path)
    fitted = fit(scores.values, priors=Priors())
    assert made.log_likelihood == pytest.approx(fitted.log_likelihood)


def test_one_person_gets_a_wide_answer_and_no_verdict(tmp_path: Path) -> None:
    made = analyze_file(write(tmp_path, "person,group,q1,q2\nann,a,1,0\n"))
    assert made.alpha is None
    for line in made.lines:
        assert line.summary.verdict == "too few responses to say"
        assert line.summary.discrimination.upper / line.summary.discrimination.lower > 4
        assert line.dif == ()
    assert "no DIF: wanted two groups or more" in made.warnings


def test_an_item_that_everybody_gets_right_is_not_judged_and_spoils_no_other(tmp_path: Path) -> None:
    path = simulated(tmp_path)
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([f"{lines[0]},easy", *(f"{line},1" for line in lines[1:])]), "utf-8")
    verdicts = {line.item: line.summary.verdict for line in analyze_file(path).lines}
    assert verdicts.pop("easy") == "too few responses to say"
    assert set(verdicts.values()) == {"discriminates"}


def test_people_without_a_group_count_for_the_items_and_not_for_dif(tmp_path: Path) -> None:
    path = simulated(tmp_path, n=200)
    text = path.read_text("utf-8").replace("p0,a,", "p0,,", 1)
    path.write_text(text, "utf-8")
    made = analyze_file(path)
    assert made.n_people == 200
    assert dict(made.groups) == {"a": 99, "b": 100}
