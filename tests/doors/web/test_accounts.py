"""Server mode: who gets in, what each role may do, and that nobody reaches another's workspace."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from tests.conftest import Clock
from tests.doors.web.conftest import GOOD, Room, token_in
from viva.app import Settings, Viva
from viva.app import accounts as accounts_module
from viva.app.accounts import MAY, Account, Accounts, Right, Role, hash_password
from viva.app.practice import export_everything, export_labs
from viva.app.workspaces import Workspaces
from viva.bank import Bank
from viva.doors.web import create_app, lobby_of
from viva.doors.web._limits import LoginLimits
from viva.doors.web._lobby import LOGIN, OPEN, Lobby, right_for
from viva.exceptions import InputError, UsageError

PASSWORD = "correct horse battery staple"
SECRET = "Zanzibar-4711"


@pytest.fixture(autouse=True, scope="module")
def quick_hashes() -> Iterator[None]:
    """Argon2 at a hundredth of its cost, for tests that log in often."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts_module, "_hasher", lambda: PasswordHasher(1, 1024, 1))
        yield


def test_a_password_is_hashed_with_argon2id_at_full_cost() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts_module, "_hasher", PasswordHasher)
        parameters = extract_parameters(hash_password(PASSWORD))
    assert parameters.type is Type.ID
    assert parameters.memory_cost >= 19 * 1024  # what OWASP asks for at two passes
    assert parameters.time_cost >= 2


@pytest.fixture
def lobby(viva: Viva, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lobby]:
    monkeypatch.delenv("VIVA_OIDC_ISSUER", raising=False)
    made = lobby_of(viva)
    yield made
    made.accounts.close()


@pytest.fixture
def app(lobby: Lobby) -> FastAPI:
    return create_app(lobby.viva, hosts=("testserver",), warm=False, lobby=lobby)


def browser(app: FastAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)


def logged_in(app: FastAPI, lobby: Lobby, account: Account) -> TestClient:
    client = browser(app)
    client.cookies.set(LOGIN, lobby.accounts.log_in(account))
    return client


def _csrf(client: TestClient) -> str:
    client.get("/login")
    return str(client.cookies["viva_csrf"])


# --- every endpoint, every wrong user


@dataclass(frozen=True)
class Endpoint:
    method: str
    path: str

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")


def endpoints_of(routes: Any, prefix: str = "") -> Iterator[Endpoint]:
    """Every method and path that an application serves, however deep its router lies."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from endpoints_of(inner.routes, prefix + route.include_context.prefix)
        elif type(route).__name__.endswith("WebSocketRoute"):
            yield Endpoint("WEBSOCKET", prefix + route.path)
        else:
            for method in sorted(set(route.methods or ()) - {"HEAD"}):
                yield Endpoint(method, prefix + route.path)


@dataclass(frozen=True)
class Ann:
    """A candidate with something of every kind, all of it marked."""

    account: Account
    viva: Viva
    practice: str
    interview: str
    token: str
    interviewer: Account

    def fill(self, path: str) -> str:
        """A route's path with Ann's own ids in it."""
        session = self.interview if "/interviews/" in path else self.practice
        if "/labs/" in path:
            session = "attention-core"
        values = {
            "code": "no-such-code", "person": self.account.id, "turn": "1", "take": "a" * 8, "number": "0",
            "criterion": "learns-the-noise", "name": "style.css",
        }  # fmt: skip
        session = "overfitting" if re.search(r"/(bank|questions)/", path) else session
        return re.sub(r"\{(\w+)(?::path)?\}", lambda m: values.get(m[1], session), path)

    def all(self, lobby: Lobby) -> str:
        """Everything that is Ann's, as text."""
        kept = [list(export_everything(self.viva)), export_labs(self.viva)]
        aim = self.viva.settings.home / "aim.json"
        of_account = (lobby.accounts.get(self.account.id), lobby.accounts.tokens(self.account))
        seen = lobby.accounts.seen_by(self.account)
        return (
            json.dumps(kept, default=str)
            + (aim.read_text() if aim.exists() else "")
            + repr(of_account)
            + repr(seen)
        )


@pytest.fixture
def ann(lobby: Lobby) -> Account:
    """A candidate with a password, invited by Ines."""
    ines = lobby.accounts.add("Ines", role=Role.INTERVIEWER)
    return lobby.accounts.join(lobby.accounts.invite(ines), "Ann", password=PASSWORD)


@dataclass(frozen=True)
class World:
    """A server with Ann in it, for tests that leave what is hers as it was."""

    app: FastAPI
    lobby: Lobby
    ann: Ann


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, server_cache: Path, read_bank: Bank) -> Iterator[World]:
    home = tmp_path_factory.mktemp("world")
    settings = Settings(home=home, cache=server_cache, grader="lexical.v1", database="")
    viva = Viva(settings, now=Clock())
    vars(viva)["bank"] = read_bank
    lobby = lobby_of(viva)
    app = create_app(lobby.viva, hosts=("testserver",), warm=False, lobby=lobby)
    yield World(app, lobby, _fill(app, lobby))
    lobby.accounts.close()


def _fill(app: FastAPI, lobby: Lobby) -> Ann:
    interviewer = lobby.accounts.add("Ines", role=Role.INTERVIEWER)
    account = lobby.accounts.join(lobby.accounts.invite(interviewer), "Ann")
    room = Room(logged_in(app, lobby, account))
    practice = room.begin().rsplit("/", 1)[1]
    room.post(f"/sessions/{practice}/answer", turn=1, text=f"{GOOD} {SECRET}")
    asked = room.post("/interview", topic="foundations", minutes=6).url.path
    room.post(f"{asked}/answer", turn=1, text=f"{GOOD} {SECRET}")
    room.post(f"{asked}/close")
    room.post("/labs/attention-core/start")
    room.post("/labs/attention-core/work", **{"file:attention.py": f"# {SECRET}", "action": "save"})
    room.post("/study/aim", date=(lobby.viva.now().date()).isoformat(), minutes=20)
    token = lobby.accounts.add_token(account, "notebook")
    viva = lobby.workspaces.of(account.id)
    return Ann(account, viva, practice, str(asked).rsplit("/", 1)[1], token, interviewer)


def _ask(client: TestClient, endpoint: Endpoint, path: str, csrf: str, bodies: dict[str, Any]) -> Any:
    """The endpoint asked as well as one can: with a token that fits, and a body that it takes."""
    if endpoint.method == "WEBSOCKET":
        return _over_socket(client, path)
    params = {"confirm": "delete", "question": "overfitting"}
    headers = {"X-CSRF-Token": csrf}
    if endpoint.is_api or endpoint.method in ("PUT", "DELETE"):
        body = bodies.get(f"{endpoint.method} {endpoint.path}", {"text": "overwritten"})
        return client.request(
            endpoint.method, path, params=params, headers=headers, follow_redirects=False,
            json=None if endpoint.method in ("GET", "DELETE") else body,
        )  # fmt: skip
    form = {
        "csrf": csrf, "turn": "1", "text": "overwritten", "criterion": "learns-the-noise", "words": "w",
        "typed": endpoint.path.rsplit("/", 1)[1], "role": "candidate", "is_disabled": "true",
        "take_away": "true",
        "interviewer": "x", "name": "n", "minutes": "20", "date": "2026-03-02", "question": "overfitting",
    }  # fmt: skip
    sent = form if endpoint.method == "POST" else None
    return client.request(
        endpoint.method, path, params=params, headers=headers, data=sent, follow_redirects=False
    )


class _Answer:
    def __init__(self, status_code: int, text: str) -> None:
        self.status_code, self.text, self.headers = status_code, text, {"location": ""}


def _over_socket(client: TestClient, path: str) -> _Answer:
    try:
        with client.websocket_connect(path, headers={"origin": "http://testserver"}) as socket:
            return _Answer(200, json.dumps(socket.receive_json()))
    except WebSocketDisconnect as closed:
        return _Answer(401, closed.reason or "")


def _bodies(app: FastAPI) -> dict[str, Any]:
    """``METHOD path`` → an example of its body, from the API's own document."""
    found = {}
    for path, operations in app.openapi()["paths"].items():
        for method, operation in operations.items():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                for example in content["schema"].get("examples", content.get("examples", [])):
                    found[f"{method.upper()} {path}"] = example
    return found


def _slow(endpoint: Endpoint) -> bool:
    """Runs a sandbox, in the asker's own workspace."""
    return endpoint.path.endswith(("/labs/{id}/check", "/labs/{id}/submit", "/labs/{id}/work"))


def _personal(endpoint: Endpoint) -> bool:
    """Does the address name something that is Ann's?"""
    return "{" in endpoint.path and not re.search(
        r"/(bank|questions|static|labs|lessons|join)/", endpoint.path
    )


def test_no_endpoint_does_anything_for_who_is_not_logged_in(world: World) -> None:
    app, lobby, ann = world.app, world.lobby, world.ann
    client, before, bodies, n = browser(app), ann.all(lobby), _bodies(app), 0
    csrf = _csrf(client)
    for endpoint in endpoints_of(app.routes):
        path = ann.fill(endpoint.path)
        if OPEN.fullmatch(path) or path.startswith("/static/") or path == "/api/v1/openapi.json":
            continue
        answer = _ask(client, endpoint, path, csrf, bodies)
        sent_to_login = answer.status_code == 303 and answer.headers["location"].startswith("/login?next=")
        assert answer.status_code == 401 or (sent_to_login and endpoint.method == "GET"), endpoint
        assert SECRET not in answer.text
        n += 1
    assert n > 100
    assert ann.all(lobby) == before


@pytest.mark.parametrize("role", list(Role))
def test_no_endpoint_shows_or_changes_what_is_anothers(world: World, role: Role) -> None:
    app, lobby, ann = world.app, world.lobby, world.ann
    wrong = lobby.accounts.add(f"Wrong {role}", role=role)
    client, before, bodies = logged_in(app, lobby, wrong), ann.all(lobby), _bodies(app)
    csrf = _csrf(client)
    for endpoint in endpoints_of(app.routes):
        managing = endpoint.path.startswith("/people") and role is Role.ADMIN
        # What needs no id works in one's own workspace for every role alike; once is enough.
        elsewhere = role is not Role.CANDIDATE and not _personal(endpoint)
        if _slow(endpoint) or managing or elsewhere:
            continue
        answer = _ask(client, endpoint, ann.fill(endpoint.path), csrf, bodies)
        assert answer.status_code < 500, (endpoint, answer.text[:300])
        assert SECRET not in answer.text, endpoint
        if _personal(endpoint):
            refused = answer.status_code in (401, 403, 404, 405, 409, 422) or '"error"' in answer.text
            assert refused, (endpoint, answer.status_code)
        if endpoint.path.startswith(("/account", "/logout")):  # that may have ended the login or the account
            wrong = lobby.accounts.add(f"Wrong {secrets.token_hex(3)}", role=role)
            client = logged_in(app, lobby, wrong)
            csrf = _csrf(client)
    assert ann.all(lobby) == before


def test_what_an_admin_manages_holds_no_answers(world: World) -> None:
    app, lobby, ann = world.app, world.lobby, world.ann
    admin = logged_in(app, lobby, lobby.accounts.add("Root", role=Role.ADMIN))
    assert "Ann" in admin.get("/people").text
    for path in (f"/candidates/{ann.account.id}", f"/api/v1/candidates/{ann.account.id}/interviews"):
        assert admin.get(path).status_code == 403


def test_each_right_is_held_by_the_roles_of_the_table_and_no_other(app: FastAPI, lobby: Lobby) -> None:
    lobby.accounts.add("Root", role=Role.ADMIN)
    places = {
        Right.PRACTISE: "/labs", Right.READ_REPORTS: "/candidates", Right.MANAGE: "/people",
    }  # fmt: skip
    for role in Role:
        client = logged_in(app, lobby, lobby.accounts.add(f"One {role}", role=role))
        for right, path in places.items():
            assert right_for(path) is right
            assert client.get(path).status_code == (200 if right in MAY[role] else 403), (role, path)
        invited = client.post("/candidates/invite", data={"csrf": _csrf(client)})
        assert invited.status_code == (200 if Right.INVITE in MAY[role] else 403)


def test_what_is_not_in_the_table_is_shut_by_default() -> None:
    assert right_for("/something-new") is Right.PRACTISE
    assert right_for("/people-like") is Right.PRACTISE
    assert right_for("/login/anything") is Right.PRACTISE
    assert right_for("/join/a/b") is Right.PRACTISE


# --- interviewers and candidates


def test_an_interviewer_reads_the_finished_interviews_of_whom_they_invited_and_nothing_else(
    world: World,
) -> None:
    app, lobby, ann = world.app, world.lobby, world.ann
    ines = logged_in(app, lobby, ann.interviewer)
    at = f"/candidates/{ann.account.id}"
    assert "Ann" in ines.get("/candidates").text
    assert ann.interview in ines.get(at).text
    assert ann.practice not in ines.get(at).text
    report = ines.get(f"{at}/interviews/{ann.interview}")
    assert SECRET in report.text
    assert "I disagree" not in report.text
    assert ines.get(f"{at}/interviews/{ann.practice}").status_code == 404
    assert ines.get(f"/sessions/{ann.interview}").status_code == 404
    api = ines.get(f"/api/v1{at}/interviews").json()
    assert [line["id"] for line in api] == [ann.interview]


def test_taking_an_assignment_away_or_a_role_ends_the_view(app: FastAPI, lobby: Lobby, ann: Account) -> None:
    interviewer, at = lobby.accounts.named("Ines"), f"/candidates/{ann.id}"
    ines = logged_in(app, lobby, interviewer)
    assert ines.get(at).status_code == 200
    lobby.accounts.unassign(interviewer.id, ann.id)
    assert ines.get(at).status_code == 404
    lobby.accounts.assign(interviewer.id, ann.id)
    lobby.accounts.set_role(interviewer.id, Role.CANDIDATE)
    assert ines.get(at).status_code == 403


def test_a_candidate_is_told_who_sees_their_interviews(app: FastAPI, lobby: Lobby, ann: Account) -> None:
    assert "are seen by Ines" in logged_in(app, lobby, ann).get("/account").text
    code = lobby.accounts.invite(lobby.accounts.named("Ines"))
    assert "Ines, who invites you, will see the reports" in browser(app).get(f"/join/{code}").text


def test_an_invitation_makes_one_account_of_its_role(app: FastAPI, lobby: Lobby) -> None:
    root = lobby.accounts.add("Root", role=Role.ADMIN)
    code = lobby.accounts.invite(root, role=Role.INTERVIEWER)
    client = browser(app)
    refused = client.post(f"/join/{code}", data={"csrf": _csrf(client), "name": "Ivo", "password": "short"})
    assert refused.status_code == 422
    client.post(f"/join/{code}", data={"csrf": _csrf(client), "name": "Ivo", "password": PASSWORD})
    assert lobby.accounts.named("ivo").role is Role.INTERVIEWER
    assert client.get("/candidates").status_code == 200
    again = browser(app)
    assert again.get(f"/join/{code}").status_code == 404
    form = {"csrf": _csrf(again), "name": "Eve", "password": PASSWORD}
    assert again.post(f"/join/{code}", data=form).status_code == 404


def test_an_interviewer_invites_candidates_alone(lobby: Lobby) -> None:
    ines = lobby.accounts.add("Ines", role=Role.INTERVIEWER)
    with pytest.raises(UsageError, match="can't invite"):
        lobby.accounts.invite(ines, role=Role.ADMIN)
    with pytest.raises(UsageError, match="can't invite"):
        lobby.accounts.invite(lobby.accounts.add("Ann", role=Role.CANDIDATE))


def test_invitations_logins_and_tokens_expire(app: FastAPI, lobby: Lobby, ann: Account, clock: Clock) -> None:
    held_token = lobby.accounts.add_token(ann, "notebook")
    code = lobby.accounts.invite(lobby.accounts.named("Ines"))
    client = logged_in(app, lobby, ann)
    program = browser(app)
    program.headers["authorization"] = f"Bearer {held_token}"
    assert program.get("/api/v1/me").json()["name"] == "Ann"
    clock.forward(15 * 86_400)
    assert lobby.accounts.invitation(code) is None
    assert client.get("/api/v1/me").status_code == 401
    assert program.get("/api/v1/me").status_code == 200
    clock.forward(90 * 86_400)
    assert program.get("/api/v1/me").status_code == 401


# --- coming in


def _log_in(client: TestClient, name: str, password: str, next: str = "/") -> Any:
    form = {"csrf": _csrf(client), "name": name, "password": password, "next": next}
    return client.post("/login", data=form, follow_redirects=False)


@pytest.mark.usefixtures("ann")
def test_name_and_password_let_in_and_logging_out_ends_it(app: FastAPI) -> None:
    client = browser(app)
    assert client.get("/labs", follow_redirects=False).headers["location"] == "/login?next=/labs"
    entered = _log_in(client, "  ANN ", PASSWORD, next="/labs")
    assert (entered.status_code, entered.headers["location"]) == (303, "/labs")
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert "Ann" in client.get("/labs").text
    held = client.cookies[LOGIN]
    client.post("/logout", data={"csrf": token_in(client.get("/account").text)})
    assert client.get("/account", follow_redirects=False).status_code == 303
    client.cookies.set(LOGIN, held)  # the old cookie, replayed
    assert client.get("/api/v1/me").status_code == 401


@pytest.mark.usefixtures("ann")
def test_a_login_gives_the_browser_another_secret_than_it_brought(app: FastAPI) -> None:
    client = browser(app)
    client.cookies.set(LOGIN, "chosen-by-someone-else")
    entered = _log_in(client, "Ann", PASSWORD)
    assert "chosen-by-someone-else" not in entered.headers["set-cookie"]


@pytest.mark.usefixtures("ann")
@pytest.mark.parametrize(
    ("name", "password"),
    [("Ann", "wrong"), ("Ann", ""), ("", ""), ("nobody", PASSWORD), ("Ann", "x" * 999), ("Ann\0", PASSWORD)],
)
def test_a_login_that_fails_answers_401_and_says_no_more(app: FastAPI, name: str, password: str) -> None:
    failed = _log_in(browser(app), name, password)
    assert failed.status_code == 401
    assert "go together" in failed.text  # the same whether the name is known or not
    assert LOGIN not in failed.headers.get("set-cookie", "")


@pytest.mark.usefixtures("ann")
def test_too_many_failures_make_one_wait_even_with_the_right_password(app: FastAPI) -> None:
    client = browser(app)
    for _ in range(5):
        assert _log_in(client, "Ann", "wrong").status_code == 401
    locked = _log_in(client, "Ann", PASSWORD)
    assert locked.status_code == 429
    assert int(locked.headers["retry-after"]) > 0
    assert _log_in(client, "ａnn", PASSWORD).status_code == 429  # the same name in wide letters


def test_failures_are_counted_by_name_by_address_and_forgotten_in_time() -> None:
    now = [0.0]
    limits = LoginLimits(clock=lambda: now[0])
    for i in range(30):
        limits.note_failure(f"name-{i}", "1.1.1.1")
    assert limits.wait_seconds("another", "1.1.1.1") > 0
    assert limits.wait_seconds("another", "2.2.2.2") == 0
    for i in range(60):
        limits.note_failure("ann", f"3.3.3.{i}")
    assert limits.wait_seconds("ann", "4.4.4.4") > 0
    now[0] = 15 * 60.0 + 1
    assert limits.wait_seconds("ann", "4.4.4.4") == 0


@pytest.mark.usefixtures("ann")
@pytest.mark.parametrize(
    "next",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/login", "a\nb"],
)
def test_a_login_never_leads_elsewhere(app: FastAPI, next: str) -> None:
    assert _log_in(browser(app), "Ann", PASSWORD, next=next).headers["location"] == "/"


@pytest.mark.usefixtures("ann")
def test_a_login_form_of_another_site_is_refused(app: FastAPI) -> None:
    client = browser(app)
    form = {"name": "Ann", "password": PASSWORD}
    assert client.post("/login", data={**form, "csrf": "guess"}).status_code == 403
    crossed = client.post(
        "/login", data={**form, "csrf": _csrf(client)}, headers={"origin": "https://evil.example"}
    )
    assert crossed.status_code == 403


def test_someone_shut_out_is_out_at_once_everywhere(app: FastAPI, lobby: Lobby, ann: Account) -> None:
    held_token = lobby.accounts.add_token(ann, "notebook")
    client, program = logged_in(app, lobby, ann), browser(app)
    program.headers["authorization"] = f"Bearer {held_token}"
    lobby.accounts.set_disabled(ann.id, True)
    assert client.get("/api/v1/me").status_code == 401
    assert program.get("/api/v1/me").status_code == 401
    assert _log_in(browser(app), "Ann", PASSWORD).status_code == 401


def test_a_new_password_ends_every_other_login_and_token(app: FastAPI, lobby: Lobby, ann: Account) -> None:
    held_token = lobby.accounts.add_token(ann, "notebook")
    here, there = logged_in(app, lobby, ann), logged_in(app, lobby, ann)
    form = {"csrf": _csrf(here), "old": PASSWORD, "new": "another long password"}
    assert here.post("/account/password", data=form | {"old": "wrong"}).status_code == 422
    assert here.post("/account/password", data=form).status_code == 200
    assert here.get("/api/v1/me").status_code == 200
    assert there.get("/api/v1/me").status_code == 401
    assert lobby.accounts.who(held_token) is None


def test_the_only_admin_cannot_be_lost(lobby: Lobby) -> None:
    root = lobby.accounts.add("Root", role=Role.ADMIN)
    for change in (
        lambda: lobby.accounts.set_role(root.id, Role.CANDIDATE),
        lambda: lobby.accounts.set_disabled(root.id, True),
        lambda: lobby.accounts.remove(root.id),
    ):
        with pytest.raises(UsageError, match="only admin"):
            change()


# --- programs


def test_a_token_opens_the_api_and_no_page_and_can_be_revoked(
    app: FastAPI, lobby: Lobby, ann: Account
) -> None:
    held_token = lobby.accounts.add_token(ann, "notebook")
    program = browser(app)
    program.headers["authorization"] = f"Bearer {held_token}"
    assert program.get("/api/v1/sessions").json() == []
    assert program.get("/labs", follow_redirects=False).status_code == 303
    client = logged_in(app, lobby, ann)
    (token,) = lobby.accounts.tokens(ann)
    client.post(f"/account/tokens/{token.id}/revoke", data={"csrf": _csrf(client)})
    refused = program.get("/api/v1/sessions")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"
    assert refused.headers["content-type"] == "application/problem+json"


def test_a_token_is_shown_once_and_stands_nowhere_on_the_disk(
    app: FastAPI, lobby: Lobby, ann: Account
) -> None:
    held_token = lobby.accounts.add_token(ann, "notebook")
    client = logged_in(app, lobby, ann)
    shown = client.post("/account/tokens", data={"csrf": _csrf(client), "name": "second"}).text
    found = re.search(r"viva_[\w-]{40,}", shown)
    assert found
    assert found[0] not in client.get("/account").text
    for secret in (found[0], held_token, client.cookies[LOGIN], PASSWORD):
        assert not _holds(lobby.viva.settings.home, secret)


@pytest.mark.parametrize("header", ["Bearer", "Bearer wrong", "Bearer viva_wrong", "Basic YTpi", "viva_x"])
def test_a_token_that_is_wrong_is_not_made_up_for_by_a_cookie(
    app: FastAPI, lobby: Lobby, ann: Account, header: str
) -> None:
    client = logged_in(app, lobby, ann)
    assert client.get("/api/v1/me", headers={"authorization": header}).status_code == 401


def test_a_login_is_no_token_and_a_token_is_no_login(app: FastAPI, lobby: Lobby, ann: Account) -> None:
    held_token = lobby.accounts.add_token(ann, "notebook")
    client = browser(app)
    client.cookies.set(LOGIN, held_token)
    assert client.get("/api/v1/me").status_code == 401
    held = lobby.accounts.log_in(ann)
    assert browser(app).get("/api/v1/me", headers={"authorization": f"Bearer {held}"}).status_code == 401


# --- workspaces


def test_an_account_that_is_deleted_takes_its_workspace_along(
    app: FastAPI, lobby: Lobby, ann: Account
) -> None:
    client = logged_in(app, lobby, ann)
    form = {"csrf": _csrf(client), "typed": "delete", "password": "wrong"}
    client.post("/labs/attention-core/start", data=form)
    work = {"file:attention.py": f"# {SECRET}", "action": "save"}
    client.post("/labs/attention-core/work", data=form | work)
    assert client.post("/account/delete", data=form).status_code == 422
    assert _holds(lobby.viva.settings.home, SECRET)
    client.post("/account/delete", data=form | {"password": PASSWORD})
    assert not _holds(lobby.viva.settings.home, SECRET)
    with pytest.raises(UsageError):
        lobby.accounts.get(ann.id)


def _holds(folder: Path, words: str) -> bool:
    return any(words.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("id", ["", "..", "../../etc", "A" * 16, "0" * 15, "0" * 16 + "/x"])
def test_a_workspace_is_never_opened_by_what_is_no_accounts_id(viva: Viva, id: str) -> None:
    with pytest.raises(UsageError):
        Workspaces(viva).of(id)


def test_workspaces_beyond_the_limit_are_closed_and_open_again(viva: Viva) -> None:
    rooms = Workspaces(viva, max_open=2)
    opened = [rooms.of(f"{i:016x}") for i in range(4)]
    assert rooms.of(f"{3:016x}") is opened[3]
    assert rooms.of(f"{0:016x}") is not opened[0]
    assert rooms.of(f"{0:016x}").store.lines() == []
    assert opened[1].bank is viva.bank


def test_a_database_for_all_is_refused_in_server_mode(viva: Viva) -> None:
    shared = Viva(viva.settings.model_copy(update={"database": "sqlite:///x.db"}))
    with pytest.raises(UsageError, match="VIVA_DATABASE"):
        Workspaces(shared)


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\u0000b", "a\u202eb"])
def test_a_name_that_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError):
        Accounts(tmp_path).add(name, role=Role.CANDIDATE)


def test_two_names_that_look_alike_in_case_and_width_are_one(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    accounts.add("Ann", role=Role.CANDIDATE)
    with pytest.raises(UsageError, match="is taken"):
        accounts.add(" ａNN ", role=Role.CANDIDATE)
