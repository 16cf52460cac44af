"""Who is asking, their tokens, and an interviewer's candidates. Server mode only."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter

from viva.app import Report, report_of
from viva.app.accounts import MAY, Right, Role
from viva.app.workspaces import interview_of, interviews_of
from viva.bank import Frozen
from viva.doors.web._lobby import InLobby, Me
from viva.doors.web.api._errors import problems

router = APIRouter(tags=["people"])


class AccountOut(Frozen):
    """An account, and what it may do."""

    id: str
    name: str
    role: Role
    rights: tuple[Right, ...]


class TokenOut(Frozen):
    """A token without its secret."""

    id: str
    name: str
    created_at: dt.datetime
    expires_at: dt.datetime


class CandidateOut(Frozen):
    """A candidate assigned to you."""

    id: str
    name: str


class InterviewLineOut(Frozen):
    """A closed interview of a candidate's."""

    id: str
    opened_at: dt.datetime
    n_turns: int
    mean_score: float | None


@router.get("/me", responses=problems(401))
def who_am_i(me: Me) -> AccountOut:
    """The account that the token belongs to."""
    return AccountOut(id=me.id, name=me.name, role=me.role, rights=tuple(sorted(MAY[me.role])))


@router.get("/tokens", responses=problems(401))
def list_tokens(lobby: InLobby, me: Me) -> list[TokenOut]:
    """Your tokens that hold; new ones are made on the account's page."""
    return [TokenOut.model_validate(t, from_attributes=True) for t in lobby.accounts.tokens(me)]


@router.delete("/tokens/{id}", status_code=204, responses=problems(401, 422))
def revoke_token(lobby: InLobby, me: Me, id: str) -> None:
    """End a token of yours."""
    lobby.accounts.revoke_token(me, id)


@router.get("/candidates", responses=problems(401, 403))
def list_candidates(lobby: InLobby, me: Me) -> list[CandidateOut]:
    """The candidates assigned to you."""
    return [CandidateOut(id=c.id, name=c.name) for c in lobby.accounts.candidates_of(me)]


@router.get("/candidates/{person}/interviews", responses=problems(401, 403, 404))
def list_interviews(lobby: InLobby, me: Me, person: str) -> list[InterviewLineOut]:
    """The interviews that a candidate has finished."""
    _, viva = lobby.candidate(me, person)
    return [InterviewLineOut.model_validate(line, from_attributes=True) for line in interviews_of(viva)]


@router.get("/candidates/{person}/interviews/{id}", responses=problems(401, 403, 404))
def read_interview(lobby: InLobby, me: Me, person: str, id: str) -> Report:
    """The report of one of them."""
    _, viva = lobby.candidate(me, person)
    return report_of(viva, id, interview_of(viva, id))
