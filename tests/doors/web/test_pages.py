"""The pages as someone without JavaScript uses them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.conftest import Clock
from tests.doors.web.conftest import GOOD, Room
from viva.app import Viva
from viva.bank import Verdict


def test_practice_goes_from_question_to_verdicts_without_a_script(room: Room, viva: Viva) -> None:
    address = room.begin()
    assert viva.bank.question("overfitting").ask.peer[:40] in room.client.get(address).text
    shown = room.post(f"{address}/answer", turn=1, text=GOOD, confidence="80")
    assert "What was looked for" in shown.text
    assert "90% interval" in shown.text
    assert "graded by lexical.v1" in shown.text
    assert "you were 80% sure" in shown.text


def test_every_mark_in_the_transcript_links_to_a_finding_on_the_page(room: Room, viva: Viva) -> None:
    address = room.begin()
    shown = room.post(f"{address}/answer", turn=1, text=GOOD).text
    card = viva.store.load(address.rsplit("/", 1)[1]).turn.scorecard
    assert card is not None
    marked = [v.criterion for v in card.verdicts if v.evidence]
    assert marked
    for criterion in marked:
        assert f'id="t1-{criterion}"' in shown
    assert 'href="#t1-' in shown


def test_the_answer_is_shown_character_for_character(room: Room) -> None:
    address = room.begin()
    nasty = 'It memorises <b>noise</b> & "more" — <script>alert(1)</script> on the training data.'
    shown = room.post(f"{address}/answer", turn=1, text=nasty).text
    assert "<script>alert" not in shown
    assert "&lt;b&gt;noise&lt;/b&gt;" in shown


def test_a_draft_is_there_after_a_reload_and_gone_once_answered(room: Room) -> None:
    address = room.begin()
    kept = room.client.put(
        f"{address}/drafts/1", json={"text": "half a thought"}, headers={"X-CSRF-Token": room.csrf}
    )
    assert kept.status_code == 204
    assert "half a thought" in room.client.get(address).text
    room.post(f"{address}/answer", turn=1, text=GOOD)
    late = room.client.put(
        f"{address}/drafts/1", json={"text": "too late"}, headers={"X-CSRF-Token": room.csrf}
    )
    assert late.status_code == 409


def test_an_answer_that_is_sent_twice_counts_once(room: Room, viva: Viva) -> None:
    address = room.begin()
    room.post(f"{address}/answer", turn=1, text=GOOD)
    room.post(f"{address}/answer", turn=1, text="something else")
    session = viva.store.load(address.rsplit("/", 1)[1])
    assert [turn.response for turn in session.turns] == [GOOD]


@pytest.mark.parametrize("typed", ["-1", "101", "sure", "1e2", "٥٠٠"])
def test_a_confidence_that_is_no_percentage_is_refused_and_the_words_stay(room: Room, typed: str) -> None:
    address = room.begin()
    shown = room.post(f"{address}/answer", turn=1, text="my words so far", confidence=typed)
    assert shown.status_code == 422
    assert "wanted: a whole number from 0 to 100" in shown.text
    assert "my words so far" in shown.text


def test_an_empty_answer_is_asked_for_again(room: Room, viva: Viva) -> None:
    address = room.begin()
    assert room.post(f"{address}/answer", turn=1, text="  ").status_code == 422
    assert viva.store.load(address.rsplit("/", 1)[1]).turn.response is None


def test_an_answer_that_is_too_long_is_refused_and_stays_on_the_page(room: Room) -> None:
    address = room.begin()
    shown = room.post(f"{address}/answer", turn=1, text="word " * 30_000)
    assert shown.status_code == 422
    assert shown.text.count("word word") > 1000


def test_not_knowing_yet_opens_the_teaching_text(room: Room, viva: Viva) -> None:
    address = room.begin()
    shown = room.post(f"{address}/answer", turn=1, text="", action="dont-know")
    taught = viva.bank.question("overfitting").criteria[0].teach.split(".")[0]
    assert taught in shown.text
    assert viva.store.load(address.rsplit("/", 1)[1]).turn.confidence is None


def test_another_try_stands_beside_the_earlier_one(room: Room) -> None:
    address = room.begin()
    room.post(f"{address}/answer", turn=1, text="It memorises the noise in the training data.")
    room.post(f"{address}/follow-up")
    shown = room.post(f"{address}/answer", turn=2, text=GOOD)
    assert "This try beside the earlier one" in shown.text


@pytest.mark.parametrize(
    ("form", "step"),
    [({"criterion": "learns-the-noise"}, "probe"), ({"variant": "husky-snow"}, "variant"), ({}, "question")],
)
def test_each_follow_up_asks_its_own_step(room: Room, viva: Viva, form: dict[str, str], step: str) -> None:
    address = room.begin()
    room.post(f"{address}/answer", turn=1, text=GOOD)
    room.post(f"{address}/follow-up", **form)
    turn = viva.store.load(address.rsplit("/", 1)[1]).turn
    assert turn.asked.step == step
    assert turn.response is None


def test_the_other_audience_gets_its_own_wording(room: Room, viva: Viva) -> None:
    address = room.begin()
    room.post(f"{address}/answer", turn=1, text=GOOD)
    shown = room.post(f"{address}/follow-up", audience="stakeholder")
    assert "stakeholder, in plain words" in shown.text
    assert viva.store.load(address.rsplit("/", 1)[1]).turn.asked.ask == (
        viva.bank.question("overfitting").ask.stakeholder
    )


def test_a_contested_verdict_is_kept_shown_and_judged_again(room: Room, viva: Viva) -> None:
    address = room.begin()
    room.post(f"{address}/answer", turn=1, text="Something about cats and the weather on the training data.")
    shown = room.post(f"{address}/contest", turn=1, criterion="learns-the-noise", words="I did say it")
    assert "I did say it" in shown.text
    turn = viva.store.load(address.rsplit("/", 1)[1]).turn
    assert [c.words for c in turn.contests] == ["I did say it"]
    assert len(turn.scorecards) == 2


def test_contesting_what_was_not_judged_is_refused(room: Room) -> None:
    address = room.begin()
    room.post(f"{address}/answer", turn=1, text=GOOD)
    refused = room.post(f"{address}/contest", turn=1, criterion="no-such", words="why")
    assert refused.status_code == 422
    assert "no verdict on" in refused.text


def test_an_interview_runs_to_its_report_and_the_report_can_be_kept(room: Room, clock: Clock) -> None:
    address = str(room.post("/interview", topic="foundations", minutes=6).url.path)
    for turn in range(1, 30):
        if "answer" not in room.client.get(address).text or "Report ·" in room.client.get(address).text:
            break
        clock.forward(60)
        room.post(f"{address}/answer", turn=turn, text=GOOD, confidence="50")
        room.post(f"{address}/next")
    report = room.client.get(address)
    assert "Interview report" in report.text
    kept = room.client.get(f"{address}/report.html")
    assert "attachment" in kept.headers["content-disposition"]
    assert "src=" not in kept.text
    assert "href=" not in kept.text  # nothing but itself


def test_the_bank_finds_what_is_searched_and_says_how_many(client: TestClient, viva: Viva) -> None:
    found = client.get("/bank", params={"q": "gradient descent"}).text
    assert "/bank/gradient-descent" in found
    assert "/bank/project-retrospective" not in found
    assert "0 questions" in client.get("/bank", params={"q": "xyzzyplugh"}).text
    assert f"{len(viva.bank)} questions" in client.get("/bank").text


def test_a_script_that_searches_gets_the_list_alone(client: TestClient) -> None:
    assert "<html" not in client.get("/bank?q=overfitting", headers={"HX-Request": "true"}).text


def test_progress_shows_bands_calibration_and_history(room: Room) -> None:
    for question in ("overfitting", "bias-variance"):
        address = room.begin(question)
        room.post(f"{address}/answer", turn=1, text=GOOD, confidence="90")
    shown = room.client.get("/progress").text
    assert shown.count('class="band"') >= 3  # overall, the topic, and over time
    assert "2 answers with a confidence" in shown
    assert "Too few to tell" in shown
    assert shown.count('href="/sessions/') == 2


def test_the_export_holds_every_word_that_was_said(room: Room) -> None:
    address = room.begin()
    room.post(f"{address}/answer", turn=1, text=GOOD)
    other = room.begin("bias-variance")
    room.client.put(f"{other}/drafts/1", json={"text": "only a draft"}, headers={"X-CSRF-Token": room.csrf})
    kept = room.client.get("/progress/export.json").json()
    said = [e["text"] for s in kept["sessions"] for e in s["events"] if e["type"] == "ResponseGiven"]
    assert said == [GOOD]
    assert "only a draft" in [s["draft"] for s in kept["sessions"]]


def test_deleted_data_is_gone_from_the_disk(room: Room, viva: Viva) -> None:
    address = room.begin()
    room.post(f"{address}/answer", turn=1, text=GOOD + " Zanzibar-4711.")
    room.post("/labs/attention-core/start")
    home = viva.settings.home
    assert _holds(home, b"Zanzibar-4711")
    assert room.post("/progress/delete", typed="no").status_code == 200
    assert _holds(home, b"Zanzibar-4711")
    room.post("/progress/delete", typed="delete")
    assert not _holds(home, b"Zanzibar-4711")
    assert not (home / "labs").exists()
    assert sqlite3.connect(home / "viva.db").execute("select count(*) from events").fetchone() == (0,)


def _holds(folder: Path, words: bytes) -> bool:
    return any(words in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_one_session_can_be_deleted_alone(room: Room, viva: Viva) -> None:
    gone, stays = room.begin(), room.begin("bias-variance")
    room.post(f"{gone}/delete")
    assert [f"/sessions/{line.id}" for line in viva.store.lines()] == [stays]


def test_a_lab_is_started_edited_checked_and_hinted_at(room: Room, viva: Viva) -> None:
    page = "/labs/attention-core"
    assert "Start: the clock runs" in room.client.get(page).text
    assert "softmax" in room.post(f"{page}/start").text
    good = Path("src/viva/content/labs/attention-core/solutions/good.py").read_text("utf-8")
    checked = room.post(f"{page}/work", **{"file:attention.py": good, "action": "check"})
    assert "Checked: 5 of 5 points" in checked.text
    assert "costs 0.5" in room.client.get(page).text
    assert "hint 2 of 3" in room.post(f"{page}/hint").text
    assert good in (viva.settings.home / "labs/attention-core/attention.py").read_text("utf-8")


def test_a_lab_writes_no_file_that_is_not_to_be_edited(room: Room, viva: Viva) -> None:
    room.post("/labs/attention-core/start")
    refused = room.post("/labs/attention-core/work", **{"file:../../escape.py": "x", "action": "save"})
    assert refused.status_code == 422
    assert not list(viva.settings.home.rglob("escape.py"))


@pytest.mark.parametrize("path", ["/nowhere", "/bank/no-such", "/sessions/no-such", "/labs/no-such"])
def test_what_is_not_there_is_a_page_that_says_so(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert 'role="alert"' in answer.text


def test_formulas_become_mathml_and_prices_stay_prices() -> None:
    from viva.doors.web._markdown import markdown, markdown_line

    assert "<math" in markdown("The loss is $\\frac{1}{n}\\sum_i (y_i - p_i)^2$.")
    assert markdown_line("it costs $5 and then $10 more") == "it costs $5 and then $10 more"
    assert "<script" not in markdown("<script>alert(1)</script> $<script>$ [x](javascript:alert(1))")


def test_the_words_of_a_verdict_are_those_of_the_glossary(room: Room) -> None:
    address = room.begin()
    shown = room.post(f"{address}/answer", turn=1, text=GOOD).text
    assert any(f"</span>{verdict.value}</span>" in shown for verdict in Verdict)
