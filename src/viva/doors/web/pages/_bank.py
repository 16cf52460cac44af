"""The bank as a study guide, with search."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from viva.app.practice import attempts_at
from viva.bank import Question
from viva.doors.web._desk import Here
from viva.doors.web._render import page

router = APIRouter(prefix="/bank")


@router.get("")
def browse(request: Request, desk: Here, q: str = "", topic: str = "", core: bool = False) -> Response:
    """The questions that hold every word searched for; the list alone when a script asks for it."""
    found = search(list(desk.viva.bank), q, topic=topic, core=core)
    partial = request.headers.get("hx-request") == "true"
    topics = sorted({question.topic for question in desk.viva.bank})
    return page(
        request, "bank_list.html" if partial else "bank.html",
        found=found, q=q[:200], topic=topic, core=core, topics=topics,
    )  # fmt: skip


@router.get("/{id:path}")
def read(request: Request, desk: Here, id: str) -> Response:
    """One question with all that its key teaches."""
    question = desk.viva.bank.question(id)
    return page(request, "question.html", question=question, attempts=attempts_at(desk.viva, id))


def search(questions: list[Question], words: str, *, topic: str = "", core: bool = False) -> list[Question]:
    """The questions with every one of `words` somewhere in their text; a hit in the title comes first."""
    wanted = words.lower().split()[:12]
    found = [
        question
        for question in questions
        if (not topic or question.topic == topic) and (not core or question.core)
        if all(word in _text(question) for word in wanted)
    ]
    return sorted(found, key=lambda q: (not all(w in q.title.lower() for w in wanted), q.topic, q.title))


def _text(question: Question) -> str:
    claims = (text for c in question.criteria for text in (c.claim, c.teach))
    return " ".join((question.id, question.title, question.topic, question.ask.peer, *claims)).lower()
