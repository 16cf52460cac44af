"""The API's document is complete: names, examples, errors; and the study endpoints do what it says."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.conftest import Clock
from viva.app import Viva
from viva.doors.web import create_app, lobby_of

API = "/api/v1"


def _operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(f"{m} {path}", o) for path, ms in document["paths"].items() for m, o in ms.items()]


@pytest.fixture(params=["one person", "server"])
def document(request: pytest.FixtureRequest, viva: Viva) -> dict[str, Any]:
    lobby = lobby_of(viva) if request.param == "server" else None
    app = create_app(viva, hosts=("testserver",), warm=False, lobby=lobby)
    found: dict[str, Any] = TestClient(app).get(f"{API}/openapi.json").json()
    return found


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(document: dict[str, Any]) -> None:
    names = Counter(operation["operationId"] for _, operation in _operations(document))
    assert [name for name, n in names.items() if n > 1] == []
    assert all(operation["description"] for _, operation in _operations(document))


def test_every_body_in_json_has_an_example(document: dict[str, Any]) -> None:
    for name, operation in _operations(document):
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        assert body is None or body.get("examples") or body["schema"].get("examples"), name


def test_every_error_is_described_as_a_problem_document(document: dict[str, Any]) -> None:
    for name, operation in _operations(document):
        for status, response in operation["responses"].items():
            if status[0] in "45":
                assert set(response["content"]) == {"application/problem+json"}, (name, status)
    assert "HTTPValidationError" not in str(document)


def test_in_server_mode_every_operation_asks_for_a_token(viva: Viva) -> None:
    app = create_app(viva, hosts=("testserver",), warm=False, lobby=lobby_of(viva))
    document = TestClient(app).get(f"{API}/openapi.json").json()
    assert document["security"] == [{"token": []}]
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert all({"401", "403"} <= set(o["responses"]) for _, o in _operations(document))


def test_in_single_user_mode_none_does(viva: Viva) -> None:
    app = create_app(viva, hosts=("testserver",), warm=False)
    document = TestClient(app).get(f"{API}/openapi.json").json()
    assert "security" not in document
    assert f"{API}/me" not in document["paths"]


def test_a_drill_goes_through_the_api(client: TestClient, clock: Clock) -> None:
    at = f"{API}/study"
    assert client.post(f"{at}/drills", json={"new": 0}).status_code == 404
    begun = client.post(f"{at}/drills", json={"minutes": 20, "new": 1})
    assert begun.status_code == 201
    drill = begun.json()
    asked = drill["turn"]
    on = f"{API}/sessions/{drill['id']}"
    assert client.post(f"{at}/drills/{drill['id']}/next", json={}).status_code == 409
    for step, body in (("answer", {"text": "I don't know yet."}), ("confidence", {"confidence": None})):
        assert client.post(f"{on}/{step}", json=body).status_code == 200
    client.post(f"{on}/grade")
    lesson = client.get(f"{at}/lessons/{asked['criterion']}", params={"question": asked["question"]}).json()
    assert lesson["teach"]
    clock.forward(11 * 60)
    now = client.get(at).json()
    assert [d["criterion"] for d in now["due"]] == [asked["criterion"]]
    assert now["unfinished_drill"] == drill["id"]
    again = client.post(f"{at}/drills/{drill['id']}/next", json={"new": 1}).json()
    assert again["turn"]["criterion"] == asked["criterion"]


def test_the_aim_is_set_planned_for_and_forgotten_through_the_api(client: TestClient, clock: Clock) -> None:
    at = f"{API}/study"
    assert client.get(f"{at}/aim").status_code == 404
    assert client.get(f"{at}/plan").status_code == 404
    aim = {"interview": (clock().date() + dt.timedelta(days=5)).isoformat(), "minutes": 12, "topics": []}
    assert len(client.put(f"{at}/aim", json=aim).json()["days"]) == 5
    assert client.get(f"{at}/aim").json() == aim
    assert client.get(f"{at}/plan").json()["interview"] == aim["interview"]
    assert client.put(f"{at}/aim", json=aim | {"interview": "2020-01-01"}).status_code == 422
    assert client.get(f"{at}/aim").json() == aim
    assert client.delete(f"{at}/aim").status_code == 204
    assert client.get(f"{at}/aim").status_code == 404
