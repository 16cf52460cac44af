"""Saves and loads sessions: an append-only event log and what is read from it."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Dialect,
    Engine,
    create_engine,
    delete,
    event,
    func,
    insert,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.pool import QueuePool
from sqlalchemy.util import LRUCache

from viva.exceptions import StoreError, UnknownSession
from viva.session import Event, Session, event_from_json, event_to_json, fold
from viva.store._schema import migrate
from viva.store._tables import drafts, events, sessions


@dataclass(frozen=True)
class SessionLine:
    """One line of the list of sessions."""

    id: str
    opened_at: dt.datetime
    updated_at: dt.datetime
    mode: str
    state: str
    n_turns: int
    mean_score: float | None


class Store:
    """The log of every session, in SQLite or PostgreSQL.

    An append is durable when it returns: SQLite runs in WAL mode with synchronous=FULL.
    """

    def __init__(self, engine: Engine) -> None:
        """Use an engine; `open_store` makes one from a path or URL."""
        self._engine = engine
        self._writer = engine.execution_options(writes=True)
        # SQLite takes one writer at a time and lets the others poll; in one process they had better queue.
        is_sqlite = engine.dialect.name == "sqlite"
        self._one_writer: AbstractContextManager[object] = threading.Lock() if is_sqlite else nullcontext()

    def append(self, session_id: str, new: Sequence[Event], *, after: int) -> Session:
        """Add `new` events to a session that has `after` events, all or none.

        Raises IllegalMove when the rules forbid one, StoreError when another writer was quicker.
        """
        with self._one_writer, self._writer.begin() as connection:
            old = _events(connection, session_id)
            if len(old) != after:
                raise StoreError(_raced(session_id, after, len(old)))
            session = fold([*old, *new])
            try:
                self._write(connection, session_id, session, new, after)
            except IntegrityError as error:
                raise StoreError(_raced(session_id, after, after + 1)) from error
        return session

    def _write(
        self, connection: Connection, id: str, session: Session, new: Sequence[Event], after: int
    ) -> None:
        line = _projection(session, new[-1].at)
        if after == 0:
            connection.execute(insert(sessions).values(id=id, opened_at=new[0].at, **line))
        else:
            connection.execute(update(sessions).where(sessions.c.id == id).values(**line))
        rows = [
            {
                "session_id": id,
                "seq": after + i,
                "at": e.at,
                "type": e.type,
                "body": event_to_json(e),
            }
            for i, e in enumerate(new)
        ]
        connection.execute(insert(events), rows)

    def load(self, session_id: str) -> Session:
        """The session as its events tell it. Raises UnknownSession."""
        return fold(self.history(session_id))

    def history(self, session_id: str) -> list[Event]:
        """Every event of a session, oldest first. Raises UnknownSession."""
        with self._engine.connect() as connection:
            found = _events(connection, session_id)
        if not found:
            raise UnknownSession(
                f"no session {session_id!r} in the store; see `viva sessions` for those there are"
            )
        return found

    def lines(self, *, open_only: bool = False, limit: int | None = None) -> list[SessionLine]:
        """The sessions, the most recently used first."""
        query = select(sessions).order_by(sessions.c.updated_at.desc(), sessions.c.id).limit(limit)
        if open_only:
            query = query.where(sessions.c.state != "closed")
        with self._engine.connect() as connection:
            return [_line(row._mapping) for row in connection.execute(query)]

    def times_of(self, type: str) -> list[dt.datetime]:
        """When events of a type (``"ResponseGiven"``) happened, in every session, in no order."""
        query = select(events.c.at).where(events.c.type == type)
        with self._engine.connect() as connection:
            return [_utc(at) for at in connection.execute(query).scalars()]

    def find(self, prefix: str) -> str:
        """The id of the one session whose id starts with `prefix`. Raises UnknownSession."""
        query = select(sessions.c.id).where(sessions.c.id.startswith(prefix, autoescape=True))
        with self._engine.connect() as connection:
            ids = list(connection.execute(query.limit(2)).scalars())
        if len(ids) != 1:
            found = "several sessions start" if ids else "no session starts"
            raise UnknownSession(f"{found} with {prefix!r}; see `viva sessions` for their ids")
        return str(ids[0])

    def export(self) -> Iterator[tuple[str, int, Event]]:
        """The whole history: session id, sequence number and event, oldest session first."""
        query = select(sessions.c.id).order_by(sessions.c.opened_at, sessions.c.id)
        with self._engine.connect() as connection:
            ids = list(connection.execute(query).scalars())
        for id in ids:
            for seq, found in enumerate(self.history(id)):
                yield id, seq, found

    def save_draft(self, session_id: str, turn: int, text: str, *, at: dt.datetime) -> None:
        """Keep words that are not yet an answer; replaces the turn's earlier draft."""
        mine = (drafts.c.session_id == session_id) & (drafts.c.turn == turn)
        with self._one_writer, self._writer.begin() as connection:
            changed = connection.execute(update(drafts).where(mine).values(text=text, at=at))
            if changed.rowcount == 0:
                row = {"session_id": session_id, "turn": turn, "text": text, "at": at}
                connection.execute(insert(drafts).values(**row))

    def draft(self, session_id: str, turn: int) -> str:
        """The turn's draft, or an empty text."""
        query = select(drafts.c.text).where(drafts.c.session_id == session_id, drafts.c.turn == turn)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar() or ""

    def delete(self, session_id: str) -> None:
        """Remove a session, its events and drafts for good. Raises UnknownSession."""
        with self._one_writer, self._writer.begin() as connection:
            for table in (drafts, events):
                connection.execute(delete(table).where(table.c.session_id == session_id))
            gone = connection.execute(delete(sessions).where(sessions.c.id == session_id)).rowcount
        if not gone:
            raise UnknownSession(f"no session {session_id!r} in the store; nothing was deleted")

    def forget_all(self) -> int:
        """Remove everything for good, unused pages of a SQLite file included; how many sessions."""
        with self._one_writer, self._writer.begin() as connection:
            for table in (drafts, events):
                connection.execute(delete(table))
            n = connection.execute(delete(sessions)).rowcount
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect() as connection:
                raw = connection.connection.driver_connection
                assert raw is not None
                connection.rollback()  # VACUUM stands outside of transactions
                for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                    raw.execute(statement).fetchall()
        return n

    def n_sessions(self) -> int:
        """How many sessions there are."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(sessions)).scalar_one()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def reopen_store(path: Path) -> Store:
    """The store in a SQLite file that this process opened before; much lighter than `open_store`.

    The schema isn't looked at again, and what SQLAlchemy learned of the database and of our statements is
    shared by all stores that are opened so: many can be open, and one is opened in a millisecond.
    """
    dialect, statements = _known_sqlite()

    def connect() -> Any:
        return sqlite3.connect(path, check_same_thread=False)

    pool = QueuePool(connect, pool_size=1, max_overflow=15, dialect=dialect)
    event.listen(pool, "connect", _configure_sqlite)
    engine = Engine(pool, dialect, make_url(f"sqlite:///{path}"))
    event.listen(engine, "begin", _begin_sqlite)
    return Store(engine.execution_options(compiled_cache=statements))


@cache
def _known_sqlite() -> tuple[Dialect, LRUCache[Any, Any]]:
    """SQLAlchemy's dialect once it has looked at this SQLite, and a place for compiled statements."""
    engine = create_engine("sqlite://")
    with engine.connect():
        pass
    engine.dispose()
    return engine.dialect, LRUCache(200)


def open_store(where: str | Path) -> Store:
    """The store at a SQLite file's path or a database URL, brought up to date.

    Raises StoreError when the database can't be opened.
    """
    url = str(where)
    if "://" not in url:
        path = Path(where).expanduser()
        path.parent.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{path}"
    try:
        engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _configure_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        migrate(engine)
    except (SQLAlchemyError, ImportError) as error:
        raise StoreError(
            f"the database {url.split('@')[-1]!r} can't be opened: {error}; check the path or "
            "VIVA_DATABASE (PostgreSQL needs the extra: pip install 'vivavoce[postgres]')"
        ) from error
    return Store(engine)


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    # A writer takes the lock first, so that two writers wait instead of failing half way.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _events(connection: Connection, session_id: str) -> list[Event]:
    query = select(events.c.body).where(events.c.session_id == session_id).order_by(events.c.seq)
    try:
        return [event_from_json(body) for body in connection.execute(query).scalars()]
    except ValueError as error:
        raise StoreError(
            f"session {session_id!r} holds an event that this version can't read: {error}; "
            "update Viva, or export it with the version that wrote it"
        ) from error


def _projection(session: Session, at: dt.datetime) -> dict[str, Any]:
    scores = [t.scorecard.score for t in session.turns if t.scorecard is not None]
    known = [s for s in scores if s is not None]
    return {
        "updated_at": at,
        "mode": session.settings.mode,
        "state": session.state.value,
        "n_turns": len(session.turns),
        "mean_score": sum(known) / len(known) if known else None,
    }


def _line(row: Any) -> SessionLine:
    values = dict(row)
    for name in ("opened_at", "updated_at"):
        values[name] = _utc(values[name])
    return SessionLine(**values)


def _utc(at: dt.datetime) -> dt.datetime:
    """A time read from the database: SQLite forgets the zone; all times are UTC."""
    return at.replace(tzinfo=at.tzinfo or dt.UTC)


def _raced(session_id: str, expected: int, found: int) -> str:
    return (
        f"session {session_id!r} has {found} events where {expected} were expected: it is open "
        "somewhere else too; close the other one and resume"
    )
