"""The JSON API: the same steps as the pages, and errors that programs can read."""

from __future__ import annotations

import warnings

import hypothesis
import pytest
from fastapi.testclient import TestClient

from tests.doors.web.conftest import GOOD
from viva.app import Viva
from viva.doors.web import create_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its dependencies' own, at import
    import schemathesis

API = "/api/v1"


def _open(client: TestClient, **given: object) -> dict[str, object]:
    made = client.post(f"{API}/sessions", json={"mode": "single", "questions": ["overfitting"], **given})
    assert made.status_code == 201, made.text
    found: dict[str, object] = made.json()
    return found


def test_a_session_goes_from_opening_to_its_report(client: TestClient) -> None:
    at = f"{API}/sessions/{_open(client)['id']}"
    assert client.put(f"{at}/draft", json={"text": "half"}).status_code == 204
    assert client.get(f"{at}/draft").json() == {"turn": 1, "text": "half"}
    assert client.post(f"{at}/answer", json={"text": GOOD, "turn": 1}).json()["state"] == "answered"
    assert client.post(f"{at}/confidence", json={"confidence": 80}).json()["state"] == "confident"
    judged = client.post(f"{at}/grade").json()
    assert judged["grader"] == "lexical.v1"
    assert "".join(stretch["text"] for stretch in judged["transcript"]) == GOOD
    for finding in judged["findings"]:
        for evidence in finding["evidence"]:
            assert GOOD[evidence["start"] : evidence["end"]] == evidence["quote"]
    assert client.post(f"{at}/close", json={}).json()["state"] == "closed"
    assert client.get(f"{at}/report").json()["turns"][0]["score"] == judged["score"]
    types = [event["type"] for event in client.get(f"{at}/events").json()]
    assert types == [
        "SessionOpened", "ItemAsked", "ResponseGiven", "ConfidenceGiven", "ResponseGraded", "SessionClosed",
    ]  # fmt: skip


def test_pages_and_api_see_the_same_session(client: TestClient) -> None:
    id = _open(client)["id"]
    assert "Your answer" in client.get(f"/sessions/{id}").text


def test_grading_needs_a_confidence_first(client: TestClient) -> None:
    at = f"{API}/sessions/{_open(client)['id']}"
    client.post(f"{at}/answer", json={"text": GOOD})
    refused = client.post(f"{at}/grade")
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["title"] == "That can't happen now"


def test_an_answer_to_another_turn_is_refused(client: TestClient) -> None:
    at = f"{API}/sessions/{_open(client)['id']}"
    assert client.post(f"{at}/answer", json={"text": GOOD, "turn": 2}).status_code == 409


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/questions/no-such", None, 404),
        ("GET", "/sessions/no-such", None, 404),
        ("GET", "/labs/no-such", None, 404),
        ("POST", "/sessions", {"mode": "single", "questions": ["no-such"]}, 404),
        ("POST", "/sessions", {"topics": ["no-such"]}, 422),
        ("POST", "/sessions", {"minutes": 0}, 422),
        ("POST", "/sessions", {"surprise": 1}, 422),
        ("POST", "/grade", {"id": "1", "text": "x"}, 422),
        ("DELETE", "/data?confirm=perhaps", None, 422),
        ("GET", "/nowhere", None, 404),
        ("PUT", "/sessions", {}, 405),
    ],
)
def test_every_refusal_is_a_problem_document(
    client: TestClient, method: str, path: str, body: object, status: int
) -> None:
    answer = client.request(method, API + path, json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail"}
    assert answer.json()["status"] == status


def test_a_text_is_graded_without_a_session(client: TestClient, viva: Viva) -> None:
    given = {"id": "a", "question": "overfitting", "text": GOOD}
    assert client.post(f"{API}/grade", json=given).json()["status"] == "graded"
    assert viva.store.n_sessions() == 0


def test_a_question_is_served_with_its_key_and_without_its_exemplars(client: TestClient, viva: Viva) -> None:
    served = client.get(f"{API}/questions/overfitting").json()
    assert [c["id"] for c in served["criteria"]] == [c.id for c in viva.bank.question("overfitting").criteria]
    assert "exemplars" not in served


def test_a_lab_is_worked_on_through_the_api(client: TestClient, viva: Viva) -> None:
    at = f"{API}/labs/attention-core"
    assert client.get(at).json()["started"] is False
    assert "softmax" in client.post(f"{at}/start").json()["files"]["attention.py"]
    assert client.put(f"{at}/files", json={"files": {"attention.py": "x = 1\n"}}).status_code == 204
    assert (viva.settings.home / "labs/attention-core/attention.py").read_text() == "x = 1\n"
    assert client.post(f"{at}/check").json()["score"] == 0
    assert client.post(f"{at}/hints").json()["n"] == 1
    assert client.get(at).json()["n_hints_shown"] == 1
    assert client.put(f"{at}/files", json={"files": {"../x.py": ""}}).status_code == 422


def test_progress_and_calibration_follow_the_answers(client: TestClient) -> None:
    assert client.get(f"{API}/progress/calibration").json()["verdict"] == "cannot tell"
    at = f"{API}/sessions/{_open(client)['id']}"
    for step, body in (("answer", {"text": GOOD}), ("confidence", {"confidence": 80}), ("grade", None)):
        assert client.post(f"{at}/{step}", json=body).status_code == 200
    assert client.get(f"{API}/progress").json()["overall"]["n_answers"] == 1
    assert client.get(f"{API}/progress/calibration").json()["n"] == 1
    assert len(client.get(f"{API}/progress/history?topic=foundations").json()) == 1
    assert client.get(f"{API}/progress/history?topic=agents").json() == []


def test_everything_can_be_taken_out_and_deleted(client: TestClient) -> None:
    _open(client)
    assert len(client.get(f"{API}/export").json()["sessions"]) == 1
    assert client.delete(f"{API}/data?confirm=delete").json() == {"n_sessions": 1}
    assert client.get(f"{API}/export").json() == {"format": 1, "sessions": [], "labs": {}}


def test_the_document_describes_every_path_of_the_api_and_no_page(client: TestClient) -> None:
    document = client.get(f"{API}/openapi.json").json()
    assert all(path.startswith(API) for path in document["paths"])
    assert len(document["paths"]) >= 28
    for path in document["paths"].values():
        for method in path.values():
            assert method["description"]


def test_no_request_that_the_document_allows_makes_the_server_fail(viva: Viva) -> None:
    app = create_app(viva, hosts=("testserver",), warm=False)
    schema = schemathesis.openapi.from_asgi(
        f"{API}/openapi.json", app, headers={"host": "testserver"}
    ).exclude(
        # Each call of these is a sandbox of its own, or takes sound instead of JSON.
        path_regex=r"/labs/\{id\}/(check|submit)$|/speech/transcriptions$|/chunks/\{number\}$"
    )
    known = TestClient(app)
    id = _open(known)["id"]
    n = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @hypothesis.given(case=operation.as_strategy())
        @hypothesis.settings(
            max_examples=6, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.generate],
        )  # fmt: skip
        def holds(case: schemathesis.Case) -> None:
            nonlocal n
            if "id" in case.path_parameters and case.path.startswith(f"{API}/sessions") and n % 2:
                case.path_parameters["id"] = id
            n += 1
            answer = case.call(headers={"host": "testserver"})
            assert answer.status_code < 500 or answer.status_code == 503, (
                case.method,
                case.path,
                answer.text,
            )

        holds()
    assert n > 100
