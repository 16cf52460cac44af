"""What the interviewer can do next, and why."""

from __future__ import annotations

from dataclasses import dataclass

from viva.session import Step


@dataclass(frozen=True)
class Ask:
    """Ask something: a warm-up, a question, a probe or a variant."""

    step: Step
    question: str
    reason: str
    variant: str | None = None
    criterion: str | None = None


@dataclass(frozen=True)
class Close:
    """End the interview."""

    reason: str


Move = Ask | Close
