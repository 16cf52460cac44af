"""The table of engines, in the order in which they are chosen.

The browser's own recognition on the device comes before all of them; only the browser knows whether it is
there, so the page asks it. Its recognition by its maker comes after all of them, and only when asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from viva.exceptions import UsageError
from viva.speech import _moonshine, _remote, _sherpa, _whisper
from viva.speech._transcriber import Options, Transcriber
from viva.speech._words import Where


@dataclass(frozen=True)
class Engine:
    """A row of the table."""

    name: str
    """Versioned, as in ``moonshine.v1``."""
    about: str
    extra: str
    """The extra that installs it; empty when nothing needs to be installed."""
    missing: Callable[[Options], str | None]
    """What keeps it from working, with the next step; None when it is ready."""
    load: Callable[[Options], Transcriber]
    place: Callable[[Options], tuple[str, Where]] | None = None
    """For an engine elsewhere: its name and where the sound goes. None: this machine."""

    def at_work(self, options: Options) -> tuple[str, Where]:
        """What people read of it, and where the sound goes; known before anything is loaded."""
        return self.place(options) if self.place else (self.about, Where.HERE)

    @property
    def short(self) -> str:
        """The name without its version."""
        return self.name.partition(".")[0]


ENGINES = (
    Engine("moonshine.v1", "Moonshine on this machine", "speech", _moonshine.missing, _moonshine.load),
    Engine("sherpa.v1", "sherpa-onnx on this machine", "speech", _sherpa.missing, _sherpa.load),
    Engine("whisper.v1", "Whisper on this machine", "whisper", _whisper.missing, _whisper.load),
    Engine("server.v1", "an OpenAI-compatible server", "", _remote.missing, _remote.load,
           _remote.place),
)  # fmt: skip
NO_ENGINE = "none"
"""The setting that wants no engine: record, play back and type."""


@dataclass(frozen=True)
class Readiness:
    """Whether an engine could work, and what it lacks."""

    engine: Engine
    missing: str | None
    is_chosen: bool


def find_engine(name: str) -> Engine:
    """An engine by its name, with or without the version. Raises UsageError."""
    for engine in ENGINES:
        if name in (engine.name, engine.short):
            return engine
    known = ", ".join(["auto", NO_ENGINE, *(engine.name for engine in ENGINES)])
    raise UsageError(f"no speech engine {name!r}; wanted: one of {known}")


def choose(options: Options) -> Engine | None:
    """The engine that the options name, else the first that is ready, else None.

    Raises UsageError when the named one isn't known or isn't ready.
    """
    if options.engine == NO_ENGINE:
        return None
    if options.engine == "auto":
        return next((engine for engine in ENGINES if engine.missing(options) is None), None)
    engine = find_engine(options.engine)
    missing = engine.missing(options)
    if missing is not None:
        raise UsageError(f"speech engine {engine.name!r} isn't ready: {missing}")
    return engine


def examine(options: Options) -> tuple[Readiness, ...]:
    """Every engine, what it lacks, and which is chosen."""
    try:
        chosen = choose(options)
    except UsageError:
        find_engine(options.engine)  # a name that nobody knows is the caller's mistake, not a state
        chosen = None
    return tuple(Readiness(engine, engine.missing(options), engine is chosen) for engine in ENGINES)
