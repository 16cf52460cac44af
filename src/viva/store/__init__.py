"""Saves and loads: an append-only event log and what is read from it; and who may come in."""

from viva.store._accounts import AccountStore, open_accounts
from viva.store._store import SessionLine, Store, open_store, reopen_store

__all__ = ["AccountStore", "SessionLine", "Store", "open_accounts", "open_store", "reopen_store"]
