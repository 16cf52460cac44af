"""The contract of grading: what was asked, what was found, and the scorecard that says both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from viva.bank import Audience, Frozen, Key, Verdict

Probability = Annotated[float, Field(ge=0, le=1)]
Score = Annotated[float, Field(ge=0, le=10)]


@dataclass(frozen=True)
class Asked:
    """What was asked: the words, whom the answer is for, and the key it is judged against."""

    id: str
    ask: str
    audience: Audience
    key: Key
    known_texts: tuple[str, ...] = ()
    """Texts that a person could have learnt by heart: key, exemplars, earlier attempts."""
    focus: str | None = None
    """The one criterion that this asks for; the others of the key are what it is told apart from."""
    jargon: tuple[tuple[str, str], ...] = ()
    """Terms (with their plain meaning) that a stakeholder can't be expected to know."""


class Evidence(Frozen):
    """A verbatim span: ``text[start:end] == quote``, always (offsets in characters)."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    quote: str

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Evidence:
        """The span of `text` from `start` to `end`, without the white space at its edges."""
        raw = text[start:end]
        start += len(raw) - len(raw.lstrip())
        end = max(start, end - (len(raw) - len(raw.rstrip())))
        return cls.model_construct(start=start, end=end, quote=text[start:end])


class CriterionVerdict(Frozen):
    """The verdict on one criterion, with the words that show it."""

    criterion: str
    verdict: Verdict
    probability: Probability
    """How likely it is that a careful reader gives credit (met or partly) for this criterion."""
    evidence: tuple[Evidence, ...] = ()
    unsure: bool = False
    """The grader can't tell: the probability lies between its thresholds."""


class MisconceptionFound(Frozen):
    """A wrong belief that the response states, in its own words."""

    id: str
    quote: str
    start: int
    end: int
    because: str
    denies: str | None = None
    """The criterion that it denies."""
    probability: Probability = 1.0


class Graded(Frozen):
    """A score with its 90% interval."""

    status: Literal["graded"] = "graded"
    score: Score
    interval: tuple[Score, Score]


class NotGradable(Frozen):
    """No score: the text can't be judged. This is a result, not a zero."""

    status: Literal["not_gradable"] = "not_gradable"
    reason: str


class Scorecard(Frozen):
    """All verdicts on one response, its score or why there is none, and who judged."""

    grader: str
    """Name, version and provenance of the grader, such as ``lexical.v1``."""
    result: Annotated[Graded | NotGradable, Field(discriminator="status")]
    verdicts: tuple[CriterionVerdict, ...] = ()
    misconceptions: tuple[MisconceptionFound, ...] = ()
    wrong: Probability | None = None
    """How much of what was said is wrong, 0-1; None where the grader doesn't tell."""
    flags: tuple[str, ...] = ()
    """Facts beside the score, such as ``recitation`` or ``injected-instructions``."""
    reason: str = ""
    """One line for a person: what decided the score, or why there is none."""
    recited: tuple[Evidence, ...] = ()
    """Wording lifted from known texts: a fact beside the score, never a penalty."""
    unexplained: tuple[Evidence, ...] = ()
    """Jargon that an answer for a stakeholder uses without saying what it means."""

    @property
    def score(self) -> float | None:
        """The score out of 10, or None when the text can't be judged."""
        return self.result.score if isinstance(self.result, Graded) else None

    def verdict_on(self, criterion: str) -> CriterionVerdict | None:
        """The verdict on a criterion, or None when it wasn't looked for."""
        return next((v for v in self.verdicts if v.criterion == criterion), None)


@dataclass(frozen=True)
class Judgement:
    """What a judge finds in a text before it becomes a score."""

    verdicts: tuple[CriterionVerdict, ...]
    misconceptions: tuple[MisconceptionFound, ...] = ()
    wrong: float | None = None
    """How much of what was said is wrong (0-1), where the judge weighs every stretch; else None."""
    right: float | None = None
    """How right the whole answer is (0-1), where the key is a bare reference: its sentences are no
    criteria that someone weighed, so the judge reads the answer as a whole beside them."""


Judge = Callable[[Asked, str], Judgement]
"""The part in which graders differ: which claims and misconceptions does this text state?"""

Grader = Callable[[Asked, str], Scorecard]
