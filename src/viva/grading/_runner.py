"""The one skeleton that every grader shares: gates, judge, score, facts."""

from __future__ import annotations

from dataclasses import replace

from viva.bank import Audience, Verdict
from viva.exceptions import InputError
from viva.grading._gates import MAX_CHARACTERS, Stopped, first_gate, mask_instructions
from viva.grading._jargon import unexplained_jargon
from viva.grading._recitation import is_recitation, recited_spans
from viva.grading._score import score
from viva.grading._scorecard import (
    Asked,
    CriterionVerdict,
    Graded,
    Grader,
    Judge,
    Judgement,
    NotGradable,
    Scorecard,
)


def make_grader(name: str, judge: Judge) -> Grader:
    """A grader called `name` whose verdicts come from `judge`.

    It raises InputError for a text of more than MAX_CHARACTERS characters.
    """

    def grade(asked: Asked, text: str) -> Scorecard:
        if len(text) > MAX_CHARACTERS:
            raise InputError(
                f"the answer has {len(text):,} characters; wanted: at most {MAX_CHARACTERS:,}; shorten it"
            )
        masked, instructed = mask_instructions(text)
        stopped = _stopped(asked, text, masked, instructed)
        flags = ("injected-instructions",) if instructed else ()
        if stopped is not None:
            return _of_gate(name, asked, stopped, flags)
        return _of_judgement(name, asked, text, _focused(asked, judge(asked, masked)), flags)

    return grade


def _stopped(asked: Asked, text: str, masked: str, instructed: bool) -> Stopped | None:
    if instructed and not masked.strip(" \n\t.,!?\"'"):
        return Stopped("injected-instructions", "the answer only instructs the grader: worth 0", zero=True)
    return first_gate(asked.ask, masked if instructed else text)


def _of_gate(name: str, asked: Asked, stopped: Stopped, flags: tuple[str, ...]) -> Scorecard:
    zero = Graded(score=0.0, interval=(0.0, 0.5))
    missing = tuple(
        CriterionVerdict(criterion=c.id, verdict=Verdict.MISSING, probability=0.0)
        for c in asked.key.criteria
        if c.applies_to(asked.audience) and asked.focus in (None, c.id)
    )
    return Scorecard(
        grader=name,
        result=zero if stopped.zero else NotGradable(reason=stopped.reason),
        verdicts=missing if stopped.zero else (),
        flags=tuple(dict.fromkeys((*flags, stopped.flag))),
        reason=stopped.reason,
    )


def _of_judgement(
    name: str, asked: Asked, text: str, judgement: Judgement, flags: tuple[str, ...]
) -> Scorecard:
    recited = recited_spans(text, asked.known_texts)
    flags += ("recitation",) if is_recitation(text, recited) else ()
    flags += ("off-topic",) if _is_off_topic(judgement) else ()
    flags += ("unsure",) if any(v.unsure for v in judgement.verdicts) else ()
    plain = asked.audience is Audience.STAKEHOLDER
    return Scorecard(
        grader=name,
        result=score(asked.key, judgement),
        verdicts=judgement.verdicts,
        misconceptions=judgement.misconceptions,
        wrong=judgement.wrong,
        flags=flags,
        reason=_summary(judgement),
        recited=recited,
        unexplained=unexplained_jargon(text, asked.jargon) if plain else (),
    )


def _focused(asked: Asked, judgement: Judgement) -> Judgement:
    """What concerns the one criterion asked about, or all when the whole question was asked."""
    if asked.focus is None:
        return judgement
    return replace(
        judgement,
        verdicts=tuple(v for v in judgement.verdicts if v.criterion == asked.focus),
        misconceptions=tuple(m for m in judgement.misconceptions if m.denies == asked.focus),
    )


def _is_off_topic(judgement: Judgement) -> bool:
    nothing = all(v.verdict is Verdict.MISSING for v in judgement.verdicts)
    return nothing and not judgement.misconceptions


def _summary(judgement: Judgement) -> str:
    n = {v: sum(got.verdict is v for got in judgement.verdicts) for v in Verdict}
    parts = [f"{n[v]} {v.value}" for v in Verdict if n[v]]
    if judgement.misconceptions:
        parts.append(f"{len(judgement.misconceptions)} misconception(s) stated")
    return ", ".join(parts)
