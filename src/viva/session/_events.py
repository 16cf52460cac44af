"""What can happen in an interview, in the past tense. A session is the fold of these."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from viva.bank import Audience, Frozen
from viva.grading import Scorecard

Step = Literal["warm-up", "question", "probe", "variant", "debrief"]


class SessionOpened(Frozen):
    """An interview began, with these settings."""

    type: Literal["SessionOpened"] = "SessionOpened"
    at: AwareDatetime
    audience: Audience
    minutes: Annotated[int, Field(ge=1, le=480)]
    seed: int
    topics: tuple[str, ...] = ()
    """Topics to draw questions from; empty means all."""
    questions: tuple[str, ...] = ()
    """The questions to ask, in order; empty leaves the choice to the interviewer."""
    labs: tuple[str, ...] = ()
    """The labs to work on, in order."""
    mode: Literal["interview", "single", "lab"] = "interview"
    adaptive: bool = False
    """Questions follow the person's ability, until it is known well enough."""


class ItemAsked(Frozen):
    """Something was asked."""

    type: Literal["ItemAsked"] = "ItemAsked"
    at: AwareDatetime
    step: Step
    question: str
    variant: str | None = None
    criterion: str | None = None
    """The one criterion a warm-up or probe is aimed at."""
    lab: str | None = None
    """The lab that a debrief is about; `question` is then the one that the lab belongs to."""
    follow_up: str | None = None
    """Which of the lab's follow-up questions a debrief asks."""
    ask: str
    audience: Audience
    reason: str
    """Why this was asked, in one line for the person."""


class ResponseGiven(Frozen):
    """The person's words, exactly as accepted."""

    type: Literal["ResponseGiven"] = "ResponseGiven"
    at: AwareDatetime
    text: str


class ConfidenceGiven(Frozen):
    """How sure the person is before feedback, 0-100; None when they would rather not say."""

    type: Literal["ConfidenceGiven"] = "ConfidenceGiven"
    at: AwareDatetime
    confidence: Annotated[int, Field(ge=0, le=100)] | None


class ResponseGraded(Frozen):
    """The first verdict on the response of the current turn."""

    type: Literal["ResponseGraded"] = "ResponseGraded"
    at: AwareDatetime
    scorecard: Scorecard


class ResponseRegraded(Frozen):
    """A further scorecard on an earlier turn; the old ones stay."""

    type: Literal["ResponseRegraded"] = "ResponseRegraded"
    at: AwareDatetime
    turn: Annotated[int, Field(ge=0)]
    scorecard: Scorecard


class VerdictContested(Frozen):
    """The person disagrees with a verdict, and says why."""

    type: Literal["VerdictContested"] = "VerdictContested"
    at: AwareDatetime
    turn: Annotated[int, Field(ge=0)]
    criterion: str
    words: str


class LabStarted(Frozen):
    """A lab was given to the person, and its clock started."""

    type: Literal["LabStarted"] = "LabStarted"
    at: AwareDatetime
    lab: str
    version: str
    title: str
    stage: str
    """The step of a loop that the lab is for, such as ``live-coding``."""
    topics: Annotated[tuple[str, ...], Field(min_length=1)]
    minutes: int
    difficulty: Annotated[int, Field(ge=1, le=5)] = 3
    folder: str = ""
    """Where the files lie that the person edits."""
    reason: str


class LabCheck(Frozen):
    """What one check of a lab found: `earned` of `points`."""

    id: str
    title: str
    public: bool
    points: float
    earned: float
    status: Literal["pass", "partial", "fail", "error", "not run"]
    message: str = ""


class LabSubmitted(Frozen):
    """An attempt at a lab that counts, with what was handed in."""

    type: Literal["LabSubmitted"] = "LabSubmitted"
    at: AwareDatetime
    lab: str
    version: str
    attempt: str
    """The attempt's id in the log of the lab's folder; it is taken over once."""
    backend: str
    seed: int
    score: float
    net_score: float
    """The score less what hints cost."""
    max_points: float
    checks: tuple[LabCheck, ...]
    hints: int = 0
    minutes_used: float | None = None
    debrief: tuple[str, ...] = ()
    """Ids of the follow-up questions on this result."""
    files: dict[str, str] = Field(default_factory=dict)


class LabLeft(Frozen):
    """The lab was left without a submit."""

    type: Literal["LabLeft"] = "LabLeft"
    at: AwareDatetime
    lab: str
    reason: str


class SessionResumed(Frozen):
    """The person came back; the time away doesn't count."""

    type: Literal["SessionResumed"] = "SessionResumed"
    at: AwareDatetime


class SessionClosed(Frozen):
    """The interview ended."""

    type: Literal["SessionClosed"] = "SessionClosed"
    at: AwareDatetime
    reason: str


Event = Annotated[
    SessionOpened
    | ItemAsked
    | ResponseGiven
    | ConfidenceGiven
    | ResponseGraded
    | ResponseRegraded
    | VerdictContested
    | LabStarted
    | LabSubmitted
    | LabLeft
    | SessionResumed
    | SessionClosed,
    Field(discriminator="type"),
]
EVENT_TYPES: tuple[type[Frozen], ...] = (
    SessionOpened, ItemAsked, ResponseGiven, ConfidenceGiven, ResponseGraded,
    ResponseRegraded, VerdictContested, LabStarted, LabSubmitted, LabLeft, SessionResumed, SessionClosed,
)  # fmt: skip
_ADAPTER: TypeAdapter[Event] = TypeAdapter(Event)


def event_to_json(event: Event) -> str:
    """The event as one line of JSON."""
    return event.model_dump_json()


def event_from_json(line: str) -> Event:
    """The event in a line of JSON. Raises pydantic.ValidationError when it holds none."""
    return _ADAPTER.validate_json(line)
