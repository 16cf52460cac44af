"""Recordings by websocket and API: what is kept, what is refused, and whose it is."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from tests.doors.web.conftest import GOOD, Room
from tests.speech.voices import Listener, say, scene
from viva.app import Viva, speech
from viva.app.speech import TakeKey
from viva.doors.web._guard import MAX_BODY
from viva.speech import RATE, pcm_of, wav_of

TAKE = "abcdefgh"


@pytest.fixture(autouse=True)
def _no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine at hand has installed doesn't matter here."""
    monkeypatch.delenv("VIVA_SPEECH_URL", raising=False)
    monkeypatch.setenv("VIVA_SPEECH_MODEL", "/nowhere/at-all")


@pytest.fixture
def asked(room: Room) -> str:
    """A session that asks something; its address."""
    return room.begin()


def _chunk(number: int, pcm: bytes) -> bytes:
    return struct.pack("<I", number) + pcm


def _api(room: Room, method: str, path: str, **sent: Any) -> Any:
    return room.client.request(method, f"/api/v1{path}", **sent)


def test_chunks_are_answered_once_they_are_kept_and_a_new_connection_says_where_to_go_on(
    room: Room, asked: str
) -> None:
    address = f"{asked}/recordings/1/{TAKE}"
    with room.client.websocket_connect(address) as socket:
        assert socket.receive_json() == {"next": 0}
        for number, expected in ((0, 1), (2, 1), (0, 1)):
            socket.send_bytes(_chunk(number, bytes([number, 1])))
            assert socket.receive_json() == {"next": expected}
    with room.client.websocket_connect(address) as socket:
        assert socket.receive_json() == {"next": 1}
        socket.send_bytes(_chunk(1, b"\1\1"))
        assert socket.receive_json() == {"next": 3}
    assert room.client.get(f"{address}/audio").content == wav_of(b"\0\1\1\1\2\1")


def test_what_is_no_chunk_ends_the_connection_with_the_reason(room: Room, asked: str) -> None:
    for sent in (b"", b"\0", _chunk(0, b""), _chunk(0, b"abc"), _chunk(2**31, b"ab")):
        with room.client.websocket_connect(f"{asked}/recordings/1/{TAKE}") as socket:
            socket.receive_json()
            socket.send_bytes(sent)
            assert "wanted:" in socket.receive_json()["error"], sent
            with pytest.raises(WebSocketDisconnect):
                socket.receive_json()


def test_a_text_ends_the_connection_and_breaks_nothing(room: Room, asked: str) -> None:
    with room.client.websocket_connect(f"{asked}/recordings/1/{TAKE}") as socket:
        socket.receive_json()
        socket.send_text("hello")
        with pytest.raises(WebSocketDisconnect):
            socket.receive_json()


def test_a_recording_of_nothing_is_refused(room: Room, asked: str) -> None:
    for path, words in (
        ("/sessions/nobody/recordings/1/abcdefgh", "no session"),
        (f"{asked}/recordings/2/abcdefgh", "no turn 2"),
        (f"{asked}/recordings/1/NO", "no recording"),
    ):
        with room.client.websocket_connect(path) as socket:
            assert words in socket.receive_json()["error"], path


def test_a_page_of_another_site_cannot_record_here(room: Room, asked: str) -> None:
    for headers in ({"origin": "http://evil.example"}, {"origin": "null"}, {"host": "evil.example"}):
        with (
            pytest.raises(WebSocketDisconnect) as refused,
            room.client.websocket_connect(f"{asked}/recordings/1/{TAKE}", headers=headers),
        ):
            pass
        assert refused.value.code == 1008, headers


def test_a_page_of_our_own_may_record(room: Room, asked: str) -> None:
    headers = {"origin": "http://testserver"}
    with room.client.websocket_connect(f"{asked}/recordings/1/{TAKE}", headers=headers) as socket:
        assert socket.receive_json() == {"next": 0}


def test_what_changes_a_recording_needs_this_browsers_token(room: Room, asked: str, viva: Viva) -> None:
    base = f"{asked}/recordings/1/{TAKE}"
    key = TakeKey(asked.rsplit("/", 1)[1], 1, TAKE)
    speech.add_chunk(viva, key, 0, b"aa")
    for method, path in (
        ("PUT", "/chunks/1"), ("POST", "/finish"), ("POST", "/transcript"), ("PUT", "/transcript"),
        ("DELETE", ""),
    ):  # fmt: skip
        assert room.client.request(method, base + path, json={}).status_code == 403, path
    found = speech.read_take(viva, key)
    assert (found.next_chunk, found.is_finished) == (1, False)
    ours = {"X-CSRF-Token": room.csrf}
    assert room.client.put(f"{base}/chunks/1", content=b"bb", headers=ours).json() == {"next": 2}
    assert room.client.delete(base, headers=ours).status_code == 204


def test_no_recording_begins_after_the_answer_but_its_last_chunk_may_still_come(
    room: Room, asked: str, viva: Viva
) -> None:
    id = asked.rsplit("/", 1)[1]
    assert _api(room, "PUT", f"{asked}/recordings/1/{TAKE}/chunks/0", content=b"aa").status_code == 200
    room.post(f"{asked}/answer", turn=1, text=GOOD)
    assert _api(room, "PUT", f"{asked}/recordings/1/{TAKE}/chunks/1", content=b"bb").json() == {"next": 2}
    late = _api(room, "PUT", f"{asked}/recordings/1/another0/chunks/0", content=b"aa")
    assert late.status_code == 409
    assert [take.id for take in speech.takes_of(viva, id, 1)] == [TAKE]


def test_the_whole_way_by_the_api_from_chunks_to_words_to_delivery(
    room: Room, asked: str, listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVA_SPEECH_URL", listener.url)
    pcm = say(tmp_path / "a.wav").read_bytes()[44:]
    heard = _api(room, "POST", "/speech/transcriptions", content=(tmp_path / "a.wav").read_bytes())
    assert heard.status_code == 200
    assert {"model", "noise", "training"} & set(heard.json()["transcript"]["text"].split())
    assert heard.json()["delivery"]["words_per_minute"] > 60
    base = f"{asked}/recordings/1"
    assert _api(room, "GET", base).json()["where"] == "here"
    sound = pcm_of(scene((True, 1.0)))
    assert _api(room, "PUT", f"{base}/{TAKE}/chunks/0", content=sound).json() == {"next": 1}
    assert _api(room, "POST", f"{base}/{TAKE}/finish", json={"n_chunks": 2}).status_code == 409
    assert _api(room, "POST", f"{base}/{TAKE}/finish", json={"n_chunks": 1}).json()["is_finished"] is True
    assert _api(room, "POST", f"{base}/{TAKE}/transcript").status_code == 200
    facts = _api(room, "GET", f"{asked}/delivery/1").json()
    assert facts["seconds"] == pytest.approx(1.0)
    assert len(pcm) > RATE


def test_a_body_that_cannot_become_words_gets_a_problem_that_says_why(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    speech_alone = wav_of(pcm_of(scene((True, 1))))
    assert "viva speech doctor" in _refused(room, speech_alone, 503)
    monkeypatch.setenv("VIVA_SPEECH_URL", "http://127.0.0.1:9/v1")
    assert "can't be reached" in _refused(room, speech_alone, 503)
    assert "the body: found 0 bytes" in _refused(room, b"", 422)
    assert "an MP3 file" in _refused(room, b"ID3" + bytes(99), 422)
    assert "found silence" in _refused(room, wav_of(bytes(2 * RATE)), 422)
    assert "wanted: at most" in _refused(room, bytes(MAX_BODY + 1), 413)


def _refused(room: Room, body: bytes, status: int) -> str:
    """What the problem says; it must have this status."""
    answer = _api(room, "POST", "/speech/transcriptions", content=body)
    assert answer.status_code == status
    return str(answer.json()["detail"])


def test_a_take_that_is_not_there_is_not_found(room: Room, asked: str) -> None:
    base = f"{asked}/recordings/1/{TAKE}"
    for method, path in (("GET", "/audio"), ("POST", "/transcript"), ("POST", "/finish")):
        assert _api(room, method, base + path, json={}).status_code == 404, path


def test_words_of_the_browser_are_shown_as_its_own_and_marked_where_it_was_unsure(
    room: Room, asked: str
) -> None:
    base = f"{asked}/recordings/1/{TAKE}"
    _api(room, "PUT", f"{base}/chunks/0", content=pcm_of(scene((True, 1))))
    words = [
        {"text": "it", "confidence": 0.9},
        {"text": "<b>nose</b>", "start_s": 0.4, "end_s": 0.8, "confidence": 0.2},
    ]
    kept = _api(room, "PUT", f"{base}/transcript", json={"words": words, "where": "browser"})
    assert kept.status_code == 200
    shown = room.client.get(f"{asked}/takes/1").text
    assert "1 word is marked" in shown
    assert '<button type="button" class="word-unsure" data-do="word" data-word="1" data-at="0.40">' in shown
    assert "&lt;b&gt;nose" in shown
    assert "<b>" not in shown
    wrong = _api(room, "PUT", f"{base}/transcript", json={"words": words, "where": "here"})
    assert wrong.status_code == 422


def test_delivery_stands_on_the_feedback_of_a_spoken_answer_and_of_no_other(room: Room, asked: str) -> None:
    _api(room, "PUT", f"{asked}/recordings/1/{TAKE}/chunks/0", content=pcm_of(scene((True, 1), (False, 1))))
    feedback = room.post(f"{asked}/answer", turn=1, text=GOOD).text
    assert f'hx-get="{asked}/delivery/1"' in feedback
    assert "How you spoke" in room.client.get(f"{asked}/delivery/1").text
    room.post(f"{asked}/follow-up")
    assert room.client.get(f"{asked}/delivery/2").text == ""


def test_the_page_says_what_is_wrong_with_an_engine_that_was_asked_for(
    room: Room, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVA_SPEECH_ENGINE", "sherpa")
    found = room.client.get(f"{asked}/recordings/1").json()
    assert found["engine"] is None
    assert "isn't ready" in found["trouble"]


def test_every_engine_is_listed_with_what_it_lacks(room: Room) -> None:
    found = _api(room, "GET", "/speech/engines").json()
    assert [one["name"] for one in found][-1] == "server.v1"
    assert all(one["missing"] for one in found)


def test_the_document_describes_every_step_of_speaking(client: TestClient) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    chunk = paths["/api/v1/sessions/{id}/recordings/{turn}/{take}/chunks/{number}"]["put"]
    assert "application/octet-stream" in chunk["requestBody"]["content"]
    assert "audio/wav" in paths["/api/v1/speech/transcriptions"]["post"]["requestBody"]["content"]
