"""Speaking: recordings in chunks, and recordings to words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Request
from pydantic import Field
from starlette.responses import Response

from viva.app import speech
from viva.app.speech import Take, TakeKey, UnknownTake
from viva.bank import Frozen
from viva.doors.web._desk import Desk, Here
from viva.doors.web._problems import Refused
from viva.doors.web.api._errors import problems
from viva.exceptions import UsageError
from viva.session import State
from viva.speech import (
    MAX_SECONDS,
    RATE,
    UNSURE_BELOW,
    Delivery,
    SpeechError,
    Transcript,
    Where,
    Word,
    examine,
)

router = APIRouter(tags=["speech"])
recordings = APIRouter(prefix="/sessions/{id}", tags=["speech"])
_READ = problems(404, 422)
_STEP = problems(404, 409, 413, 422)
_HEAR = problems(404, 422, 503)
MAX_WORDS = 20_000


class EngineOut(Frozen):
    """An engine that turns speech into words, and what keeps it from working (null when it is ready)."""

    name: str
    about: str
    missing: str | None
    is_chosen: bool


class WordOut(Frozen):
    """A word as heard; seconds from the start, and confidence 0 to 1, where the engine gives them."""

    text: Annotated[str, Field(max_length=200)]
    start_s: float | None = Field(None, ge=0)
    end_s: float | None = Field(None, ge=0)
    confidence: float | None = Field(None, ge=0, le=1)


class TranscriptOut(Frozen):
    """A machine's guess at the words. It is graded only as the answer that a person has read and sent."""

    text: str
    words: tuple[WordOut, ...]
    engine: str
    language: str
    where: Where


class TranscriptIn(Frozen):
    """Words that the browser itself heard: on the device (`browser`), or by its maker (`maker`)."""

    words: tuple[WordOut, ...] = Field(min_length=1, max_length=MAX_WORDS)
    language: str = Field("en", pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    where: Where


class CountOut(Frozen):
    """Something said, and how often."""

    text: str
    n: int


class PauseOut(Frozen):
    """A long pause, in seconds from the start."""

    start_s: float
    end_s: float


class DeliveryOut(Frozen):
    """How an answer was spoken. Facts; no score is made of them."""

    n_words: int
    seconds: float
    speaking_seconds: float
    words_per_minute: float | None
    n_pauses: int
    long_pauses: tuple[PauseOut, ...]
    fillers: tuple[CountOut, ...]
    repeated: tuple[CountOut, ...]


class HeardOut(Frozen):
    """A file's words, and how they were spoken."""

    transcript: TranscriptOut
    delivery: DeliveryOut


class TakeOut(Frozen):
    """A recording of an answer as it stands."""

    id: str
    started_at: dt.datetime
    seconds: float
    next_chunk: int
    """The lowest chunk number that hasn't arrived: send from here."""
    is_finished: bool
    transcript: TranscriptOut | None


class RecordingsOut(Frozen):
    """What is recorded of a turn, and what turns it into words."""

    engine: str | None
    """None: recordings are kept and played back, and the answer is typed."""
    where: Where | None
    where_words: str | None
    trouble: str | None
    """What is wrong with the engine that was asked for."""
    language: str
    unsure_below: float
    rate: int
    max_seconds: int
    takes: tuple[TakeOut, ...]


class NextOut(Frozen):
    """The lowest chunk number that hasn't arrived."""

    next: int


class FinishIn(Frozen):
    """How many chunks the recording has; null closes it with those that are here."""

    n_chunks: int | None = Field(None, ge=0, le=1_000_000)


async def _bytes_of(request: Request) -> bytes:
    return await request.body()


Bytes = Annotated[bytes, Depends(_bytes_of)]
TakeName = Annotated[str, Path(pattern="^[a-z0-9]{8,40}$")]
Turn = Annotated[int, Path(ge=1, le=10_000)]


def _body(kind: str) -> dict[str, object]:
    """How the document describes a body of bytes."""
    schema = {"type": "string", "format": "binary"}
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema}}}}


@contextmanager
def speaking() -> Iterator[None]:
    """Turn what goes wrong with engines and takes into the answers that say so. Raises Refused."""
    try:
        yield
    except SpeechError as error:
        raise Refused(503, str(error)) from None
    except UnknownTake as error:
        raise Refused(404, str(error)) from None


def key_of(desk: Desk, id: str, turn: int, take: str) -> tuple[TakeKey, bool]:
    """A take of this viewer's, and whether it may begin now. Raises UnknownSession, UsageError."""
    session = desk.sitting(id).session
    if not 1 <= turn <= len(session.turns):
        raise UsageError(f"no turn {turn} in this session; wanted: 1 to {len(session.turns)}")
    return TakeKey(id, turn, take), session.state is State.ASKED and turn == len(session.turns)


@router.get("/speech/engines", responses=problems(422))
def engines() -> list[EngineOut]:
    """Every engine, whether it is ready, and which one is at work."""
    return [
        EngineOut(name=r.engine.name, about=r.engine.about, missing=r.missing, is_chosen=r.is_chosen)
        for r in examine(speech.speech_options())
    ]


@router.post("/speech/transcriptions", responses=problems(413, 422, 503), openapi_extra=_body("audio/wav"))
def transcribe(body: Bytes) -> HeardOut:
    """The words of a WAV file sent as the body. It isn't kept."""
    with speaking():
        transcript, delivery = speech.hear_wav(body, speech.speech_options(), name="the body")
    return HeardOut(transcript=transcript_out(transcript), delivery=delivery_out(delivery))


@recordings.get("/recordings/{turn}", responses=_READ)
def read_recordings(desk: Here, id: str, turn: Turn) -> RecordingsOut:
    """What is recorded of a turn."""
    desk.sitting(id)
    options = speech.speech_options()
    name, where, trouble = None, None, None
    try:
        engine = speech.engine_at_work()
        name, where = engine.at_work(options) if engine else (None, None)
    except UsageError as error:
        trouble = str(error)
    return RecordingsOut(
        engine=name, where=where, where_words=speech.WHERE[where] if where else None, trouble=trouble,
        language=options.language, unsure_below=UNSURE_BELOW, rate=RATE, max_seconds=MAX_SECONDS,
        takes=tuple(_take(take) for take in speech.takes_of(desk.viva, id, turn)),
    )  # fmt: skip


@recordings.put(
    "/recordings/{turn}/{take}/chunks/{number}",
    responses=_STEP,
    openapi_extra=_body("application/octet-stream"),
)
def add_chunk(
    desk: Here,
    id: str,
    turn: Turn,
    take: TakeName,
    number: Annotated[int, Path(ge=0, le=1_000_000)],
    body: Bytes,
) -> NextOut:
    """Keep a chunk: 16-bit PCM, little-endian, one channel, 16,000 samples a second, at most 64 KiB.

    Chunks are numbered from 0; the first one begins the recording, and one sent again changes nothing.
    """
    key, may_begin = key_of(desk, id, turn, take)
    with speaking():
        return NextOut(next=speech.add_chunk(desk.viva, key, number, body, may_begin=may_begin))


@recordings.post("/recordings/{turn}/{take}/finish", responses=_STEP)
def finish(
    desk: Here, id: str, turn: Turn, take: TakeName,
    given: Annotated[FinishIn, Body(examples=[{"n_chunks": 12}])],
) -> TakeOut:  # fmt: skip
    """Close a recording; 409 while a chunk is missing."""
    key, _ = key_of(desk, id, turn, take)
    with speaking():
        return _take(speech.finish_take(desk.viva, key, n_chunks=given.n_chunks))


@recordings.post("/recordings/{turn}/{take}/transcript", responses=_HEAR)
def make_transcript(desk: Here, id: str, turn: Turn, take: TakeName) -> TranscriptOut:
    """Turn a recording into words with the engine at work, and keep them with it."""
    key, _ = key_of(desk, id, turn, take)
    with speaking():
        return transcript_out(speech.transcribe_take(desk.viva, key))


@recordings.put("/recordings/{turn}/{take}/transcript", responses=_STEP)
def keep_transcript(
    desk: Here, id: str, turn: Turn, take: TakeName,
    given: Annotated[TranscriptIn, Body(examples=[{"words": [{"text": "noise"}], "where": "browser"}])],
) -> TakeOut:  # fmt: skip
    """Keep the words that the browser itself heard."""
    key, _ = key_of(desk, id, turn, take)
    words = tuple(Word(w.text, w.start_s, w.end_s, w.confidence) for w in given.words)
    made = Transcript(words, "the browser's own recognition", given.language, given.where)
    with speaking():
        return _take(speech.keep_transcript(desk.viva, key, made))


@recordings.get(
    "/recordings/{turn}/{take}/audio", response_class=Response,
    responses=_READ | {200: {"content": {"audio/wav": {}}, "description": "The sound as a WAV file"}},
)  # fmt: skip
def read_audio(desk: Here, id: str, turn: Turn, take: TakeName) -> Response:
    """What a recording sounds like so far."""
    key, _ = key_of(desk, id, turn, take)
    with speaking():
        return Response(speech.sound_of(desk.viva, key), media_type="audio/wav")


@recordings.delete("/recordings/{turn}/{take}", status_code=204, responses=_READ)
def delete_recording(desk: Here, id: str, turn: Turn, take: TakeName) -> None:
    """Delete a recording for good, words and sound."""
    key, _ = key_of(desk, id, turn, take)
    speech.delete_take(desk.viva, key)


@router.get("/sessions/{id}/delivery/{turn}", responses=_READ)
def delivery(desk: Here, id: str, turn: Turn) -> DeliveryOut | None:
    """How a turn was spoken; null when it was typed."""
    desk.sitting(id)
    found = speech.delivery_of_turn(desk.viva, id, turn)
    return delivery_out(found) if found else None


def transcript_out(transcript: Transcript) -> TranscriptOut:
    """A transcript as JSON."""
    words = tuple(WordOut.model_validate(word, from_attributes=True) for word in transcript.words)
    return TranscriptOut(
        text=transcript.text, words=words, engine=transcript.engine, language=transcript.language,
        where=transcript.where,
    )  # fmt: skip


def delivery_out(delivery: Delivery) -> DeliveryOut:
    """Delivery facts as JSON."""
    return DeliveryOut(
        n_words=delivery.n_words, seconds=delivery.seconds, speaking_seconds=delivery.speaking_seconds,
        words_per_minute=delivery.words_per_minute, n_pauses=delivery.n_pauses,
        long_pauses=tuple(PauseOut(start_s=p.start_s, end_s=p.end_s) for p in delivery.long_pauses),
        fillers=tuple(CountOut(text=text, n=n) for text, n in delivery.fillers),
        repeated=tuple(CountOut(text=text, n=n) for text, n in delivery.repeated),
    )  # fmt: skip


def _take(take: Take) -> TakeOut:
    return TakeOut(
        id=take.id, started_at=take.started_at, seconds=take.seconds, next_chunk=take.next_chunk,
        is_finished=take.is_finished,
        transcript=transcript_out(take.transcript) if take.transcript else None,
    )  # fmt: skip


router.include_router(recordings)
