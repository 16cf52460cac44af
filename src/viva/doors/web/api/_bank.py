"""Questions, and grading a text without a session."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query

from viva.app import GradeInput, GradeOutput, grade_one
from viva.bank import Frozen, Question
from viva.doors.web._desk import Here
from viva.doors.web.api._errors import problems
from viva.doors.web.pages import search

router = APIRouter(tags=["questions"])
_GRADE = {"id": "1", "question": "overfitting", "text": "it learns the noise of its training data"}


class QuestionLine(Frozen):
    """One line of the list of questions."""

    id: str
    title: str
    topic: str
    kind: str
    levels: tuple[str, ...]
    minutes: int
    core: bool


@router.get("/questions", responses=problems(422))
def list_questions(
    desk: Here,
    q: Annotated[str, Query(max_length=400, description="Words that must all occur.")] = "",
    topic: str = "",
    core: bool = False,
) -> list[QuestionLine]:
    """The questions that hold every word searched for; a hit in the title comes first."""
    return [
        QuestionLine.model_validate({name: getattr(f, name) for name in QuestionLine.model_fields})
        for f in search(list(desk.viva.bank), q, topic=topic, core=core)
    ]


@router.get("/questions/{id:path}", response_model_exclude={"exemplars"}, responses=problems(404, 422))
def read_question(desk: Here, id: str) -> Question:
    """A question with its whole key: what is asked, looked for, taught, and often got wrong."""
    return desk.viva.bank.question(id)


@router.post("/grade", responses=problems(400, 404, 413, 422, 503))
async def grade(desk: Here, given: Annotated[GradeInput, Body(examples=[_GRADE])]) -> GradeOutput:
    """Judge a text against a question of the bank or against a reference; nothing is kept."""
    return await desk.in_turn(lambda: grade_one(desk.viva, given))
