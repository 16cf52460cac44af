"""Counts of what a bank holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from viva.bank._models import Question


def bank_stats(questions: Iterable[Question]) -> dict[str, dict[str, int]]:
    """Table name → what → how many."""
    all_of_them = list(questions)
    return {
        "questions": {
            "in all": len(all_of_them),
            "core": sum(q.core for q in all_of_them),
            "others": sum(not q.core for q in all_of_them),
        },
        "by topic": _counted(q.topic for q in all_of_them),
        "by kind": _counted(q.kind for q in all_of_them),
        "by level": _counted(level for q in all_of_them for level in q.levels),
        "material": _material(all_of_them),
    }


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _material(questions: list[Question]) -> dict[str, int]:
    criteria = [c for q in questions for key in (q, *q.variants) for c in key.criteria]
    wrong = [m for q in questions for key in (q, *q.variants) for m in key.misconceptions]
    return {
        "criteria": len(criteria),
        "phrasings": sum(len(c.accepts) for c in criteria),
        "near misses": sum(len(c.near_misses) for c in criteria),
        "misconceptions": len(wrong),
        "phrasings of misconceptions": sum(len(m.says) for m in wrong),
        "variants": sum(len(q.variants) for q in questions),
        "exemplars": sum(len(q.exemplars) for q in questions),
        "sources": len({s for c in criteria for s in c.sources}),
    }
