"""Grades a file of answers, a line at a time; the contract is `GradeInput` and `GradeOutput`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, BinaryIO, Literal

from pydantic import Field, ValidationError, model_validator

from viva.app._viva import Viva
from viva.bank import Audience, Frozen
from viva.exceptions import UnknownQuestion, VivaError
from viva.grading import (
    Asked,
    Graded,
    Scorecard,
    asked_question,
    asked_reference,
    asked_variant,
)

MAX_LINE_BYTES = 256 * 1024


class GradeInput(Frozen):
    """One line to grade: an answer to a question of the bank, or to one with its reference."""

    id: str | int
    text: str
    audience: Audience = Audience.PEER
    question: str | None = None
    variant: str | None = None
    ask: str | None = None
    reference: str | None = None
    references: tuple[str, ...] = ()
    """Alternatives: the one that fits best counts."""

    @model_validator(mode="after")
    def _one_kind(self) -> GradeInput:
        if self.question is not None:
            if self.reference is not None or self.references:
                raise ValueError("found both 'question' and a reference; wanted one of them")
        elif self.ask is None or not (self.reference or self.references):
            raise ValueError("wanted 'question', or 'ask' with 'reference' or 'references'")
        return self


class OutEvidence(Frozen):
    """``text[start:end] == quote``."""

    start: int
    end: int
    quote: str


class OutVerdict(Frozen):
    """One criterion's verdict."""

    criterion: str
    verdict: Literal["met", "partly", "missing", "contradicted"]
    probability: Annotated[float, Field(ge=0, le=1)]
    evidence: tuple[OutEvidence, ...]
    unsure: bool = False


class OutMisconception(Frozen):
    """A wrong belief, where it is said and why it is wrong."""

    id: str
    quote: str
    start: int
    end: int
    because: str


class GradeOutput(Frozen):
    """One line of result, for every line of input, in the same order."""

    id: str | int | None
    status: Literal["graded", "not_gradable", "error"]
    score: Annotated[float, Field(ge=0, le=10)] | None
    interval: tuple[float, float] | None
    verdicts: tuple[OutVerdict, ...] = ()
    misconceptions: tuple[OutMisconception, ...] = ()
    flags: tuple[str, ...] = ()
    reason: str
    grader: str


def grade_lines(viva: Viva, lines: Iterable[bytes]) -> Iterator[GradeOutput]:
    """One output for every input line; a bad line gets status ``error`` and stops nothing.

    Raises UsageError before the first line when there is no such grader.
    """
    _ = viva.grader
    for number, line in enumerate(lines, 1):
        yield _grade_line(viva, number, line)


def read_lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; of one that is over MAX_LINE_BYTES only the beginning is kept."""
    while line := file.readline(MAX_LINE_BYTES + 1):
        whole = line
        while not line.endswith(b"\n") and (line := file.readline(MAX_LINE_BYTES)):
            pass
        yield whole


def _grade_line(viva: Viva, number: int, line: bytes) -> GradeOutput:
    data: Any = None
    try:
        data = _parse(line)
        return grade_one(viva, GradeInput.model_validate_json(line))
    except ValidationError as error:
        return _error(data, number, _first(error))
    except (VivaError, ValueError, RecursionError) as error:
        return _error(data, number, str(error))


def grade_one(viva: Viva, given: GradeInput) -> GradeOutput:
    """The result for one answer. Raises UnknownQuestion, InputError, ValueError."""
    cards = [viva.grader(asked, given.text) for asked in _all_asked(viva, given)]
    best = max(cards, key=lambda card: -1.0 if card.score is None else card.score)
    return _output(given, best)


def _all_asked(viva: Viva, given: GradeInput) -> list[Asked]:
    if given.question is None:
        references = given.references or (given.reference or "",)
        return [asked_reference(str(given.id), given.ask or "", r, given.audience) for r in references]
    question = viva.bank.question(given.question)
    if given.variant is None:
        return [asked_question(question, given.audience)]
    try:
        return [asked_variant(question, given.variant, given.audience)]
    except KeyError:
        known = ", ".join(v.id for v in question.variants) or "none"
        raise UnknownQuestion(f"{question.id!r} has no variant {given.variant!r}; wanted: {known}") from None


def _parse(line: bytes) -> Any:
    if len(line) > MAX_LINE_BYTES:
        raise ValueError(f"the line is longer than {MAX_LINE_BYTES:,} bytes; shorten the text")
    try:
        data = json.loads(line)
    except (ValueError, UnicodeDecodeError) as error:
        raise ValueError(f"not JSON: {error}; wanted one object a line") from None
    if not isinstance(data, dict):
        raise ValueError(
            f"found {type(data).__name__}; wanted an object such as "
            '{"id": "1", "question": "bias-variance", "text": "…"}'
        )
    return data


def _first(error: ValidationError) -> str:
    found = error.errors(include_url=False)[0]
    field = ".".join(str(p) for p in found["loc"])
    message = found["msg"].removeprefix("Value error, ")
    return f"{field}: {message}" if field else message


def _error(data: Any, number: int, reason: str) -> GradeOutput:
    id = data.get("id") if isinstance(data, dict) else None
    if isinstance(id, bool) or not isinstance(id, str | int):
        id = None
    if isinstance(id, str):
        id = id.encode("utf-8", "replace").decode()[:200]
    return GradeOutput(
        id=id,
        status="error",
        score=None,
        interval=None,
        reason=f"line {number}: {reason}",
        grader="",
    )


def _output(given: GradeInput, card: Scorecard) -> GradeOutput:
    graded = card.result if isinstance(card.result, Graded) else None
    return GradeOutput(
        id=given.id,
        status=card.result.status,
        score=graded.score if graded else None,
        interval=graded.interval if graded else None,
        verdicts=tuple(OutVerdict.model_validate(v.model_dump()) for v in card.verdicts),
        misconceptions=tuple(
            OutMisconception(id=m.id, quote=m.quote, start=m.start, end=m.end, because=m.because)
            for m in card.misconceptions
        ),
        flags=card.flags,
        reason=card.reason,
        grader=card.grader,
    )
