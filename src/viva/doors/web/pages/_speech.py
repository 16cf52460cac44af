"""Speaking in the practice room: chunks over a websocket, what is recorded of a turn, delivery facts."""

from __future__ import annotations

import struct
import threading

from anyio import to_thread
from fastapi import APIRouter, Depends, Request, WebSocket, WebSocketDisconnect
from starlette.responses import HTMLResponse, Response

from viva.app import speech
from viva.app.speech import TakeKey
from viva.doors.web._desk import Desk, Here
from viva.doors.web._guard import our_script
from viva.doors.web._render import page
from viva.doors.web.api._speech import key_of, recordings
from viva.exceptions import VivaError

router = APIRouter()
_NUMBER = struct.Struct("<I")
_REFUSED = 1008


def _our_change(request: Request) -> None:
    """A dependency: what changes something needs this browser's token. Raises Refused."""
    if request.method not in ("GET", "HEAD"):
        our_script(request, request.headers.get("x-csrf-token", ""))


router.include_router(recordings, dependencies=[Depends(_our_change)])


@router.get("/sessions/{id}/takes/{turn}")
def takes(request: Request, desk: Here, id: str, turn: int) -> Response:
    """What is recorded of a turn, as a part of its page."""
    desk.sitting(id)
    found = speech.takes_of(desk.viva, id, turn)
    return page(
        request, "takes.html", takes=found, base=f"/sessions/{id}/recordings/{turn}", where=speech.WHERE
    )


@router.get("/sessions/{id}/delivery/{turn}")
def delivery(request: Request, desk: Here, id: str, turn: int) -> Response:
    """How a turn was spoken, as a part of its feedback; nothing when it was typed."""
    desk.sitting(id)
    found = speech.delivery_of_turn(desk.viva, id, turn)
    return page(request, "delivery_facts.html", d=found) if found else HTMLResponse("")


@router.websocket("/sessions/{id}/recordings/{turn}/{take}")
async def receive(socket: WebSocket, desk: Here, id: str, turn: int, take: str) -> None:
    """Keep chunks as they come: four bytes of number (little-endian), then PCM.

    Each is answered with ``{"next": n}`` once it is durable: all before `n` have arrived. The first such
    answer comes at once and says from where to send. ``{"error": …}`` ends it; what arrived is kept.
    """
    await socket.accept()
    try:
        key, may_begin = await to_thread.run_sync(key_of, desk, id, turn, take)
        threading.Thread(target=speech.warm_engine, daemon=True).start()  # while the person speaks
        await socket.send_json({"next": await to_thread.run_sync(_next_of, desk, key)})
        while True:
            chunk = await socket.receive_bytes()
            number = _NUMBER.unpack_from(chunk)[0] if len(chunk) >= _NUMBER.size else -1
            await socket.send_json(
                {"next": await to_thread.run_sync(_add, desk, key, number, chunk[_NUMBER.size :], may_begin)}
            )
    except VivaError as error:
        await socket.send_json({"error": str(error)})
        await socket.close(_REFUSED)
    except WebSocketDisconnect:
        pass  # the browser connects again when it can
    except KeyError:  # a text where bytes were wanted
        await socket.close(_REFUSED, "wanted: bytes")


def _next_of(desk: Desk, key: TakeKey) -> int:
    """The lowest chunk number that hasn't arrived; 0 for a take that hasn't begun."""
    found = {take.id: take.next_chunk for take in speech.takes_of(desk.viva, key.session, key.turn)}
    return found.get(key.take, 0)


def _add(desk: Desk, key: TakeKey, number: int, pcm: bytes, may_begin: bool) -> int:
    return speech.add_chunk(desk.viva, key, number, pcm, may_begin=may_begin)
