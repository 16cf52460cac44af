"""In the checker's box: runs a lab's checks and asks the candidate's code through the orchestrator.

This box sees the lab's hidden folder and never a file of the candidate's. It reports a share of
each check's points; the points themselves are the orchestrator's. Its exit, crash or silence means
that the check earned nothing.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from . import codec, hardening, kit
from .pipes import Pipes

_DOWN: Final = {
    "timeout": "no answer within the time limit",
    "memory": "the memory limit was exceeded",
    "output": "far too much was printed",
    "crash": "the process died",
    "protocol": "the process broke the protocol of answers",
    "budget": "the time or the restarts for the whole submission are used up",
}


class Submission:
    """The candidate's code as a check sees it: ``sub.softmax(x)``, ``sub.new("Adam").step(g)``."""

    def __init__(self, pipes: Pipes) -> None:
        self._pipes = pipes
        self._seconds: float | None = None
        self._cpu_seconds = 0.0

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """What the candidate's function `name` returns."""
        return self._ask({"op": "call", "name": name, "args": list(args), "kwargs": kwargs})

    def new(self, name: str, *args: Any, **kwargs: Any) -> Instance:
        """An object of the candidate's class `name`, which stays in its box."""
        request = {"op": "new", "name": name, "args": list(args), "kwargs": kwargs}
        return Instance(self, kit.whole(self._ask(request), name))

    def attribute(self, name: str) -> Any:
        """The value of the candidate's module-level `name`."""
        return self._ask({"op": "attribute", "object": 0, "name": name})

    @property
    def cpu_seconds(self) -> float:
        """CPU time of the last call, measured from outside its box."""
        return self._cpu_seconds

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self.call(name, *args, **kwargs)

    def _ask(self, request: dict[str, Any]) -> Any:
        self._pipes.send(codec.encode({"ask": codec.encode(request), "seconds": self._seconds}))
        reply = codec.decode(self._pipes.receive())
        if "down" in reply:
            detail = f" ({reply['detail']})" if reply["detail"] else ""
            raise kit.NoAnswer(_DOWN.get(reply["down"], reply["down"]) + detail)
        self._cpu_seconds = reply["cpu_seconds"]
        answer = codec.decode(reply["answer"])
        if not isinstance(answer, dict) or type(answer.get("ok")) is not bool:
            raise kit.NoAnswer("the answer is malformed")
        if not answer["ok"]:
            told = f"{answer.get('type')}: {answer.get('message')}\n{answer.get('trace') or ''}"
            raise kit.NoAnswer(told.strip(), str(answer.get("type")))
        return answer.get("value")


class Instance:
    """An object in the candidate's box; methods and attributes are asked for by name."""

    def __init__(self, submission: Submission, handle: int) -> None:
        self._submission = submission
        self._handle = handle

    def attribute(self, name: str) -> Any:
        """The value of the object's attribute `name`."""
        return self._submission._ask({"op": "attribute", "object": self._handle, "name": name})

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)

        def method(*args: Any, **kwargs: Any) -> Any:
            request = {"op": "method", "object": self._handle, "name": name}
            return self._submission._ask(request | {"args": list(args), "kwargs": kwargs})

        return method


def main() -> None:
    """Load the lab's check files, say which checks there are, then run those asked for."""
    pipes = Pipes()
    config = codec.decode(pipes.receive())
    sys.modules["viva_kit"] = kit
    for name in config["preload"]:
        __import__(name)
    sys.path.extend(config["path"])
    hardening.apply(config["hardening"])
    for file in config["files"]:
        with open(file, "rb") as source:
            exec(compile(source.read(), file, "exec"), {"__name__": "checks", "__file__": file})
    pipes.send(codec.encode({"checks": list(kit.REGISTERED)}))
    submission = Submission(pipes)
    while True:
        order = codec.decode(pipes.receive())
        pipes.send(codec.encode(_run(submission, order["run"], order["seed"])))


def _run(submission: Submission, id: str, seed: int) -> dict[str, Any]:
    check = kit.REGISTERED[id]
    submission._seconds = check.seconds
    # The check's own name in the seed: adding a check leaves the others' inputs as they were.
    rng = np.random.default_rng([seed, zlib.crc32(id.encode())])
    share, message, internal = 0.0, "", False
    try:
        check.run(submission, rng)
        share = 1.0
    except kit.Partial as partial:
        share, message = partial.share, str(partial)
    except (kit.Fail, kit.NoAnswer) as failure:
        message = str(failure)
    except codec.CodecError as error:
        message = f"the answer was refused: {error}"
    except Exception as error:
        # A fault of the check's: never a pass, and flagged so that the attempt doesn't count.
        message, internal = f"{type(error).__name__}: {error}", True
    return {"result": id, "share": share, "message": message, "internal": internal}
