"""The one place where the parts are wired together."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from viva.app._settings import Settings
from viva.bank import Bank, content_folder
from viva.grading import DEFAULT_GRADER, Grader, grader
from viva.store import Store, open_store


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _new_id(now: dt.datetime) -> str:
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


@dataclass(frozen=True)
class Viva:
    """Everything a use-case needs. Parts are made when first used, so that doors open quickly."""

    settings: Settings = field(default_factory=Settings)
    now: Callable[[], dt.datetime] = _now
    new_id: Callable[[dt.datetime], str] = _new_id

    @cached_property
    def bank(self) -> Bank:
        """The questions."""
        folder = self.settings.content or content_folder()
        return Bank(folder, cache=self.settings.cache, packs=tuple(self._packs()))

    @cached_property
    def store(self) -> Store:
        """The sessions."""
        return open_store(self.settings.store)

    @cached_property
    def grader(self) -> Grader:
        """The judge."""
        name = self.settings.grader
        return grader(DEFAULT_GRADER if name == "auto" else name)

    def _packs(self) -> Iterator[tuple[str, Path]]:
        folder = self.settings.home / "packs"
        if folder.is_dir():
            yield from ((p.name, p) for p in sorted(folder.iterdir()) if p.is_dir())
