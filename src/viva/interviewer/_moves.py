"""What the interviewer can do next, and why."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from viva.session import Step


@dataclass(frozen=True)
class Ask:
    """Ask something: a warm-up, a question, a probe, a variant, or what a lab's debrief asks."""

    step: Step
    question: str
    reason: str
    variant: str | None = None
    criterion: str | None = None
    lab: str | None = None
    follow_up: str | None = None
    """Of a debrief: the lab, and which of its follow-up questions."""


@dataclass(frozen=True)
class Work:
    """Give a lab."""

    lab: str
    reason: str


@dataclass(frozen=True)
class Close:
    """End the interview."""

    reason: str


Move = Ask | Work | Close


class Chooser(Protocol):
    """What an adaptive interview asks about the person; `viva.interviewer.adaptive` has one."""

    @property
    def knows_enough(self) -> bool:
        """Would further questions hardly change the picture?"""
        ...

    def choose(self, questions: Sequence[str], *, asked: Sequence[str], chance: random.Random) -> str | None:
        """Which of `questions` to ask now, or None."""
        ...
