"""The tables: an append-only log of events, what is read from it, and unfinished drafts."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column("mode", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("n_turns", Integer, nullable=False),
    Column("mean_score", Float),
)
"""A projection: one line a session, rebuilt from its events with each append."""

events = Table(
    "events",
    metadata,
    Column("session_id", String(40), ForeignKey("sessions.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("type", String(40), nullable=False),
    Column("body", Text, nullable=False),
)
"""The truth. Rows are added, never changed; (session, seq) keeps two writers from both being right."""

drafts = Table(
    "drafts",
    metadata,
    Column("session_id", String(40), ForeignKey("sessions.id"), primary_key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("text", Text, nullable=False),
)
"""Words typed and not yet accepted; the one table whose rows change."""

Index("ix_sessions_updated_at", sessions.c.updated_at)
