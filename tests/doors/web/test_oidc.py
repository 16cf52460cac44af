"""Login at an OpenID Connect provider, against a small real one that runs in the test."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import RSAKey

from viva.app import Viva
from viva.app.accounts import Role
from viva.doors.web import create_app, lobby_of
from viva.doors.web._lobby import LOGIN, Lobby
from viva.doors.web.pages._account import FLOW_COOKIE
from viva.exceptions import InputError, UsageError

CLIENT, CLIENT_SECRET = "viva-tests", "a-secret-of-the-client"
CALLBACK = "/login/oidc/callback"


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _packed(part: dict[str, Any]) -> str:
    return _base64(json.dumps(part).encode())


@dataclass
class Provider:
    """A provider that lets everyone in as `subject`; a test can make it lie in its ID token."""

    subject: str = "sub-1"
    name: str = "Ann"
    lies: dict[str, Any] = field(default_factory=dict)
    """Claims to put over the true ones; None leaves a claim out."""
    signer: str = "own"
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    issuer: str = ""
    n_exchanged: int = 0

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to, with a code that is good once."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The token for a code, when secret, code and verifier are right."""
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if pair != f"{CLIENT}:{CLIENT_SECRET}" or asked is None or proof != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        assert form["redirect_uri"] == asked["redirect_uri"]
        self.n_exchanged += 1
        answer = {"access_token": "x", "token_type": "Bearer", "id_token": self.id_token(asked["nonce"])}
        return 200, answer

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        true = {
            "iss": self.issuer, "aud": CLIENT, "sub": self.subject, "exp": now + 300, "iat": now,
            "nonce": nonce, "preferred_username": self.name,
        }  # fmt: skip
        claims = {k: v for k, v in (true | self.lies).items() if v is not None}
        if self.signer == "stranger":
            return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, RSAKey.generate_key(2048))
        if self.signer == "unknown-key":
            return jwt.encode({"alg": "RS256", "kid": "k9"}, claims, self.key)
        if self.signer == "shared":  # the public key taken for a secret that both sides hold
            signed = f"{_packed({'alg': 'HS256', 'kid': 'k1'})}.{_packed(claims)}"
            public = self.key.as_pem(private=False)
            return f"{signed}.{_base64(hmac.digest(public, signed.encode(), 'sha256'))}"
        if self.signer == "nobody":
            return f"{_packed({'alg': 'none'})}.{_packed(claims)}."
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.key)


@pytest.fixture(scope="module")
def signing_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})


@pytest.fixture
def provider(signing_key: RSAKey) -> Iterator[Provider]:
    made = Provider(key=signing_key)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place = urlsplit(self.path)
            if place.path == "/authorize":
                asked = {k: v[0] for k, v in parse_qs(place.query).items()}
                self.send_response(302)
                self.send_header("location", made.authorize(asked))
                self.end_headers()
            elif place.path == "/jwks":
                self._send(200, {"keys": [made.key.as_dict(private=False)]})
            else:
                at = made.issuer
                self._send(200, {
                    "issuer": at, "authorization_endpoint": f"{at}/authorize",
                    "token_endpoint": f"{at}/token", "jwks_uri": f"{at}/jwks",
                })  # fmt: skip

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {k: v[0] for k, v in parse_qs(body).items()}
            self._send(*made.token(form, self.headers.get("authorization", "")))

        def _send(self, status: int, body: dict[str, Any]) -> None:
            raw = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: Any) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            pass

    running = Quiet(("127.0.0.1", 0), Handler)
    made.issuer = f"http://127.0.0.1:{running.server_address[1]}"
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield made
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture
def lobby(viva: Viva, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lobby]:
    monkeypatch.setenv("VIVA_OIDC_ISSUER", provider.issuer)
    monkeypatch.setenv("VIVA_OIDC_CLIENT_ID", CLIENT)
    monkeypatch.setenv("VIVA_OIDC_CLIENT_SECRET", CLIENT_SECRET)
    monkeypatch.setenv("VIVA_OIDC_NAME", "the test's provider")
    made = lobby_of(viva, "https://viva.test")
    yield made
    made.accounts.close()


@pytest.fixture
def app(lobby: Lobby) -> FastAPI:
    return create_app(lobby.viva, hosts=("viva.test",), warm=False, lobby=lobby)


def browser(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="https://viva.test", raise_server_exceptions=False)


def _to_provider_and_back(client: TestClient, next: str = "/account") -> str:
    """Begin, be let in by the provider, and the address that the browser is sent back to."""
    begun = client.get("/login/oidc", params={"next": next}, follow_redirects=False)
    assert begun.status_code == 303
    sent = httpx.get(begun.headers["location"], timeout=10)
    assert sent.status_code == 302
    return str(sent.headers["location"]).removeprefix("https://viva.test")


def _is_in(client: TestClient) -> bool:
    return client.get("/api/v1/me").status_code == 200


def test_whom_the_provider_knows_comes_in_and_gets_an_account_of_their_own(
    app: FastAPI, lobby: Lobby
) -> None:
    client = browser(app)
    back = client.get(_to_provider_and_back(client), follow_redirects=False)
    assert (back.status_code, back.headers["location"]) == (303, "/account")
    held = next(c for c in back.headers.get_list("set-cookie") if LOGIN in c)
    assert held.startswith(f"__Host-{LOGIN}=")
    assert "Secure" in held
    assert "HttpOnly" in held
    assert client.get("/api/v1/me").json()["role"] == "candidate"
    again = browser(app)
    again.get(_to_provider_and_back(again))
    assert _is_in(again)
    assert [a.name for a in lobby.accounts.everyone()] == ["Ann"]


def test_two_people_of_one_name_are_two_accounts(app: FastAPI, lobby: Lobby, provider: Provider) -> None:
    lobby.accounts.add("Ann", role=Role.ADMIN)
    client = browser(app)
    client.get(_to_provider_and_back(client))
    assert client.get("/api/v1/me").json()["role"] == "candidate"
    assert len(lobby.accounts.everyone()) == 2
    provider.subject = "sub-2"
    other = browser(app)
    other.get(_to_provider_and_back(other))
    assert len(lobby.accounts.everyone()) == 3


def test_an_answer_that_is_replayed_lets_nobody_in(app: FastAPI, provider: Provider) -> None:
    client = browser(app)
    address = _to_provider_and_back(client)
    cookie = client.cookies[FLOW_COOKIE]
    client.get(address)
    assert _is_in(client)
    thief = browser(app)
    thief.cookies.set(FLOW_COOKIE, cookie, domain="viva.test", path="/login/oidc")
    for again in (client, thief):
        assert again.get(address, follow_redirects=False).status_code == 400
    assert not _is_in(thief)
    assert provider.n_exchanged == 1


def test_a_code_that_was_used_elsewhere_lets_nobody_in(app: FastAPI, provider: Provider) -> None:
    client = browser(app)
    address = _to_provider_and_back(client)
    provider.codes.clear()
    refused = client.get(address, follow_redirects=False)
    assert refused.status_code == 400
    assert "take the code" in refused.text
    assert not _is_in(client)


def test_a_login_begun_in_another_browser_lets_nobody_in(app: FastAPI, provider: Provider) -> None:
    address = _to_provider_and_back(browser(app))
    victim = browser(app)
    assert victim.get(address, follow_redirects=False).status_code == 400
    assert not _is_in(victim)
    assert provider.n_exchanged == 0


@pytest.mark.parametrize(
    "query",
    ["", "?state=guess&code=x", "?code=x", "?state=&code=", "?error=access_denied", "?state=%00&code=%00"],
)
def test_an_answer_to_no_login_of_ours_is_refused(app: FastAPI, query: str) -> None:
    client = browser(app)
    _to_provider_and_back(client)
    assert client.get(CALLBACK + query, follow_redirects=False).status_code == 400
    assert not _is_in(client)


def test_a_login_that_took_too_long_is_refused(app: FastAPI, lobby: Lobby) -> None:
    client = browser(app)
    address = _to_provider_and_back(client)
    lobby.viva.now.forward(11 * 60)  # type: ignore[attr-defined]
    assert client.get(address, follow_redirects=False).status_code == 400


def test_someone_whom_the_provider_turned_away_is_told_so(app: FastAPI) -> None:
    client = browser(app)
    state = parse_qs(urlsplit(_to_provider_and_back(client)).query)["state"][0]
    refused = client.get(f"{CALLBACK}?error=access_denied&state={state}")
    assert refused.status_code == 400
    assert "let you in" in refused.text


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "of-another-login"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"]},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"sub": None},
    ],
    ids=lambda lies: "-".join(f"{k}={str(v)[:14]}" for k, v in lies.items()),
)
def test_an_id_token_that_does_not_fit_lets_nobody_in(
    app: FastAPI, provider: Provider, lobby: Lobby, lies: dict[str, Any]
) -> None:
    provider.lies = lies
    client = browser(app)
    assert client.get(_to_provider_and_back(client), follow_redirects=False).status_code == 400
    assert not _is_in(client)
    assert lobby.accounts.everyone() == []


def test_a_provider_that_breaks_off_is_no_failure_of_ours(app: FastAPI, provider: Provider) -> None:
    client = browser(app)
    address = _to_provider_and_back(client)
    provider.token = lambda *_: 1 / 0  # type: ignore[method-assign,assignment,return-value]
    assert client.get(address, follow_redirects=False).status_code == 503
    assert not _is_in(client)


@pytest.mark.parametrize("signer", ["stranger", "unknown-key", "shared", "nobody"])
def test_an_id_token_that_the_provider_did_not_sign_lets_nobody_in(
    app: FastAPI, provider: Provider, signer: str
) -> None:
    provider.signer = signer
    client = browser(app)
    assert client.get(_to_provider_and_back(client), follow_redirects=False).status_code == 400
    assert not _is_in(client)


def test_a_key_that_the_provider_changed_is_fetched_anew(app: FastAPI, provider: Provider) -> None:
    first = browser(app)
    first.get(_to_provider_and_back(first))
    provider.key = RSAKey.generate_key(2048, {"kid": "k2", "use": "sig"})
    provider.id_token = lambda nonce: jwt.encode(  # type: ignore[method-assign]
        {"alg": "RS256", "kid": "k2"},
        {
            "iss": provider.issuer, "aud": CLIENT, "sub": "sub-1", "nonce": nonce, "iat": int(time.time()),
            "exp": int(time.time()) + 60,
        },
        provider.key,
    )  # fmt: skip
    second = browser(app)
    second.get(_to_provider_and_back(second))
    assert _is_in(second)


def test_an_invitation_is_taken_along_to_the_provider(app: FastAPI, lobby: Lobby) -> None:
    root = lobby.accounts.add("Root", role=Role.ADMIN)
    code = lobby.accounts.invite(root, role=Role.INTERVIEWER)
    client = browser(app)
    client.get(f"/join/{code}")
    csrf = client.cookies["__Host-viva_csrf"]
    begun = client.post(f"/join/{code}/oidc", data={"csrf": csrf}, follow_redirects=False)
    back = httpx.get(begun.headers["location"]).headers["location"].removeprefix("https://viva.test")
    client.get(back)
    assert client.get("/api/v1/me").json()["role"] == "interviewer"
    assert lobby.accounts.invitation(code) is None


def test_without_sign_up_an_invitation_is_needed(
    viva: Viva, provider: Provider, lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVA_OIDC_SIGN_UP", "false")
    strict = lobby_of(viva, "https://viva.test")
    client = browser(create_app(viva, hosts=("viva.test",), warm=False, lobby=strict))
    assert client.get(_to_provider_and_back(client), follow_redirects=False).status_code == 403
    assert lobby.accounts.of_subject(provider.issuer, "sub-1") is None


def test_an_account_that_is_shut_stays_out(app: FastAPI, lobby: Lobby, provider: Provider) -> None:
    client = browser(app)
    client.get(_to_provider_and_back(client))
    account = lobby.accounts.of_subject(provider.issuer, "sub-1")
    assert account is not None
    lobby.accounts.set_disabled(account.id, True)
    assert client.get(_to_provider_and_back(client), follow_redirects=False).status_code == 403
    assert not _is_in(client)


def test_a_provider_that_cannot_be_reached_is_said_to_be_so(
    viva: Viva, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVA_OIDC_ISSUER", "http://127.0.0.1:9")
    monkeypatch.setenv("VIVA_OIDC_CLIENT_ID", CLIENT)
    lobby = lobby_of(viva, "https://viva.test")
    client = browser(create_app(viva, hosts=("viva.test",), warm=False, lobby=lobby))
    assert client.get("/login/oidc").status_code == 503
    assert client.get("/login").status_code == 200


def test_settings_that_would_not_be_safe_are_refused(viva: Viva, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVA_OIDC_ISSUER", "http://login.example.org")
    monkeypatch.setenv("VIVA_OIDC_CLIENT_ID", CLIENT)
    with pytest.raises(UsageError, match="https"):
        lobby_of(viva, "https://viva.test")
    monkeypatch.setenv("VIVA_OIDC_ISSUER", "https://login.example.org")
    with pytest.raises(InputError, match="--url"):
        lobby_of(viva)
    monkeypatch.setenv("VIVA_OIDC_CLIENT_ID", "")
    with pytest.raises(UsageError, match="CLIENT_ID"):
        lobby_of(viva, "https://viva.test")
