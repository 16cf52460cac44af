"""A question small enough for tests, with every kind of label."""

from __future__ import annotations

from typing import Any

from viva.bank import Question


def made_question(id: str = "fit", topic: str = "foundations") -> Question:
    """Two criteria, one misconception, and three answers that between them carry each label."""
    return Question.model_validate(fields(id, topic))


def fields(id: str, topic: str) -> dict[str, Any]:
    """The question as a content file holds it."""
    return {
        "format": 1, "id": id, "title": "Fitting", "topic": topic, "kind": "concept",
        "levels": ["junior"], "minutes": 3, "reviewed": "2026-11-25",
        "ask": {"peer": "What is overfitting?", "stakeholder": "Why do good models fail?"},
        "jargon": {"overfitting": "learning quirks", "noise": "chance"},
        "criteria": [_gap(), _cause()],
        "misconceptions": [
            {"id": "train-gap", "says": ["it is bad on the training data", "training error gets high"],
             "because": "It is good there.", "contradicts": "gap"},
        ],
        "exemplars": [
            _answer("one", [
                {"text": "Fresh data shows it up, it fails on unseen cases.", "meets": ["gap"]},
                {"text": "Training error climbs too.", "states": ["train-gap"],
                 "contradicts": ["gap"]},
                {"text": "Nice question."},
            ]),
            _answer("two", [
                {"text": "The model memorises accidents.", "meets": ["cause"]},
                {"text": "I use a good library for this."},
            ]),
            _answer("three", [
                {"text": "It is bad on its training data.", "states": ["train-gap"],
                 "contradicts": ["gap"]},
                {"text": "It does something with chance.", "partly": ["cause"]},
            ]),
        ],
    }  # fmt: skip


def _gap() -> dict[str, Any]:
    return {
        "id": "gap", "level": "core", "claim": "An overfit model does worse on new data.",
        "accepts": ["great on training rows, poor on fresh ones", "it fails on unseen cases"],
        "near_misses": ["an overfit model does worse on its own training data"],
        "probe": "Where would you see it?", "teach": "It shows on new data.",
    }  # fmt: skip


def _cause() -> dict[str, Any]:
    return {
        "id": "cause", "level": "core", "claim": "It comes from learning noise as if it were signal.",
        "accepts": ["the model memorises accidents", "it takes chance for a pattern"],
        "near_misses": ["it comes from noise in the GPU"],
        "probe": "Why?", "teach": "It learns noise.",
    }  # fmt: skip


def _answer(id: str, clauses: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": id, "tier": "good", "audience": "peer", "style": "written", "score": 5,
        "clauses": clauses,
    }  # fmt: skip
