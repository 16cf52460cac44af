"""Who may come in: accounts, logins, tokens, invitations and who was assigned to whom, in one SQLite file.

Secrets are never kept: passwords as argon2 hashes, all else (of 256 bits of chance) as SHA-256.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    delete,
    event,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from viva.exceptions import StoreError, UsageError

SCHEMA = 1
"""Kept in the file's ``user_version``."""
metadata = MetaData()

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("key", String(200), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("password", Text),
    Column("issuer", Text),
    Column("subject", Text),
    Column("created_at", DateTime, nullable=False),
    Column("is_disabled", Boolean, nullable=False, default=False),
    UniqueConstraint("issuer", "subject"),
)
"""``key`` is the name as it is compared; an account has a password, a provider's subject, or both."""

logins = Table(
    "logins",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("account", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_at", DateTime, nullable=False),
)
"""Browsers that are logged in."""

tokens = Table(
    "tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("account", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("expires_at", DateTime, nullable=False),
)
"""Programs that may act for an account; a revoked one is gone."""

invitations = Table(
    "invitations",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("by", ForeignKey("accounts.id", ondelete="CASCADE")),
    Column("role", String(20), nullable=False),
    Column("expires_at", DateTime, nullable=False),
)
"""Good for one account each."""

assignments = Table(
    "assignments",
    metadata,
    Column("interviewer", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("candidate", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
)
"""Which candidates an interviewer sees."""

flows = Table(
    "flows",
    metadata,
    Column("state", String(64), primary_key=True),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),
    Column("invitation", Text, nullable=False),
    Column("next", Text, nullable=False),
    Column("expires_at", DateTime, nullable=False),
)
"""Logins at a provider that were begun; each is taken out once."""


Name = Literal["accounts", "logins", "tokens", "invitations", "assignments", "flows"]


class AccountStore:
    """Rows in and out; what they mean is `viva.app.accounts`'s to say. Times are aware, UTC."""

    def __init__(self, engine: Engine) -> None:
        """Use an engine; `open_accounts` makes one."""
        self._engine = engine
        self._lock = threading.Lock()

    def add(self, table: Name, **values: Any) -> None:
        """Add a row. Raises UsageError when one like it is there."""
        try:
            with self._writing() as connection:
                connection.execute(insert(_table(table)).values(**_naive(values)))
        except IntegrityError:
            raise UsageError(f"{table}: there is one like this already; choose another") from None

    def find(self, table: Name, **wanted: Any) -> Mapping[str, Any] | None:
        """The row with these values, or None."""
        with self._engine.connect() as connection:
            return _first(connection, _table(table), wanted)

    def all(self, table: Name, **wanted: Any) -> list[Mapping[str, Any]]:
        """The rows with these values."""
        with self._engine.connect() as connection:
            found = connection.execute(select(_table(table)).where(*_conditions(_table(table), wanted)))
            return [_aware(row._mapping) for row in found]

    def take(self, table: Name, **wanted: Any) -> Mapping[str, Any] | None:
        """The row with these values, taken out: of two that ask, one gets it."""
        with self._writing() as connection:
            found = _first(connection, _table(table), wanted)
            if found is not None:
                connection.execute(delete(_table(table)).where(*_conditions(_table(table), wanted)))
            return found

    def change(self, table: Name, new: Mapping[str, Any], **wanted: Any) -> int:
        """Put new values into the rows with these; how many there were."""
        with self._writing() as connection:
            query = update(_table(table)).where(*_conditions(_table(table), wanted)).values(**_naive(new))
            return connection.execute(query).rowcount

    def remove(self, table: Name, **wanted: Any) -> int:
        """Remove the rows with these values; how many there were."""
        with self._writing() as connection:
            return connection.execute(
                delete(_table(table)).where(*_conditions(_table(table), wanted))
            ).rowcount

    def sweep(self, at: dt.datetime) -> None:
        """Remove every login, token, invitation and flow that has expired."""
        with self._writing() as connection:
            for table in (logins, tokens, invitations, flows):
                connection.execute(delete(table).where(table.c.expires_at <= at.replace(tzinfo=None)))

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._lock, self._engine.begin() as connection:
            yield connection


def open_accounts(path: Path) -> AccountStore:
    """The accounts in a SQLite file, made when it isn't there and readable by its owner only.

    Raises StoreError when it can't be opened or a newer version wrote it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        engine = create_engine(f"sqlite:///{path}")
        event.listen(engine, "connect", _configure)
        with engine.begin() as connection:
            found = connection.execute(text("PRAGMA user_version")).scalar_one()
            if found > SCHEMA:
                raise StoreError(f"{path}: found schema {found}; wanted: at most {SCHEMA}; update Viva")
            metadata.create_all(connection)
            connection.execute(text(f"PRAGMA user_version={SCHEMA}"))
    except (OSError, SQLAlchemyError) as error:
        raise StoreError(f"the accounts at {str(path)!r} can't be opened: {error}; check the path") from error
    return AccountStore(engine)


def _configure(connection: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


def _table(name: Name) -> Table:
    return metadata.tables[name]


def _first(connection: Connection, table: Table, wanted: Mapping[str, Any]) -> Mapping[str, Any] | None:
    row = connection.execute(select(table).where(*_conditions(table, wanted))).first()
    return _aware(row._mapping) if row else None


def _conditions(table: Table, wanted: Mapping[str, Any]) -> list[Any]:
    return [table.c[name] == value for name, value in wanted.items()]


def _naive(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v.replace(tzinfo=None) if isinstance(v, dt.datetime) else v for k, v in values.items()}


def _aware(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(k): v.replace(tzinfo=dt.UTC) if isinstance(v, dt.datetime) else v for k, v in row.items()}
