"""What the door refuses before anything else is asked."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.doors.web.conftest import GOOD, Room
from viva.app import Viva
from viva.doors.web._guard import MAX_BODY


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "testserver.evil.example:80", ""])
def test_a_name_that_was_pointed_at_this_machine_gets_nothing(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert "<html" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver:81"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/practice", "/api/v1/sessions"])
def test_a_page_of_another_site_changes_nothing(
    room: Room, viva: Viva, headers: dict[str, str], path: str
) -> None:
    form = {"csrf": room.csrf, "question": "overfitting"}
    sent = room.client.post(path, data=form, headers=headers) if path == "/practice" else (
        room.client.post(path, json={"mode": "single", "questions": ["overfitting"]}, headers=headers)
    )  # fmt: skip
    assert sent.status_code == 403
    assert viva.store.n_sessions() == 0


def test_a_page_of_our_own_may(room: Room, viva: Viva) -> None:
    form = {"csrf": room.csrf, "question": "overfitting"}
    headers = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
    assert room.client.post("/practice", data=form, headers=headers).status_code == 200
    assert viva.store.n_sessions() == 1


@pytest.mark.parametrize("token", ["", "guess", "é" * 32])
def test_a_form_without_this_browsers_token_changes_nothing(room: Room, viva: Viva, token: str) -> None:
    refused = room.client.post("/practice", data={"csrf": token, "question": "overfitting"})
    assert refused.status_code == 403
    assert viva.store.n_sessions() == 0


def test_every_form_on_a_page_is_held_to_the_token(room: Room, viva: Viva) -> None:
    address = room.begin()
    room.post(f"{address}/answer", turn=1, text=GOOD)
    n = viva.store.load(address.rsplit("/", 1)[1]).n_events
    for step in ("answer", "confidence", "next", "follow-up", "contest", "resume", "close", "delete"):
        data = {"turn": "1", "criterion": "learns-the-noise", "words": "w", "text": "t"}
        assert room.client.post(f"{address}/{step}", data=data).status_code == 403, step
    assert room.client.put(f"{address}/drafts/1", json={"text": "t"}).status_code == 403
    assert viva.store.load(address.rsplit("/", 1)[1]).n_events == n


def test_the_cookie_is_kept_from_scripts_and_other_sites(client: TestClient) -> None:
    cookie = client.get("/").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "set-cookie" not in client.get("/").headers  # once is enough


@pytest.mark.parametrize("path", ["/", "/nowhere", "/bank", "/api/v1/questions", "/progress"])
def test_the_policy_stands_on_every_answer_and_allows_nothing_unsafe(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'self'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


def test_no_page_holds_a_style_or_script_of_its_own(room: Room) -> None:
    address = room.begin()
    feedback = room.post(f"{address}/answer", turn=1, text=GOOD).text
    for shown in (feedback, room.client.get("/progress").text, room.client.get("/labs/attention-core").text):
        assert " style=" not in shown
        assert "<style" not in shown
        assert " onclick=" not in shown
        assert "<script>" not in shown


def test_too_much_at_once_is_refused_by_its_stated_length(client: TestClient) -> None:
    answer = client.post("/api/v1/grade", content=b"x" * (MAX_BODY + 1))
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_too_much_at_once_is_refused_when_it_states_no_length(client: TestClient) -> None:
    chunks = (b"x" * 65536 for _ in range(40))
    sent = client.post("/api/v1/grade", content=chunks, headers={"content-type": "application/json"})
    assert sent.status_code == 413


def test_static_names_change_with_their_content_and_may_be_kept(client: TestClient) -> None:
    page = client.get("/").text
    name = page.split('stylesheet" href="')[1].split('"')[0]
    answer = client.get(name, headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/css")
    assert client.get("/static/../_app.py").status_code == 404
    assert client.get("/static/built-from.txt").status_code == 404


def test_the_first_page_is_under_sixty_kilobytes(client: TestClient) -> None:
    import re

    page = client.get("/", headers={"accept-encoding": "gzip"})
    sizes = [int(page.headers["content-length"])]
    for name in set(re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css|svg))"', page.text)):
        answer = client.get(name, headers={"accept-encoding": "gzip"})
        sizes.append(int(answer.headers["content-length"]))
    assert len(sizes) == 4
    assert sum(sizes) < 60_000
