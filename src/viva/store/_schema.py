"""Brings a database to the schema that this version reads."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from viva.exceptions import StoreError

HEAD = "0001"
"""The newest migration. A test holds it against the files."""
MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> None:
    """Run the migrations that the database lacks; does nothing, quickly, when it lacks none.

    Raises StoreError when the database was written by a newer version.
    """
    with engine.connect() as connection:
        if _revision(connection) == HEAD:
            return
    _upgrade(engine)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(engine: Engine) -> None:
    # Alembic takes a quarter of a second to import and is needed once a database.
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, HEAD)
    except CommandError as error:
        raise StoreError(
            f"the database at {engine.url.render_as_string(hide_password=True)} is at a step that "
            f"this version doesn't know ({error}); wanted: up to {HEAD!r}; update Viva"
        ) from error
