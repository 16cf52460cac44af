"""In the submission's box: answers questions about the candidate's code.

From the first question on, everything here is under the submission's control. Nothing that it says
is a verdict, only an answer; a forged answer is just an answer.
"""

from __future__ import annotations

import os
import sys
import traceback
import types
from collections.abc import Callable
from typing import Any, Final

from . import codec, hardening
from .pipes import Pipes

_NONCE: Final = 16
_MAX_MESSAGE: Final = 500
_MAX_FRAMES: Final = 6
_MODULE: Final = "submission"


def main() -> None:
    """Take the configuration, harden, say "ready", then answer until the other end is gone."""
    pipes = Pipes()
    # The box ends by being killed, and would take what waits in its buffers along.
    sys.stdout = open(1, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
    nonce = pipes.receive()
    config = codec.decode(pipes.receive())
    for name in config["preload"]:
        __import__(name)
    sys.path.append(config["folder"])
    hardening.apply(config["hardening"])
    pipes.send(nonce + codec.encode({"ok": True, "value": "ready"}))
    submission = _Submission(config["folder"], config["entry"])
    while True:
        frame = pipes.receive()
        pipes.send(frame[:_NONCE] + submission.answer(frame[_NONCE:]))


class _Submission:
    def __init__(self, folder: str, entry: str) -> None:
        self.folder = folder
        self.path = os.path.join(folder, entry)
        self.module: types.ModuleType | None = None
        self.failure: str | None = None
        self.objects: dict[int, Any] = {}

    def answer(self, frame: bytes) -> bytes:
        request = codec.decode(frame)
        self._load()
        try:
            if self.failure:
                raise ImportError(self.failure)
            value = _OPERATIONS[request["op"]](self, request)
            return codec.encode({"ok": True, "value": value})
        except BaseException as error:
            # Whatever the candidate's code raised becomes an answer, SystemExit included.
            return codec.encode({"ok": False} | self._describe(error))

    def call(self, request: dict[str, Any]) -> Any:
        return self._named(request["name"])(*request["args"], **request["kwargs"])

    def new(self, request: dict[str, Any]) -> int:
        made = self._named(request["name"])(*request["args"], **request["kwargs"])
        self.objects[len(self.objects) + 1] = made
        return len(self.objects)

    def method(self, request: dict[str, Any]) -> Any:
        bound = getattr(self.objects[request["object"]], request["name"])
        return bound(*request["args"], **request["kwargs"])

    def attribute(self, request: dict[str, Any]) -> Any:
        if request["object"]:
            return getattr(self.objects[request["object"]], request["name"])
        return self._named(request["name"])

    def _named(self, name: str) -> Any:
        if not hasattr(self.module, name):
            raise AttributeError(f"{os.path.basename(self.path)} defines no `{name}`")
        return getattr(self.module, name)

    def _load(self) -> None:
        # On the first question, so that a box can be started before there is a submission.
        if self.module is not None:
            return
        self.module = types.ModuleType(_MODULE)
        self.module.__file__ = self.path
        sys.modules[_MODULE] = self.module
        try:
            with open(self.path, "rb") as file:
                exec(compile(file.read(), self.path, "exec"), self.module.__dict__)
        except BaseException as error:
            told = self._describe(error)
            self.failure = f"{told['type']} while importing your file: {told['message']}"
            self.failure += f"\n{told['trace']}"

    def _describe(self, error: BaseException) -> dict[str, str]:
        frames = [
            f"{os.path.basename(f.filename)}:{f.lineno} in {f.name}: {f.line or ''}"
            for f in traceback.extract_tb(error.__traceback__)
            if f.filename.startswith(self.folder)
        ]
        try:
            message = str(error)[:_MAX_MESSAGE]
        except BaseException:
            message = "(its message can't be printed)"
        trace = "\n".join(frames[-_MAX_FRAMES:])
        return {"type": type(error).__name__, "message": message, "trace": trace[:1500]}


_OPERATIONS: Final[dict[str, Callable[[_Submission, dict[str, Any]], Any]]] = {
    "call": _Submission.call,
    "new": _Submission.new,
    "method": _Submission.method,
    "attribute": _Submission.attribute,
}
