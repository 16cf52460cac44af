"""The study page: what is due, drills, lessons, and the plan towards an interview."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Clock
from tests.doors.web.conftest import GOOD, Room, Server
from tests.doors.web.test_browser import _findings
from viva.app import Viva
from viva.app.history import days_practised
from viva.app.study import aim_of, study_now
from viva.session import State


def _drill(room: Room, new: int = 2) -> str:
    """Start a drill; the session's address."""
    return str(room.post("/study/drill", minutes=30, new=new).url.path)


def _id(address: str) -> str:
    return address.rsplit("/", 1)[1]


def test_before_anything_was_met_the_page_offers_new_criteria(room: Room) -> None:
    shown = room.client.get("/study").text
    assert "Nothing met yet, so nothing is due" in shown
    assert '<option value="5" selected>' in shown


def test_a_drill_asks_for_one_criterion_and_goes_on_to_another(room: Room, viva: Viva) -> None:
    address = _drill(room)
    first = viva.store.load(_id(address)).turn.asked
    claim = viva.bank.question(first.question).criterion(first.criterion or "").claim
    shown = room.post(f"{address}/answer", turn=1, text=claim, confidence="80").text
    assert "Go on with the drill" in shown
    assert "Now for a stakeholder" not in shown
    room.post(f"/study/drill/{_id(address)}/next")
    second = viva.store.load(_id(address)).turn.asked
    assert second.criterion is not None
    assert second.criterion != first.criterion


def test_as_many_new_criteria_are_asked_as_the_drill_was_begun_with(room: Room, viva: Viva) -> None:
    address = _drill(room, new=3)
    for turn in range(1, 10):
        session = viva.store.load(_id(address))
        if session.state is State.CLOSED:
            break
        asked = session.turn.asked
        claim = viva.bank.question(asked.question).criterion(asked.criterion or "").claim
        room.post(f"{address}/answer", turn=turn, text=claim)
        room.post(f"/study/drill/{_id(address)}/next")
    asked_for = {(t.asked.question, t.asked.criterion) for t in viva.store.load(_id(address)).turns}
    assert len(asked_for) == 3
    assert "<h1>Drill</h1>" in room.client.get(address).text


def test_not_knowing_yet_opens_the_lesson_and_the_criterion_comes_back(
    room: Room, viva: Viva, clock: Clock
) -> None:
    address = _drill(room)
    asked = viva.store.load(_id(address)).turn.asked
    shown = room.post(f"{address}/answer", turn=1, text="", action="dont-know").text
    criterion = viva.bank.question(asked.question).criterion(asked.criterion or "")
    assert criterion.teach.split("$")[0].split("*")[0][:40] in shown
    assert "comes back sooner" in shown
    clock.forward(11 * 60)
    assert [d.card.criterion for d in study_now(viva).due] == [asked.criterion]
    assert "1 due, about 1 minutes" in room.client.get("/study").text


def test_a_drill_that_was_broken_off_is_gone_on_with(room: Room) -> None:
    address = _drill(room)
    assert "Go on with the drill" in room.client.get("/study").text
    assert "Go on with the drill" in room.client.get("/study/today").text
    assert str(room.post("/study/drill").url.path) == address


def test_a_drill_with_nothing_to_ask_leads_back_to_the_page(room: Room, viva: Viva) -> None:
    assert str(room.post("/study/drill", new=0).url.path) == "/study"
    assert viva.store.n_sessions() == 0


def test_a_step_of_a_drill_changes_nothing_in_other_practice(room: Room, viva: Viva) -> None:
    address = room.begin()
    room.post(f"{address}/answer", turn=1, text=GOOD)
    n = viva.store.load(_id(address)).n_events
    room.post(f"/study/drill/{_id(address)}/next")
    assert viva.store.load(_id(address)).n_events == n


def test_the_date_of_the_interview_gives_each_day_left_its_plan(room: Room, viva: Viva, clock: Clock) -> None:
    date = clock().date() + dt.timedelta(days=6)
    shown = room.post("/study/aim", date=date.isoformat(), minutes=12, topic="retrieval").text
    assert "6 days to your interview" in shown
    assert shown.count('<th scope="row" class="day">') == 6
    assert "6, as planned for today" in shown
    aim = aim_of(viva)
    assert aim is not None
    assert (aim.interview, aim.minutes, aim.topics) == (date, 12, ("retrieval",))
    room.post("/study/aim/forget")
    assert aim_of(viva) is None


def test_setting_the_date_at_home_keeps_the_topics(room: Room, viva: Viva, clock: Clock) -> None:
    soon, later = (clock().date() + dt.timedelta(days=n) for n in (6, 9))
    room.post("/study/aim", date=soon.isoformat(), minutes=12, topic="retrieval")
    assert str(room.post("/study/aim", date=later.isoformat(), minutes=20, back="home").url.path) == "/"
    aim = aim_of(viva)
    assert aim is not None
    assert (aim.interview, aim.topics) == (later, ("retrieval",))


@pytest.mark.parametrize("date", ["", "soon", "2020-01-01", "9999-12-31", "2026-02-30"])
def test_a_date_that_cannot_be_planned_for_is_refused_and_not_kept(room: Room, viva: Viva, date: str) -> None:
    refused = room.post("/study/aim", date=date, minutes=20)
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert aim_of(viva) is None


def test_a_date_that_has_passed_is_said_to_be_past(room: Room, clock: Clock) -> None:
    room.post("/study/aim", date=clock().date().isoformat(), minutes=20)
    assert "Your interview is today" in room.client.get("/study").text
    clock.forward(2 * 86_400)
    assert "is past" in room.client.get("/study").text
    assert room.post("/study/drill").status_code == 200


def test_a_lesson_has_a_page_and_a_missing_one_says_so(room: Room, viva: Viva) -> None:
    question = viva.bank.question("overfitting")
    shown = room.client.get(f"/study/lessons/{question.criteria[0].id}?question=overfitting")
    assert question.criteria[0].sources[0] in shown.text
    assert room.client.get("/study/lessons/no-such?question=overfitting").status_code == 422
    assert room.client.get("/study/lessons/x?question=no-such").status_code == 404


def test_home_says_on_how_many_days_something_was_practised(room: Room, viva: Viva, clock: Clock) -> None:
    for _ in range(2):
        room.post(f"{room.begin()}/answer", turn=1, text=GOOD, confidence="90")
        clock.forward(86_400)
    assert (days_practised(viva).in_a_row, days_practised(viva).of_last_30) == (2, 2)
    assert "2 of the last 30 days, 2 in a row" in room.client.get("/study/today").text
    clock.forward(86_400)
    assert days_practised(viva).in_a_row == 0  # nothing is said of it then: no nagging
    assert "in a row" not in room.client.get("/study/today").text


def test_home_shows_standing_and_calibration_by_themselves(room: Room) -> None:
    room.post(f"{room.begin()}/answer", turn=1, text=GOOD, confidence="90")
    shown = room.client.get("/progress/standing").text
    assert "1 answer with a confidence" in shown
    assert shown.count("<svg") == 2


def test_deleting_everything_forgets_the_date_as_well(room: Room, viva: Viva, clock: Clock) -> None:
    room.post("/study/aim", date=clock().date().isoformat(), minutes=20)
    room.post("/progress/delete", typed="delete")
    assert aim_of(viva) is None


def test_study_from_home_to_the_lesson_in_a_real_browser(page: Page, server: Server) -> None:
    page.goto(server.url)
    page.get_by_role("link", name="Plan your study").click()
    page.get_by_label("Day of the interview").fill((dt.date.today() + dt.timedelta(days=9)).isoformat())
    page.get_by_label("Minutes a day").fill("20")
    page.get_by_role("button", name="Set the date").click()
    expect(page.get_by_text("9 days to your interview")).to_be_visible()
    assert not _findings(page)
    page.get_by_role("button", name="Start the drill").click()
    page.get_by_role("button", name="I don't know yet").click()
    expect(page.get_by_text("comes back sooner")).to_be_visible()
    assert not _findings(page)
    page.goto(server.url)
    expect(page.get_by_role("button", name="Go on with the drill")).to_be_visible()
    expect(page.get_by_text("9 days to your interview")).to_be_visible()
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert not _findings(page)
    page.set_viewport_size({"width": 360, "height": 800})
    for place in ("/", "/study"):
        page.goto(server.url + place, wait_until="networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
