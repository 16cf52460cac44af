"""How the server starts: one person on this machine, or several behind accounts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect

from tests.doors.web.conftest import Server
from tests.doors.web.test_browser import _findings
from viva.app import Viva
from viva.app.accounts import Accounts, Role
from viva.doors.web import create_app, lobby_of, serve, serve_people
from viva.exceptions import InputError, UsageError

PASSWORD = "correct horse battery staple"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])
def test_one_person_without_an_account_is_served_on_this_machine_alone(viva: Viva, host: str) -> None:
    with pytest.raises(UsageError, match="no accounts"):
        serve(viva, host=host, port=0)


@pytest.mark.parametrize("url", ["", "http://localhost"])
def test_passwords_never_cross_a_network_without_tls(viva: Viva, url: str) -> None:
    with pytest.raises(UsageError, match="without TLS"):
        serve_people(viva, host="0.0.0.0", port=0, url=url)


@pytest.mark.parametrize("url", ["viva.example.org", "http://viva.example.org", "ftp://x", "https://x/path"])
def test_an_address_that_would_not_do_is_refused(viva: Viva, url: str) -> None:
    with pytest.raises(InputError, match="--url"):
        lobby_of(viva, url)


def test_behind_tls_every_cookie_is_secure_and_bound_to_the_host(viva: Viva) -> None:
    lobby = lobby_of(viva, "https://viva.example.org")
    app = create_app(viva, hosts=("viva.example.org",), warm=False, lobby=lobby)
    account = lobby.accounts.add("Ann", role=Role.CANDIDATE, password=PASSWORD)
    client = TestClient(app, base_url="https://viva.example.org")
    first = client.get("/login")
    assert first.headers["set-cookie"].startswith("__Host-viva_csrf=")
    assert first.headers["set-cookie"].endswith("; Secure")
    assert "max-age" in first.headers["strict-transport-security"]
    form = {"csrf": client.cookies["__Host-viva_csrf"], "name": account.name, "password": PASSWORD}
    entered = client.post("/login", data=form, follow_redirects=False)
    assert entered.headers["set-cookie"].startswith("__Host-viva_login=")
    assert "Secure" in entered.headers["set-cookie"]
    assert client.get("/account").status_code == 200


def _viva(home: Path, *args: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "viva", *args]
    env = os.environ | {"VIVA_HOME": str(home)}
    return subprocess.run(command, env=env, input=typed, capture_output=True, text=True, timeout=120)


def test_the_first_admin_is_made_on_the_command_line_and_a_password_given_back(tmp_path: Path) -> None:
    made = _viva(tmp_path, "serve", "admin", "root", "--password-stdin", typed=f"{PASSWORD}\n")
    assert made.returncode == 0, made.stderr
    accounts = Accounts(tmp_path)
    root = accounts.check_password("root", PASSWORD)
    assert root is not None
    assert root.role is Role.ADMIN
    again = accounts.make_admin("Root", "another long password")
    assert again.id == root.id
    assert accounts.check_password("root", PASSWORD) is None
    short = _viva(tmp_path, "serve", "admin", "root", "--password-stdin", typed="short\n")
    assert short.returncode == 1
    assert "wanted: 12 to 256" in short.stderr


def test_from_the_invitation_to_the_interviewers_view_in_a_real_browser(
    browser: Browser, tmp_path: Path, server_cache: Path
) -> None:
    home = tmp_path / "home"
    accounts = Accounts(home)
    link = accounts.invite(accounts.add("Root", role=Role.ADMIN, password=PASSWORD), role=Role.INTERVIEWER)
    accounts.close()
    running = Server(home, server_cache, "--server")
    try:
        found = {}
        ines = browser.new_context(viewport={"width": 360, "height": 800}).new_page()
        ines.goto(f"{running.url}/join/{link}")
        found["join"] = _findings(ines)
        ines.get_by_label("Name").fill("Ines")
        ines.get_by_label("Password").fill(PASSWORD)
        ines.get_by_role("button", name="Join").click()
        ines.get_by_role("link", name="Candidates").click()
        ines.get_by_role("button", name="Invite a candidate").click()
        invited = ines.locator("code").inner_text()
        ann = browser.new_context().new_page()
        ann.goto(invited)
        ann.get_by_label("Name").fill("Ann")
        ann.get_by_label("Password").fill(PASSWORD)
        ann.get_by_role("button", name="Join").click()
        ann.goto(f"{running.url}/interview")
        ann.get_by_role("button", name="Begin").click()
        ann.get_by_role("button", name="End here").click()
        expect(ann.get_by_role("heading", name="Interview report")).to_be_visible()
        ann.get_by_role("link", name="Ann").click()
        expect(ann.get_by_text("are seen by Ines")).to_be_visible()
        ann.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        found["account"] = _findings(ann)
        ann.get_by_role("button", name="Log out").click()
        found["login"] = _findings(ann)
        ines.goto(f"{running.url}/candidates")
        ines.get_by_role("link", name="Ann").click()
        found["candidate"] = _findings(ines)
        ines.locator("td a").click()
        expect(ines.get_by_role("heading", name="Interview report")).to_be_visible()
        assert ines.evaluate("document.documentElement.scrollWidth") <= 360
        root = browser.new_context().new_page()
        root.goto(f"{running.url}/people")
        root.get_by_label("Name").fill("root")
        root.get_by_label("Password").fill(PASSWORD)
        root.get_by_role("button", name="Log in").click()
        expect(root.get_by_role("heading", name="People")).to_be_visible()
        found["people"] = _findings(root)
        assert {place: findings for place, findings in found.items() if findings} == {}
    finally:
        running.kill()
