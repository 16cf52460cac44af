"""Does a kill ever lose an accepted answer? Scripted interviews, SIGKILL at random moments, resume, compare.

usage: python bench/kills.py [--interviews 1000] [--seed 0]

Each interview runs in child processes that are killed at a random moment, several times over. What the
child saw accepted is told to this process through a pipe; after each kill every accepted answer must stand in
the store, word for word, and the interview must go on at the turn where it stood.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from viva.app import (
    Settings,
    Sitting,
    Viva,
    answer,
    ask_next,
    give_confidence,
    grade_response,
    open_session,
    resume_session,
)
from viva.bank import Audience
from viva.grading import asked_question
from viva.session import State

QUESTIONS = ("bias-variance",)
MEAN_SECONDS_TO_KILL = 0.03
"""For the first child of an interview; each next one gets a fifth more, so that slow machines finish too."""


@dataclass
class Outcome:
    """What was seen over all interviews."""

    interviews: int = 0
    kills: int = 0
    accepted: int = 0
    lost: int = 0
    wrong_turn: int = 0


def main() -> None:
    """Run and print the outcome; exit status 1 when anything was lost."""
    options = argparse.ArgumentParser()
    options.add_argument("--interviews", type=int, default=1000)
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    started = time.monotonic()
    outcome = run(given.interviews, given.seed)
    print(json.dumps(vars(outcome) | {"seconds": round(time.monotonic() - started, 1)}))
    raise SystemExit(bool(outcome.lost or outcome.wrong_turn))


def run(n: int, seed: int) -> Outcome:
    """`n` interviews with kills; each has its own database."""
    rng, outcome = random.Random(seed), Outcome()
    warm = Viva(Settings(grader="lexical.v1"))
    _make_ready(warm)
    for i in range(n):
        with tempfile.TemporaryDirectory() as home:
            _one(Path(home), warm, i, rng, outcome)
        outcome.interviews += 1
    return outcome


def _make_ready(warm: Viva) -> None:
    """Parse and prepare once, so that the children's time goes into the interview."""
    for id in QUESTIONS:
        q = warm.bank.question(id)
        warm.grader(asked_question(q, Audience.PEER), q.criteria[0].claim)


def _one(home: Path, warm: Viva, number: int, rng: random.Random, outcome: Outcome) -> None:
    settings = Settings(home=home, grader="lexical.v1")
    first = Viva(settings)
    id = open_session(first, questions=QUESTIONS, minutes=4, seed=number).id
    first.store.close()
    accepted: list[str] = []
    for attempt in range(100):
        mean = MEAN_SECONDS_TO_KILL * 1.2**attempt
        heard, closed = _child(settings, warm, id, rng.expovariate(1 / mean))
        accepted += heard
        outcome.kills += not closed
        if _compare(settings, id, accepted, outcome) is State.CLOSED:
            break
    outcome.accepted += len(accepted)


def _child(settings: Settings, warm: Viva, id: str, seconds: float) -> tuple[list[str], bool]:
    """Run the interview in a child for `seconds`, then kill it: what it said was accepted, and the end."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        try:
            _interview(settings, warm, id, writer)
            os._exit(0)
        finally:  # an error must not run this process's clean-up: the folder is the parent's
            os._exit(1)
    os.close(writer)
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    with os.fdopen(reader) as pipe:
        lines = pipe.read().split("\n")[:-1]  # an unfinished line was never told
    return lines, os.WIFEXITED(status)


def _interview(settings: Settings, warm: Viva, id: str, writer: int) -> None:
    viva = Viva(settings)
    viva.__dict__.update(bank=warm.bank, grader=warm.grader)  # made ready once, in the parent
    sitting = resume_session(viva, id)
    while sitting.session.state is not State.CLOSED:
        sitting = _step(viva, sitting, writer)


def _step(viva: Viva, sitting: Sitting, writer: int) -> Sitting:
    match sitting.session.state:
        case State.ASKED:
            text = f"answer {len(sitting.session.turns)} {random.random()}: bias is the average error"
            sitting = answer(viva, sitting, text)
            os.write(writer, f"{text}\n".encode())
            return sitting
        case State.ANSWERED:
            return give_confidence(viva, sitting, 50)
        case State.CONFIDENT:
            return grade_response(viva, sitting)
        case _:
            return ask_next(viva, sitting)


def _compare(settings: Settings, id: str, accepted: list[str], outcome: Outcome) -> State:
    """Hold what was told against what is stored; the session's state."""
    viva = Viva(settings)
    session = viva.store.load(id)
    stored = [t.response for t in session.turns if t.response is not None]
    outcome.lost += sum(a not in stored for a in accepted)
    # One answer may be stored that the child had no time to tell.
    in_order = [s for s in stored if s in accepted] == accepted and len(stored) - len(accepted) <= 1
    outcome.wrong_turn += not in_order
    accepted[:] = [s for s in stored if s is not None]
    viva.store.close()
    return session.state


if __name__ == "__main__":
    main()
