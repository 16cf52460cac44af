"""What a session amounts to, ready to be shown: every point tied to the person's own words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from viva.app._interview import asked_of
from viva.app._viva import Viva
from viva.bank import Criterion, Frozen, Verdict
from viva.exceptions import UsageError
from viva.grading import CriterionVerdict, Evidence, MisconceptionFound, Scorecard
from viva.session import ItemAsked, LabCheck, LabWork, Session, Turn


class Stretch(Frozen):
    """A piece of the transcript; the pieces in order are the whole text."""

    text: str
    marks: tuple[str, ...] = ()
    """What it shows: ``met:<criterion>``, ``partly:…``, ``contradicted:…``, ``wrong:<misconception>``."""


class Finding(Frozen):
    """One criterion of a turn: what was looked for, what was found, what to learn."""

    criterion: str
    level: str
    claim: str
    verdict: Verdict
    probability: float
    unsure: bool
    evidence: tuple[Evidence, ...]
    teach: str
    sources: tuple[str, ...]
    note: str = ""


class TurnReport(Frozen):
    """One turn, explained."""

    number: int
    step: str
    question: str
    title: str
    variant: str | None
    lab: str | None = None
    """Of a debrief: the lab that it is about."""
    ask: str
    reason: str
    audience: str
    seconds: float
    transcript: tuple[Stretch, ...]
    score: float | None
    interval: tuple[float, float] | None
    why: str
    grader: str
    flags: tuple[str, ...]
    confidence: int | None
    findings: tuple[Finding, ...]
    misconceptions: tuple[MisconceptionFound, ...]
    recited: tuple[Evidence, ...]
    unexplained: tuple[Evidence, ...]

    @property
    def missing(self) -> tuple[Finding, ...]:
        """What a strong answer adds: the criteria without full credit."""
        return tuple(f for f in self.findings if f.verdict is not Verdict.MET)


class LabReport(Frozen):
    """One lab of a session: what its checks found, and how its debrief went."""

    lab: str
    title: str
    stage: str
    version: str
    minutes: int
    minutes_used: float | None
    score: float | None
    """The points earned, less what hints cost; None when nothing was submitted."""
    max_points: float | None
    hints: int
    checks: tuple[LabCheck, ...]
    backend: str
    files: dict[str, str]
    """What was handed in."""
    debrief_score: float | None
    """Mean of the follow-up questions' scores, out of 10."""
    ended: str
    """How it ended: ``submitted``, ``open``, or why it was left."""

    @property
    def in_words(self) -> str:
        """What it amounts to, in a sentence or two."""
        if self.score is None or self.max_points is None:
            return f"Lab “{self.title}”: nothing was submitted."
        took = "" if self.minutes_used is None else f" after {self.minutes_used:.0f} minutes"
        line = f"Lab “{self.title}”: {self.score:g} of {self.max_points:g} points{took}."
        if self.debrief_score is None:
            return line
        line += f" Its debrief: {self.debrief_score:.1f}/10 on average."
        runs_well = self.score >= _RUNS_WELL * self.max_points
        gap = runs_well and self.debrief_score < _EXPLAINED_POORLY
        return f"{line} The code does better than its explanation: talk it through." if gap else line


_RUNS_WELL = 0.7
_EXPLAINED_POORLY = 4.0
"""Code that earns so much beside a debrief that earns so little may not be the person's own."""


class Report(Frozen):
    """A whole session, explained."""

    session: str
    opened_at: dt.datetime
    audience: str
    minutes: int
    elapsed_seconds: float
    state: str
    closed_reason: str | None
    turns: tuple[TurnReport, ...]
    labs: tuple[LabReport, ...] = ()
    mean_score: float | None
    """Mean over the questions asked in full, out of 10."""
    warm_up_score: float | None
    probe_score: float | None
    transfer_score: float | None
    transfer_drop: float | None
    """The question's score less its variant's: what doesn't carry over to a new situation."""
    brier: float | None
    """Mean squared gap between confidence (0-1) and score (0-1); 0 is best."""
    overconfidence: float | None
    """Mean of confidence less score, in points out of 100; above 0 is too sure."""

    @property
    def in_words(self) -> list[str]:
        """What the figures say, a sentence each."""
        lines = [
            *(lab.in_words for lab in self.labs),
            _score_in_words(self),
            _transfer_in_words(self),
            _confidence_in_words(self),
        ]
        wrong = dict.fromkeys(m.id.replace("-", " ") for t in self.turns for m in t.misconceptions)
        lines.append(f"Misconceptions to clear up: {', '.join(wrong)}." if wrong else "")
        return [line for line in lines if line]


def _score_in_words(report: Report) -> str:
    return "" if report.mean_score is None else f"Questions: {report.mean_score:.1f}/10 on average."


def _transfer_in_words(report: Report) -> str:
    if report.transfer_drop is None:
        return ""
    way = "lost" if report.transfer_drop > 0 else "gained"
    return f"Transfer: {abs(report.transfer_drop):.1f} points {way} from the question to its variant."


def _confidence_in_words(report: Report) -> str:
    if report.overconfidence is None or report.brier is None:
        return ""
    gap = report.overconfidence
    way = "more sure than right" if gap > 0 else "more right than sure"
    return f"Confidence: {abs(gap):.0f} points {way} (Brier {report.brier:.2f}; 0 is best)."


def report_of(viva: Viva, session_id: str, session: Session) -> Report:
    """The report of a session, open or closed."""
    titles = _lab_titles(session)
    turns = tuple(_turn_report(viva, i, t, titles) for i, t in enumerate(session.turns, 1) if t.scorecard)
    gaps = [(t.confidence / 100 - t.score / 10) for t in turns if _has_both(t)]  # type: ignore[operator]
    settings = session.settings
    return Report(
        session=session_id,
        opened_at=settings.at,
        audience=settings.audience.value,
        minutes=settings.minutes,
        elapsed_seconds=session.elapsed_seconds,
        state=session.state.value,
        closed_reason=session.closed_reason,
        turns=turns,
        labs=tuple(_lab_report(work, turns) for work in session.labs),
        mean_score=_mean_score(turns, "question"),
        warm_up_score=_mean_score(turns, "warm-up"),
        probe_score=_mean_score(turns, "probe"),
        transfer_score=_mean_score(turns, "variant"),
        transfer_drop=_transfer_drop(turns),
        brier=_mean([gap**2 for gap in gaps]),
        overconfidence=_mean([100 * gap for gap in gaps]),
    )


def turn_report(viva: Viva, session: Session) -> TurnReport:
    """The feedback on the session's latest turn, which must be graded."""
    return _turn_report(viva, len(session.turns), session.turn, _lab_titles(session))


def title_of(viva: Viva, session: Session, asked: ItemAsked) -> str:
    """The title of the question, or of the lab that a debrief is about."""
    return _title(viva, asked, _lab_titles(session))


def _title(viva: Viva, asked: ItemAsked, labs: Mapping[str, str]) -> str:
    if asked.lab is not None:
        return labs.get(asked.lab, asked.lab)
    return viva.bank.question(asked.question).title


def _lab_titles(session: Session) -> dict[str, str]:
    return {work.started.lab: work.started.title for work in session.labs}


def _lab_report(work: LabWork, turns: Sequence[TurnReport]) -> LabReport:
    began, done = work.started, work.submitted
    scores = [t.score for t in turns if t.lab == began.lab and t.score is not None]
    return LabReport(
        lab=began.lab,
        title=began.title,
        stage=began.stage,
        version=began.version,
        minutes=began.minutes,
        minutes_used=done.minutes_used if done else None,
        score=done.net_score if done else None,
        max_points=done.max_points if done else None,
        hints=done.hints if done else 0,
        checks=done.checks if done else (),
        backend=done.backend if done else "",
        files=done.files if done else {},
        debrief_score=_mean(scores),
        ended="submitted" if done else work.left.reason if work.left else "open",
    )


def _looked_for(viva: Viva, asked: ItemAsked) -> dict[str, Criterion]:
    """The key's criteria by id; none where a lab is no longer here."""
    try:
        return {c.id: c for c in asked_of(viva, asked).key.criteria}
    except UsageError:
        return {}


def _turn_report(viva: Viva, number: int, turn: Turn, labs: Mapping[str, str]) -> TurnReport:
    asked, card = turn.asked, turn.scorecard
    assert card is not None
    looked_for = _looked_for(viva, asked)
    return TurnReport(
        number=number,
        step=asked.step,
        question=asked.question,
        title=_title(viva, asked, labs),
        lab=asked.lab,
        variant=asked.variant,
        ask=asked.ask,
        reason=asked.reason,
        audience=asked.audience.value,
        seconds=turn.seconds,
        transcript=marked_transcript(turn.response or "", card),
        score=card.score,
        interval=getattr(card.result, "interval", None),
        why=card.reason,
        grader=card.grader,
        flags=card.flags,
        confidence=turn.confidence,
        findings=tuple(_finding(looked_for.get(v.criterion), v) for v in card.verdicts),
        misconceptions=card.misconceptions,
        recited=card.recited,
        unexplained=card.unexplained,
    )


def _finding(criterion: Criterion | None, v: CriterionVerdict) -> Finding:
    """A verdict with its criterion's words; the bank may have dropped the criterion since."""
    return Finding(
        criterion=v.criterion,
        level=criterion.level.value if criterion else "",
        claim=criterion.claim if criterion else "(no longer in the bank)",
        verdict=v.verdict,
        probability=v.probability,
        unsure=v.unsure,
        evidence=v.evidence,
        teach=criterion.teach if criterion else "",
        sources=criterion.sources if criterion else (),
        note=criterion.note if criterion else "",
    )


@dataclass(frozen=True)
class _Mark:
    start: int
    end: int
    name: str


def marked_transcript(text: str, card: Scorecard) -> tuple[Stretch, ...]:
    """`text` cut wherever a mark begins or ends; joined again, the pieces are `text`."""
    marks = [
        _Mark(e.start, e.end, f"{v.verdict.value}:{v.criterion}") for v in card.verdicts for e in v.evidence
    ] + [_Mark(m.start, m.end, f"wrong:{m.id}") for m in card.misconceptions]
    cuts = sorted({0, len(text), *(at for m in marks for at in (m.start, m.end))})
    return tuple(
        Stretch.model_construct(
            text=text[a:b],
            marks=tuple(dict.fromkeys(m.name for m in marks if m.start <= a and b <= m.end)),
        )
        for a, b in pairwise(cuts)
    )


def _has_both(turn: TurnReport) -> bool:
    return turn.confidence is not None and turn.score is not None


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _mean_score(turns: Iterable[TurnReport], step: str) -> float | None:
    return _mean([t.score for t in turns if t.step == step and t.score is not None])


def _transfer_drop(turns: Sequence[TurnReport]) -> float | None:
    drops = [
        asked.score - variant.score
        for variant in turns
        if variant.step == "variant" and variant.score is not None
        for asked in turns
        if asked.step == "question" and asked.question == variant.question and asked.score is not None
    ]
    return _mean(drops)
