"""Settings: from options, else ``VIVA_…`` in the environment, else defaults."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a person can set. Each field is read from ``VIVA_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix="VIVA_", frozen=True, extra="ignore")

    home: Path = Field(default_factory=lambda: user_data_path("viva", "viva"))
    """Where sessions are kept."""
    cache: Path = Field(default_factory=lambda: user_cache_path("viva", "viva"))
    """What can be made again: the parsed bank."""
    database: str = ""
    """A database URL; empty means a SQLite file in `home`."""
    content: Path | None = None
    """A content folder to use instead of the one that comes with Viva."""
    lab_packs: str = ""
    """Folders of private labs, separated as in PATH."""
    grader: str = "auto"
    """A grader's versioned name; `auto` takes the best that is there."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"
    log_json: bool = False
    log_words: bool = False
    """Write the person's own words to the log as well. Off, they never are."""

    @property
    def lab_folders(self) -> tuple[Path, ...]:
        """The folders of private labs."""
        return tuple(Path(folder) for folder in self.lab_packs.split(os.pathsep) if folder)

    @property
    def store(self) -> str | Path:
        """What `viva.store.open_store` opens."""
        return self.database or self.home / "viva.db"
