"""Use-cases of server mode: who may come in, and what each may do.

What belongs to a person lies in a workspace of their own (`viva.app.workspaces`); this knows only who they
are. Passwords are hashed with argon2id; login, token and invitation are 256 bits of chance each, shown
once and kept as their SHA-256.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import threading
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Literal

from viva.exceptions import InputError, UsageError
from viva.store import AccountStore, open_accounts

LOGIN_DAYS = 14
TOKEN_DAYS = 90
INVITATION_DAYS = 14
FLOW_MINUTES = 10
PASSWORD_LENGTH = (12, 256)
TOKEN_PREFIX = "viva_"
"""By this a token that leaked can be recognised."""
MAX_TOKENS = 20


class Role(StrEnum):
    """What an account is for."""

    CANDIDATE = "candidate"
    INTERVIEWER = "interviewer"
    ADMIN = "admin"


class Right(StrEnum):
    """Something that an account may do."""

    PRACTISE = "practise"
    """Use everything there is for oneself, in one's own workspace."""
    INVITE = "invite"
    """Invite candidates; they are assigned to whoever invited them."""
    READ_REPORTS = "read reports"
    """Read the closed interviews of the candidates assigned to oneself."""
    MANAGE = "manage"
    """Manage accounts: roles, invitations to any role, assignments. No one's answers are part of it."""


MAY: Mapping[Role, frozenset[Right]] = {
    Role.CANDIDATE: frozenset({Right.PRACTISE}),
    Role.INTERVIEWER: frozenset({Right.PRACTISE, Right.INVITE, Right.READ_REPORTS}),
    Role.ADMIN: frozenset({Right.PRACTISE, Right.INVITE, Right.MANAGE}),
}


@dataclass(frozen=True)
class Account:
    """Someone who may come in."""

    id: str
    name: str
    role: Role
    created_at: dt.datetime
    is_disabled: bool = False
    has_password: bool = True

    def may(self, right: Right) -> bool:
        """Does the account's role hold this right?"""
        return right in MAY[self.role]


@dataclass(frozen=True)
class Token:
    """A program's access, without its secret."""

    id: str
    name: str
    created_at: dt.datetime
    expires_at: dt.datetime


@dataclass(frozen=True)
class Invitation:
    """A place for one new account."""

    role: Role
    by: Account | None


@dataclass(frozen=True)
class Flow:
    """A login at a provider that was begun."""

    state: str
    nonce: str
    verifier: str
    invitation: str
    next: str


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Accounts:
    """Everyone who may come in, kept in ``accounts.db`` in a folder."""

    def __init__(self, home: Path, *, now: Callable[[], dt.datetime] = _now) -> None:
        """Open the accounts. Raises StoreError."""
        self._store: AccountStore = open_accounts(home / "accounts.db")
        self._now = now

    # --- accounts

    def add(
        self, name: str, *, role: Role, password: str | None = None, subject: tuple[str, str] | None = None
    ) -> Account:
        """Make an account; `subject` is a provider's (issuer, subject).

        Raises InputError for a name or password that won't do, UsageError for a name that is taken.
        """
        shown, key = _name(name)
        hashed = None if password is None else hash_password(password)
        if self._store.find("accounts", key=key) is not None:
            raise UsageError(f"the name {shown!r} is taken; choose another")
        id = secrets.token_hex(8)
        issuer, found = subject or (None, None)
        self._store.add(
            "accounts", id=id, name=shown, key=key, role=role.value, password=hashed, issuer=issuer,
            subject=found, created_at=self._now(), is_disabled=False,
        )  # fmt: skip
        return self.get(id)

    def add_candidate(self, name: str, *, subject: tuple[str, str]) -> Account:
        """Make the account of someone whom a provider vouches for. Raises as `add` does."""
        return self.add(name, role=Role.CANDIDATE, subject=subject)

    def make_admin(self, name: str, password: str) -> Account:
        """Make an admin, or give the account of that name the role, this password and its access back.

        For whoever runs the server. Raises InputError.
        """
        row = self._store.find("accounts", key=name_key(name))
        if row is None:
            return self.add(name, role=Role.ADMIN, password=password)
        self.set_password(row["id"], password)
        self._store.change("accounts", {"role": Role.ADMIN.value, "is_disabled": False}, id=row["id"])
        return self.get(row["id"])

    def get(self, id: str) -> Account:
        """The account. Raises UsageError when there is none."""
        row = self._store.find("accounts", id=id)
        if row is None:
            raise UsageError(f"no account {id[:40]!r}")
        return _account(row)

    def named(self, name: str) -> Account:
        """The account with this name. Raises UsageError when there is none."""
        row = self._store.find("accounts", key=name_key(name))
        if row is None:
            raise UsageError(f"no account is named {name[:100]!r}; see those there are under People")
        return _account(row)

    def of_subject(self, issuer: str, subject: str) -> Account | None:
        """The account that a provider knows by this subject."""
        row = self._store.find("accounts", issuer=issuer, subject=subject)
        return _account(row) if row else None

    def everyone(self) -> list[Account]:
        """All accounts, by name."""
        return sorted(map(_account, self._store.all("accounts")), key=lambda a: (a.name.casefold(), a.id))

    def set_role(self, id: str, role: Role) -> None:
        """Give an account another role. Raises UsageError when no admin would be left."""
        if role is not Role.ADMIN:
            self._keep_an_admin(id)
        self._store.change("accounts", {"role": role.value}, id=self.get(id).id)

    def set_disabled(self, id: str, is_disabled: bool) -> None:
        """Shut an account out, with its logins and tokens, or let it in again. Raises as `set_role` does."""
        if is_disabled:
            self._keep_an_admin(id)
            self._forget_access(id)
        self._store.change("accounts", {"is_disabled": is_disabled}, id=self.get(id).id)

    def set_password(self, id: str, password: str) -> None:
        """Give an account a password; every login and token of before is gone. Raises InputError."""
        hashed = hash_password(password)
        self._store.change("accounts", {"password": hashed}, id=self.get(id).id)
        self._forget_access(id)

    def remove(self, id: str) -> None:
        """Remove an account with all that hangs on it. Raises UsageError when no admin would be left."""
        self._keep_an_admin(id)
        self._store.remove("accounts", id=self.get(id).id)

    def _keep_an_admin(self, id: str) -> None:
        admins = [a.id for a in self.everyone() if a.role is Role.ADMIN and not a.is_disabled]
        if admins == [id]:
            raise UsageError("this is the only admin; give someone else that role first")

    def _forget_access(self, id: str) -> None:
        tables: tuple[Literal["logins", "tokens"], ...] = ("logins", "tokens")
        for table in tables:
            self._store.remove(table, account=id)

    # --- coming in

    def check_password(self, name: str, password: str) -> Account | None:
        """The account, if the password is right and the account isn't shut out; takes as long either way."""
        row = self._store.find("accounts", key=name_key(name))
        hashed = row["password"] if row and row["password"] else _nobody()
        right = verify_password(hashed, password)
        return _account(row) if row and right and row["password"] and not row["is_disabled"] else None

    def log_in(self, account: Account) -> str:
        """A new login; its secret, for the browser's cookie."""
        secret = secrets.token_urlsafe(32)
        self._store.sweep(self._now())
        until = self._now() + dt.timedelta(days=LOGIN_DAYS)
        self._store.add("logins", hash=_hash(secret), account=account.id, expires_at=until)
        return secret

    def log_out(self, secret: str) -> None:
        """End a login; nothing happens when there is none."""
        self._store.remove("logins", hash=_hash(secret))

    def who(self, secret: str) -> Account | None:
        """Whose login or token this is; None when it is nobody's, has expired, or they are shut out."""
        row = self._store.find("tokens" if is_token(secret) else "logins", hash=_hash(secret))
        if row is None or row["expires_at"] <= self._now():
            return None
        account = self.get(row["account"])
        return None if account.is_disabled else account

    # --- programs

    def add_token(self, account: Account, name: str) -> str:
        """A token for a program; its secret, which is shown this once. Raises InputError, UsageError."""
        shown, _ = _name(name)
        if len(self.tokens(account)) >= MAX_TOKENS:
            raise UsageError(f"found {MAX_TOKENS} tokens; wanted: fewer; revoke one first")
        secret, now = TOKEN_PREFIX + secrets.token_urlsafe(32), self._now()
        self._store.add(
            "tokens", hash=_hash(secret), id=secrets.token_hex(8), account=account.id, name=shown,
            created_at=now, expires_at=now + dt.timedelta(days=TOKEN_DAYS),
        )  # fmt: skip
        return secret

    def tokens(self, account: Account) -> list[Token]:
        """The account's tokens that hold, oldest first."""
        rows = self._store.all("tokens", account=account.id)
        found = [Token(r["id"], r["name"], r["created_at"], r["expires_at"]) for r in rows]
        return sorted((t for t in found if t.expires_at > self._now()), key=lambda t: (t.created_at, t.id))

    def revoke_token(self, account: Account, id: str) -> None:
        """End a token of this account's. Raises UsageError when it has none such."""
        if not self._store.remove("tokens", account=account.id, id=id):
            raise UsageError(f"no token {id[:40]!r} of yours; it may be revoked already")

    # --- invitations and assignments

    def invite(self, by: Account, *, role: Role = Role.CANDIDATE) -> str:
        """An invitation's code, good for one account. Raises UsageError when `by` may not give it."""
        if not by.may(Right.MANAGE) and (role is not Role.CANDIDATE or not by.may(Right.INVITE)):
            raise UsageError(f"a {by.role.value} can't invite a {role.value}")
        code, until = secrets.token_urlsafe(32), self._now() + dt.timedelta(days=INVITATION_DAYS)
        self._store.add("invitations", hash=_hash(code), by=by.id, role=role.value, expires_at=until)
        return code

    def invitation(self, code: str) -> Invitation | None:
        """What a code is good for; None when it was used, has expired, or never was."""
        row = self._store.find("invitations", hash=_hash(code))
        return self._invitation(row) if row else None

    def join(
        self, code: str, name: str, *, password: str | None = None, subject: tuple[str, str] | None = None
    ) -> Account:
        """Make the account that an invitation is good for; a candidate is assigned to whoever invited them.

        Raises UsageError for a code that isn't good, and as `add` does; then the code stays good.
        """
        if self.invitation(code) is None:
            raise UsageError("this invitation was used or has expired; ask for a new one")
        row = self._store.take("invitations", hash=_hash(code))
        if row is None:
            raise UsageError("this invitation was used a moment ago; ask for a new one")
        try:
            account = self.add(name, role=Role(row["role"]), password=password, subject=subject)
        except (InputError, UsageError):
            self._store.add("invitations", **row)
            raise
        by = self.get(row["by"])
        if account.role is Role.CANDIDATE and by.may(Right.READ_REPORTS):
            self._store.add("assignments", interviewer=by.id, candidate=account.id)
        return account

    def _invitation(self, row: Mapping[str, Any]) -> Invitation | None:
        by = self.get(row["by"])
        if row["expires_at"] <= self._now() or by.is_disabled:
            return None
        return Invitation(Role(row["role"]), by)

    def assign(self, interviewer: str, candidate: str) -> None:
        """Let an interviewer see a candidate. Raises UsageError when either is something else."""
        if not self.get(interviewer).may(Right.READ_REPORTS):
            raise UsageError(f"{self.get(interviewer).name!r} is no interviewer; give them that role first")
        if self.get(candidate).role is not Role.CANDIDATE:
            raise UsageError(f"{self.get(candidate).name!r} is no candidate")
        if not self.sees(self.get(interviewer), candidate):
            self._store.add("assignments", interviewer=interviewer, candidate=candidate)

    def unassign(self, interviewer: str, candidate: str) -> None:
        """Take a candidate from an interviewer's view."""
        self._store.remove("assignments", interviewer=interviewer, candidate=candidate)

    def sees(self, interviewer: Account, candidate: str) -> bool:
        """May this account read that candidate's closed interviews?"""
        if not interviewer.may(Right.READ_REPORTS):
            return False
        row = self._store.find("assignments", interviewer=interviewer.id, candidate=candidate)
        return row is not None and self.get(candidate).role is Role.CANDIDATE

    def candidates_of(self, interviewer: Account) -> list[Account]:
        """The candidates that an interviewer sees."""
        return [a for a in self.everyone() if self.sees(interviewer, a.id)]

    def seen_by(self, candidate: Account) -> list[Account]:
        """The interviewers who see a candidate."""
        return [a for a in self.everyone() if self.sees(a, candidate.id)]

    # --- logins at a provider

    def begin_flow(self, *, invitation: str = "", next: str = "/") -> Flow:
        """Note that a login at a provider begins."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        flow = Flow(state, nonce, verifier, invitation, next)
        self._store.sweep(self._now())
        until = self._now() + dt.timedelta(minutes=FLOW_MINUTES)
        self._store.add(
            "flows", state=_hash(flow.state), nonce=flow.nonce, verifier=flow.verifier,
            invitation=invitation, next=next, expires_at=until,
        )  # fmt: skip
        return flow

    def end_flow(self, state: str) -> Flow | None:
        """The flow with this state, once; None when it ended already, has expired or never began."""
        row = self._store.take("flows", state=_hash(state))
        if row is None or row["expires_at"] <= self._now():
            return None
        return Flow(state, row["nonce"], row["verifier"], row["invitation"], row["next"])

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()


def is_token(secret: str) -> bool:
    """Is this a program's token, rather than a browser's login?"""
    return secret.startswith(TOKEN_PREFIX)


_ONE_HASH = threading.Semaphore(2)
"""A hash takes 64 MB; many logins at once wait instead of filling the memory."""


@cache
def _hasher() -> Any:
    try:
        from argon2 import PasswordHasher
    except ImportError:  # an extra, which one person on their own machine doesn't need
        raise UsageError("accounts need the extra: pip install 'vivavoce[server]'") from None
    return PasswordHasher()


def hash_password(password: str) -> str:
    """The argon2id hash. Raises InputError for a password that is too short or long."""
    low, high = PASSWORD_LENGTH
    if not low <= len(password) <= high:
        raise InputError(f"the password has {len(password)} characters; wanted: {low} to {high}")
    with _ONE_HASH:
        return str(_hasher().hash(password))


def verify_password(hashed: str, password: str) -> bool:
    """Is this the password?"""
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        with _ONE_HASH:
            return bool(_hasher().verify(hashed, password[: PASSWORD_LENGTH[1] + 1]))
    except (Argon2Error, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """A hash that no password fits, so that a name that doesn't exist takes as long as one that does."""
    return hash_password(secrets.token_urlsafe(32))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def name_key(name: str) -> str:
    """A name as it is compared: without regard to case, width and surrounding space."""
    return unicodedata.normalize("NFKC", name).strip().casefold()[:200]


def _name(name: str) -> tuple[str, str]:
    """A name as shown and as compared. Raises InputError."""
    shown = " ".join(unicodedata.normalize("NFC", name).split())
    if not 1 <= len(shown) <= 100 or not shown.isprintable():
        raise InputError(f"the name {name[:120]!r} won't do; wanted: 1 to 100 characters that can be read")
    return shown, name_key(shown)


def _account(row: Mapping[str, Any]) -> Account:
    return Account(
        id=row["id"], name=row["name"], role=Role(row["role"]), created_at=row["created_at"],
        is_disabled=row["is_disabled"], has_password=row["password"] is not None,
    )  # fmt: skip
