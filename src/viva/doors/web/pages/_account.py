"""Coming in and going out, and one's own account. Server mode only."""

from __future__ import annotations

import math
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from viva.app.accounts import LOGIN_DAYS, PASSWORD_LENGTH, Account, Flow, name_key
from viva.doors.web._guard import our_form
from viva.doors.web._lobby import InLobby, Lobby, Me
from viva.doors.web._oidc import Identity, LoginFailed, Provider
from viva.doors.web._problems import Refused
from viva.doors.web._render import page
from viva.exceptions import InputError, UsageError

router = APIRouter()
_FORM = [Depends(our_form)]
FLOW_COOKIE = "viva_oidc"
_WRONG = "this name and password don't go together, or the account is shut"


@router.get("/login")
def login(request: Request, lobby: InLobby, next: str = "/") -> Response:
    """The form, and the provider's button where there is one."""
    if request.state.account is not None:
        return _to(_local(next))
    return _login_page(request, lobby, _local(next))


def _login_page(
    request: Request, lobby: Lobby, next: str, *, name: str = "", trouble: str = "", status: int = 200
) -> Response:
    provider = lobby.provider.settings.name if lobby.provider else ""
    return page(
        request,
        "login.html",
        status=status,
        next=next,
        typed_name=name[:100],
        trouble=trouble,
        provider=provider,
    )


@router.post("/login", dependencies=_FORM)
def log_in(
    request: Request,
    lobby: InLobby,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Check name and password; too many failures make one wait."""
    address = request.client.host if request.client else ""
    key = name_key(name)
    if (wait := lobby.limits.wait_seconds(key, address)) > 0:
        raise Refused(429, f"too many logins failed; try again in {math.ceil(wait / 60)} minutes")
    account = lobby.accounts.check_password(name, password)
    if account is None:
        lobby.limits.note_failure(key, address)
        return _login_page(request, lobby, _local(next), name=name, trouble=_WRONG, status=401)
    lobby.limits.note_success(key, address)
    return _let_in(request, lobby, account, _local(next))


@router.post("/logout", dependencies=_FORM)
def log_out(request: Request, lobby: InLobby) -> Response:
    """End this browser's login."""
    lobby.accounts.log_out(request.cookies.get(lobby.cookie, ""))
    answer = _to("/login")
    answer.delete_cookie(lobby.cookie, secure=lobby.is_secure, httponly=True, samesite="lax")
    return answer


# --- at a provider


@router.get("/login/oidc")
def begin_at_provider(lobby: InLobby, next: str = "/") -> Response:
    """Send the browser to the provider."""
    return _send_to_provider(lobby, lobby.accounts.begin_flow(next=_local(next)))


@router.post("/join/{code}/oidc", dependencies=_FORM)
def join_at_provider(lobby: InLobby, code: str) -> Response:
    """Send the browser to the provider, and take the invitation along."""
    return _send_to_provider(lobby, lobby.accounts.begin_flow(invitation=code))


def _send_to_provider(lobby: Lobby, flow: Flow) -> Response:
    answer = RedirectResponse(_provider(lobby).address(flow), status_code=303)
    answer.set_cookie(
        FLOW_COOKIE, flow.state, max_age=600, path="/login/oidc", secure=lobby.is_secure, httponly=True,
        samesite="lax",
    )  # fmt: skip
    return answer


@router.get("/login/oidc/callback")
def come_back(request: Request, lobby: InLobby, code: str = "", state: str = "", error: str = "") -> Response:
    """Let in whom the provider vouches for. Every way to fail answers 4xx (503 when it isn't there)."""
    provider = _provider(lobby)
    flow = lobby.accounts.end_flow(state) if state else None
    if flow is None or request.cookies.get(FLOW_COOKIE) != state:
        raise LoginFailed("this login wasn't begun in this browser, took too long, or was used already")
    if error or not code:
        raise LoginFailed("the provider didn't let you in")
    account = _account_of(lobby, flow, provider.identify(flow, code))
    answer = _let_in(request, lobby, account, flow.next)
    answer.delete_cookie(FLOW_COOKIE, path="/login/oidc")
    return answer


def _account_of(lobby: Lobby, flow: Flow, found: Identity) -> Account:
    """The account of whom the provider knows, made when it is new and may be. Raises Refused."""
    account = lobby.accounts.of_subject(found.issuer, found.subject)
    if account is None:
        account = _new_account(lobby, flow, found)
    if account.is_disabled:
        raise Refused(403, "this account is shut; ask whoever runs this server")
    return account


def _new_account(lobby: Lobby, flow: Flow, found: Identity) -> Account:
    subject = (found.issuer, found.subject)
    if not flow.invitation and not _provider(lobby).settings.sign_up:
        raise Refused(403, "you have no account here; ask for an invitation")
    for name in (found.name, f"{found.name} ({found.subject[-6:]})", f"{found.subject}"[:100]):
        try:
            if flow.invitation:
                return lobby.accounts.join(flow.invitation, name, subject=subject)
            return lobby.accounts.add_candidate(name, subject=subject)
        except (InputError, UsageError) as error:
            trouble = error
    raise Refused(403, str(trouble))


def _provider(lobby: Lobby) -> Provider:
    if lobby.provider is None:
        raise Refused(404, "this server knows no login provider")
    return lobby.provider


# --- by invitation


@router.get("/join/{code}")
def join(request: Request, lobby: InLobby, code: str) -> Response:
    """What the invitation is good for, and the form."""
    return _join_page(request, lobby, code)


def _join_page(request: Request, lobby: Lobby, code: str, *, name: str = "", trouble: str = "") -> Response:
    invitation = lobby.accounts.invitation(code)
    if invitation is None:
        raise Refused(404, "this invitation was used or has expired; ask for a new one")
    return page(
        request, "join.html", status=422 if trouble else 200, code=code, invitation=invitation,
        typed_name=name[:100], trouble=trouble, length=PASSWORD_LENGTH,
        provider=lobby.provider.settings.name if lobby.provider else "",
    )  # fmt: skip


@router.post("/join/{code}", dependencies=_FORM)
def make_account(
    request: Request,
    lobby: InLobby,
    code: str,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Make the account and let its owner in."""
    try:
        account = lobby.accounts.join(code, name, password=password)
    except (InputError, UsageError) as error:
        return _join_page(request, lobby, code, name=name, trouble=str(error))
    return _let_in(request, lobby, account, "/")


# --- one's own account


@router.get("/account")
def account(request: Request, lobby: InLobby, me: Me) -> Response:
    """Who can see what, tokens, password, deletion."""
    return _account_page(request, lobby, me)


def _account_page(
    request: Request, lobby: Lobby, me: Account, *, secret: str = "", trouble: str = ""
) -> Response:
    return page(
        request, "account.html", status=422 if trouble else 200, me=me, tokens=lobby.accounts.tokens(me),
        seen_by=lobby.accounts.seen_by(me), secret=secret, trouble=trouble, length=PASSWORD_LENGTH,
    )  # fmt: skip


@router.post("/account/tokens", dependencies=_FORM)
def add_token(
    request: Request, lobby: InLobby, me: Me, name: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """A token for a program; shown this once."""
    try:
        return _account_page(request, lobby, me, secret=lobby.accounts.add_token(me, name))
    except (InputError, UsageError) as error:
        return _account_page(request, lobby, me, trouble=str(error))


@router.post("/account/tokens/{id}/revoke", dependencies=_FORM)
def revoke_token(lobby: InLobby, me: Me, id: str) -> Response:
    """End a token."""
    lobby.accounts.revoke_token(me, id)
    return _to("/account")


@router.post("/account/password", dependencies=_FORM)
def change_password(
    request: Request,
    lobby: InLobby,
    me: Me,
    old: Annotated[str, Form(max_length=1000)] = "",
    new: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Change the password; every other login and token ends."""
    if not _is_theirs(request, lobby, me, old):
        return _account_page(request, lobby, me, trouble="the old password isn't right; nothing is changed")
    try:
        lobby.accounts.set_password(me.id, new)
    except InputError as error:
        return _account_page(request, lobby, me, trouble=str(error))
    return _let_in(request, lobby, me, "/account")


@router.post("/account/delete", dependencies=_FORM)
def delete_account(
    request: Request,
    lobby: InLobby,
    me: Me,
    typed: Annotated[str, Form(max_length=100)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Delete the account with its workspace, for good."""
    if typed.strip().lower() != "delete" or (
        me.has_password and not _is_theirs(request, lobby, me, password)
    ):
        return _account_page(
            request, lobby, me, trouble="type “delete” and your password; nothing is deleted"
        )
    lobby.accounts.remove(me.id)
    lobby.workspaces.remove(me.id)
    return _to("/login")


def _is_theirs(request: Request, lobby: Lobby, me: Account, password: str) -> bool:
    """Is it the account's password? Held to the same limits as a login. Raises Refused (429)."""
    address, key = request.client.host if request.client else "", name_key(me.name)
    if lobby.limits.wait_seconds(key, address) > 0:
        raise Refused(429, "too many passwords were wrong; try again in a quarter of an hour")
    if lobby.accounts.check_password(me.name, password) is not None:
        return True
    lobby.limits.note_failure(key, address)
    return False


def _let_in(request: Request, lobby: Lobby, account: Account, next: str) -> Response:
    """A login of its own for this browser; one it held before ends."""
    lobby.accounts.log_out(request.cookies.get(lobby.cookie, ""))
    answer = _to(next)
    answer.set_cookie(
        lobby.cookie, lobby.accounts.log_in(account), max_age=LOGIN_DAYS * 86_400, path="/",
        secure=lobby.is_secure, httponly=True, samesite="lax",
    )  # fmt: skip
    return answer


def _local(next: str) -> str:
    """Where to go after the login: a place of our own, or the first page."""
    place = urlsplit(next)
    ours = next.startswith("/") and not next.startswith(("//", "/\\", "/login", "/logout"))
    plain = next.isprintable() and "\\" not in next
    return next if ours and plain and not place.scheme and not place.netloc else "/"


def _to(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=303)
