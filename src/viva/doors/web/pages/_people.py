"""The candidates of an interviewer, and everyone's accounts for an admin. Server mode only."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from viva.app import report_of
from viva.app.accounts import Right, Role
from viva.app.workspaces import interview_of, interviews_of
from viva.doors.web._guard import our_form
from viva.doors.web._lobby import InLobby, Lobby, Me
from viva.doors.web._render import page

router = APIRouter()
_FORM = [Depends(our_form)]


@router.get("/candidates")
def candidates(request: Request, lobby: InLobby, me: Me) -> Response:
    """Those assigned to this interviewer."""
    return page(request, "candidates.html", candidates=lobby.accounts.candidates_of(me), link="")


@router.post("/candidates/invite", dependencies=_FORM)
def invite(request: Request, lobby: InLobby, me: Me) -> Response:
    """A link for one candidate, who is then assigned to whoever made it; shown this once."""
    link = _link(request, lobby, lobby.accounts.invite(me))
    found = lobby.accounts.candidates_of(me) if me.may(Right.READ_REPORTS) else []
    return page(request, "candidates.html", candidates=found, link=link)


@router.get("/candidates/{person}")
def candidate(request: Request, lobby: InLobby, me: Me, person: str) -> Response:
    """A candidate's closed interviews."""
    account, viva = lobby.candidate(me, person)
    return page(request, "candidate.html", candidate=account, lines=interviews_of(viva))


@router.get("/candidates/{person}/interviews/{id}")
def interview(request: Request, lobby: InLobby, me: Me, person: str, id: str) -> Response:
    """The report of one of them."""
    account, viva = lobby.candidate(me, person)
    made = report_of(viva, id, interview_of(viva, id))
    return page(request, "candidate_report.html", candidate=account, report=made)


@router.get("/people")
def people(request: Request, lobby: InLobby) -> Response:
    """Everyone, with roles and assignments."""
    return _people(request, lobby)


def _people(request: Request, lobby: Lobby, *, link: str = "", role: str = "") -> Response:
    everyone = lobby.accounts.everyone()
    seen_by = {a.id: lobby.accounts.seen_by(a) for a in everyone if a.role is Role.CANDIDATE}
    return page(
        request, "people.html", everyone=everyone, seen_by=seen_by, roles=list(Role), link=link, role=role,
        interviewers=[a for a in everyone if a.may(Right.READ_REPORTS)],
    )  # fmt: skip


@router.post("/people/invite", dependencies=_FORM)
def invite_anyone(request: Request, lobby: InLobby, me: Me, role: Annotated[Role, Form()]) -> Response:
    """A link for one new account with a role; shown this once."""
    return _people(
        request, lobby, link=_link(request, lobby, lobby.accounts.invite(me, role=role)), role=role
    )


@router.post("/people/{person}/role", dependencies=_FORM)
def set_role(lobby: InLobby, person: str, role: Annotated[Role, Form()]) -> Response:
    """Give someone another role."""
    lobby.accounts.set_role(person, role)
    return _back()


@router.post("/people/{person}/shut", dependencies=_FORM)
def shut(lobby: InLobby, person: str, is_disabled: Annotated[bool, Form()]) -> Response:
    """Shut someone out, or let them in again; what they said is kept."""
    lobby.accounts.set_disabled(person, is_disabled)
    return _back()


@router.post("/people/{person}/assign", dependencies=_FORM)
def assign(
    lobby: InLobby,
    person: str,
    interviewer: Annotated[str, Form()],
    take_away: Annotated[bool, Form()] = False,
) -> Response:
    """Let an interviewer see a candidate's closed interviews, or no longer."""
    change = lobby.accounts.unassign if take_away else lobby.accounts.assign
    change(interviewer, person)
    return _back()


def _link(request: Request, lobby: Lobby, code: str) -> str:
    return f"{lobby.address or str(request.base_url).rstrip('/')}/join/{code}"


def _back() -> Response:
    return RedirectResponse("/people", status_code=303)
