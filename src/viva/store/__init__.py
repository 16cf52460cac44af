"""Saves and loads: an append-only event log and what is read from it."""

from viva.store._store import SessionLine, Store, open_store

__all__ = ["SessionLine", "Store", "open_store"]
