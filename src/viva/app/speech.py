"""Use-cases of speaking: a take is one recording of an answer, from "Record" to "I'm done speaking".

A turn may have several. Takes lie under the home folder as ``recordings/<session>/<turn>/<take>/``, the sound
as a journal of chunks beside ``take.json``. Words that come of one are the engine's guess; they reach the log
only as the answer that the candidate has read and sent.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from weakref import WeakValueDictionary

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from viva.app._files import keep_file
from viva.app._viva import Viva
from viva.exceptions import IllegalMove, InputError, UsageError, VivaError
from viva.speech import (
    Audio,
    Delivery,
    Engine,
    Options,
    Recording,
    SpeechError,
    Transcriber,
    Transcript,
    Where,
    audio_of,
    choose,
    delivery_of,
    read_wav,
    transcribe,
    wav_of,
)

RECORDINGS = "recordings"
MAX_TAKES = 30
"""Takes of one turn."""
_TAKE_FILE = "take.json"
_ID = re.compile(r"[a-z0-9-]{1,80}")
_TAKE = re.compile(r"[a-z0-9]{8,40}")
WHERE = {
    Where.BROWSER: "The sound is turned into words by your browser, on this device.",
    Where.HERE: "The sound goes to Viva and no further.",
    Where.SERVER: "Viva sends the sound on to that server.",
    Where.MAKER: "Your browser sends the sound to its maker.",
}
"""Where audio goes, in words for the person who speaks."""


class UnknownTake(UsageError):
    """No recording of this turn has this name."""


class SpeechSettings(BaseSettings):
    """What a person can set about speech. Each field is read from ``VIVA_SPEECH_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix="VIVA_SPEECH_", frozen=True, extra="ignore")

    engine: str = "auto"
    model: str = ""
    url: str = ""
    key: str = ""
    remote_model: str = "whisper-1"
    language: str = Field("en", pattern="^[a-z]{2,3}$")
    threads: int = Field(2, ge=1, le=64)

    def options(self, *, fetch: bool = False) -> Options:
        """The same for the speech room."""
        return Options(**self.model_dump(), fetch=fetch)


@dataclass(frozen=True)
class TakeKey:
    """Which take: session, turn from 1, and the name that the browser gave it. Raises UsageError."""

    session: str
    turn: int
    take: str

    def __post_init__(self) -> None:
        """Keep what becomes a path to harmless names."""
        if not _ID.fullmatch(self.session) or not _TAKE.fullmatch(self.take) or not 1 <= self.turn <= 10_000:
            raise UsageError(
                f"no recording {self.take[:50]!r} of turn {self.turn}; wanted: a turn from 1, and 8 to 40 "
                "letters a-z and digits"
            )


@dataclass(frozen=True)
class Take:
    """A recording as it stands."""

    id: str
    started_at: dt.datetime
    seconds: float
    next_chunk: int
    """The lowest chunk number that hasn't arrived."""
    is_finished: bool
    transcript: Transcript | None


@dataclass(frozen=True)
class _TakeFile:
    started_at: dt.datetime
    is_finished: bool = False
    transcript: Transcript | None = None


_FILES: TypeAdapter[_TakeFile] = TypeAdapter(_TakeFile)
_OPEN: WeakValueDictionary[Path, Recording] = WeakValueDictionary()
_OPENING = threading.Lock()
_HEARING = threading.Lock()
"""One recording becomes words at a time: an engine uses every core as it is."""
_LOADED: dict[Options, Transcriber] = {}


def speech_options(*, fetch: bool = False) -> Options:
    """Speech as this process's environment sets it. Raises InputError when a value is wrong."""
    try:
        return SpeechSettings().options(fetch=fetch)
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        name = "VIVA_SPEECH_" + str(found["loc"][0]).upper()
        raise InputError(f"{name}: found {found['input']!r}; {found['msg']}") from None


def engine_at_work() -> Engine | None:
    """The engine that makes words of recordings, or None. Raises UsageError when the one set isn't ready."""
    return choose(speech_options())


def load_engine(options: Options) -> Transcriber | None:
    """The chosen engine, loaded once in a process; None without one. Raises SpeechError, UsageError."""
    with _HEARING:
        return _load(options)


def warm_engine() -> None:
    """Load the engine ahead of its use; what goes wrong is told when it is needed."""
    with suppress(VivaError):
        load_engine(speech_options())


def _load(options: Options) -> Transcriber | None:
    if options not in _LOADED:
        engine = choose(options)
        if engine is None:
            return None
        _LOADED[options] = engine.load(options)
    return _LOADED[options]


def hear(audio: Audio, options: Options, *, name: str = "the recording") -> Transcript:
    """The words of a recording. Raises InputError for bad audio, SpeechError when no engine can do it."""
    with _HEARING:
        engine = _load(options)
        if engine is None:
            raise SpeechError(
                "no engine turns speech into words here; `viva speech doctor` says what each one needs. "
                "The recording is kept: play it back and type"
            )
        return transcribe(engine, audio, language=options.language, name=name)


def hear_wav(wav: bytes | Path, options: Options, *, name: str = "") -> tuple[Transcript, Delivery]:
    """The words of a WAV file and how they were delivered. Raises as `read_wav` and `hear` do."""
    audio = read_wav(wav, name=name)
    transcript = hear(audio, options, name=name or (str(wav) if isinstance(wav, Path) else "the audio"))
    return transcript, delivery_of(audio, transcript.text)


def add_chunk(viva: Viva, key: TakeKey, number: int, pcm: bytes, *, may_begin: bool = True) -> int:
    """Keep a chunk of 16-bit PCM, durable when this returns; sent again, it changes nothing.

    Returns the lowest number that hasn't arrived. With `may_begin` a first chunk begins the take. Raises
    InputError for a malformed chunk or a full recording, IllegalMove where no take may begin.
    """
    folder = _folder(viva, key)
    if not folder.is_dir():
        if not may_begin:
            raise IllegalMove(f"turn {key.turn} is answered already; no new recording of it can begin")
        _begin(viva, folder)
    return _recording(folder).add(number, pcm)


def finish_take(viva: Viva, key: TakeKey, *, n_chunks: int | None = None) -> Take:
    """Close a take; `n_chunks` is how many the browser made. Raises IllegalMove while some are missing."""
    found = read_take(viva, key)
    if n_chunks is not None and found.next_chunk < n_chunks:
        raise IllegalMove(
            f"chunk {found.next_chunk} of {n_chunks} hasn't arrived; send it again, then finish the recording"
        )
    return _change(viva, key, is_finished=True)


def read_take(viva: Viva, key: TakeKey) -> Take:
    """A take as it stands. Raises UnknownTake."""
    folder = _folder(viva, key)
    if not folder.is_dir():
        raise UnknownTake(f"no recording {key.take!r} of turn {key.turn}; it was deleted, or never begun")
    recording, kept = _recording(folder), _read_file(folder)
    return Take(
        key.take, kept.started_at, recording.seconds, recording.next_chunk, kept.is_finished, kept.transcript
    )


def takes_of(viva: Viva, session: str, turn: int) -> tuple[Take, ...]:
    """The takes of a turn, oldest first."""
    folder = _turn_folder(viva, session, turn)
    names = [path.name for path in folder.iterdir() if _TAKE.fullmatch(path.name)] if folder.is_dir() else []
    found = [read_take(viva, TakeKey(session, turn, name)) for name in names]
    return tuple(sorted(found, key=lambda take: (take.started_at, take.id)))


def sound_of(viva: Viva, key: TakeKey) -> bytes:
    """What a take sounds like so far, as a WAV file."""
    read_take(viva, key)
    return wav_of(_recording(_folder(viva, key)).pcm())


def transcribe_take(viva: Viva, key: TakeKey) -> Transcript:
    """Turn a take into words and keep them with it. Raises InputError (silence), SpeechError (engines)."""
    read_take(viva, key)
    audio = audio_of(_recording(_folder(viva, key)).pcm())
    transcript = hear(audio, speech_options())
    _change(viva, key, is_finished=True, transcript=transcript)
    return transcript


def keep_transcript(viva: Viva, key: TakeKey, transcript: Transcript) -> Take:
    """Keep the words that the browser itself heard. Raises UsageError for another origin."""
    if transcript.where not in (Where.BROWSER, Where.MAKER):
        raise UsageError(f"found words from {transcript.where.value!r}; wanted: the browser's own")
    read_take(viva, key)
    return _change(viva, key, transcript=transcript)


def delete_take(viva: Viva, key: TakeKey) -> None:
    """Delete a take for good, words and sound; one that is gone already is no error."""
    folder = _folder(viva, key)
    with _OPENING:
        _OPEN.pop(folder, None)
        shutil.rmtree(folder, ignore_errors=True)


def delivery_of_turn(viva: Viva, session: str, turn: int) -> Delivery | None:
    """How a turn was spoken, over the takes that became words (else over all); None without a take."""
    takes = [take for take in takes_of(viva, session, turn) if take.seconds]
    heard = [take for take in takes if take.transcript] or takes
    facts = [
        delivery_of(
            audio_of(_recording(_folder(viva, TakeKey(session, turn, take.id))).pcm()),
            take.transcript.text if take.transcript else "",
        )
        for take in heard
    ]
    total = facts[0] if facts else None
    for further in facts[1:]:
        total = total + further if total else further
    return total


def forget_recordings(viva: Viva, session: str) -> None:
    """Delete every take of a session for good."""
    if _ID.fullmatch(session):
        shutil.rmtree(viva.settings.home / RECORDINGS / session, ignore_errors=True)


def sweep_recordings(viva: Viva) -> int:
    """Delete the takes of sessions that are no longer there; how many sessions those were."""
    root = viva.settings.home / RECORDINGS
    if not root.is_dir():
        return 0
    known = {line.id for line in viva.store.lines()}
    gone = [path for path in root.iterdir() if path.name not in known]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True)
    return len(gone)


def _turn_folder(viva: Viva, session: str, turn: int) -> Path:
    if not _ID.fullmatch(session):
        raise UsageError(f"no session {session[:50]!r}")
    return viva.settings.home / RECORDINGS / session / str(turn)


def _folder(viva: Viva, key: TakeKey) -> Path:
    return _turn_folder(viva, key.session, key.turn) / key.take


def _begin(viva: Viva, folder: Path) -> None:
    if folder.parent.is_dir() and sum(1 for _ in folder.parent.iterdir()) >= MAX_TAKES:
        raise InputError(
            f"found {MAX_TAKES} recordings of this turn; wanted: fewer; delete one, then record again"
        )
    folder.mkdir(parents=True, exist_ok=True)
    _write_file(folder, _TakeFile(viva.now()))


def _recording(folder: Path) -> Recording:
    """The one object for a folder in this process."""
    with _OPENING:
        found = _OPEN.get(folder)
        if found is None:
            found = _OPEN[folder] = Recording(folder)
        return found


def _change(
    viva: Viva, key: TakeKey, *, is_finished: bool = False, transcript: Transcript | None = None
) -> Take:
    folder = _folder(viva, key)
    kept = _read_file(folder)
    made = replace(
        kept, is_finished=kept.is_finished or is_finished, transcript=transcript or kept.transcript
    )
    _write_file(folder, made)
    return read_take(viva, key)


def _read_file(folder: Path) -> _TakeFile:
    try:
        return _FILES.validate_json((folder / _TAKE_FILE).read_bytes())
    except (FileNotFoundError, ValidationError):  # killed between making the folder and writing its file
        return _TakeFile(dt.datetime.fromtimestamp(folder.stat().st_mtime, dt.UTC))


def _write_file(folder: Path, kept: _TakeFile) -> None:
    keep_file(folder / _TAKE_FILE, _FILES.dump_json(kept))
