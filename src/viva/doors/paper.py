"""What goes on paper: headings, paragraphs, lists and tables as values, without a word on fonts or files.

`kit_paper` and `report_paper` say what stands where; `viva.doors.pdf` makes pages of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal, TypeAlias

from viva.doors.html import SIGN, mark_kind

if TYPE_CHECKING:
    from viva.app import Finding, Report, Stretch, TurnReport
    from viva.hiring import Anchor, Kit, KitCriterion, KitQuestion

Style: TypeAlias = Literal["plain", "soft", "ask", "quote", "answer", "number"]
Look: TypeAlias = Literal["plain", "bold", "italic", "soft", "met", "partly", "contradicted", "wrong"]
BOX = "❏"
"""A box to tick."""


@dataclass(frozen=True)
class Span:
    """A piece of text in one look."""

    text: str
    look: Look = "plain"


@dataclass(frozen=True)
class Line:
    """A paragraph, as wide as there is room."""

    spans: tuple[Span, ...]
    style: Style = "plain"


@dataclass(frozen=True)
class Heading:
    """``level``: 1 for the document, 2 for a part, 3 within it."""

    level: int
    text: str


@dataclass(frozen=True)
class Points:
    """A list; ``mark`` stands before each entry."""

    entries: tuple[Line, ...]
    mark: str = "•"


@dataclass(frozen=True)
class Grid:
    """A table. ``shares``: each column's share of the width; a cell is a tuple of paragraphs."""

    header: tuple[str, ...]
    rows: tuple[tuple[tuple[Line, ...], ...], ...]
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Room:
    """An empty box to write in."""

    height_mm: float


@dataclass(frozen=True)
class NewPage:
    """What follows begins a page."""


Block: TypeAlias = Heading | Line | Points | Grid | Room | NewPage


@dataclass(frozen=True)
class Paper:
    """A document; ``title`` also stands at the foot of each page beside its number."""

    title: str
    blocks: tuple[Block, ...]


def line(*parts: str | Span, style: Style = "plain") -> Line:
    """A paragraph of plain texts and spans."""
    return Line(tuple(p if isinstance(p, Span) else Span(p) for p in parts if p), style)


def cell(*parts: str | Span, style: Style = "plain") -> tuple[Line, ...]:
    """A table's cell of one paragraph."""
    return (line(*parts, style=style),)


# --- the interviewer's kit ------------------------------------------------------------------

HOW_TO_USE = (
    "Ask in these words, in this order, of everybody. Choose one wording: to a technical peer, or to a "
    "stakeholder without the field's words.",
    "Write down what was said, word for word where it decides a claim. No words, no credit.",
    "Ask the prepared probe for a claim that was vague or left out; two probes a question at most.",
    "Score each question before you ask the next, and before you talk to anyone about the candidate. "
    "Pace, accent and nerves score nothing.",
)
VERDICTS = ("met", "partly", "missing", "contradicted")


def kit_paper(kit: Kit) -> Paper:
    """An interviewer's kit: everything that its page shows, one question a page or more."""
    title = f"Interviewer's kit: {len(kit.questions)} questions, {kit.minutes} minutes"
    blocks: list[Block] = [*_kit_front(kit)]
    for number, q in enumerate(kit.questions, 1):
        blocks += [NewPage(), *_kit_question(number, q)]
    return Paper(title, tuple(blocks))


def _kit_front(kit: Kit) -> Iterator[Block]:
    form = kit.form
    cuts = ", ".join(f"{c:g}" for c in form.blueprint.cuts)
    made = f"made {form.made_at:%Y-%m-%d} for the cut{'s' if len(form.blueprint.cuts) > 1 else ''} {cuts}"
    yield Heading(1, "Interviewer's kit")
    n = f"{len(kit.questions)} questions · {kit.minutes} minutes · "
    yield line(f"{n}{made} · parameters: {form.parameters}", style="soft")
    yield line("Candidate: ____________________   Interviewer: ____________________   Date: ______________")
    yield Heading(2, "Plan")
    yield _plan(kit)
    yield Heading(2, "How to use it")
    yield Points(tuple(line(text) for text in HOW_TO_USE))


def _plan(kit: Kit) -> Grid:
    def row(minute: int, what: str, minutes: int) -> tuple[tuple[Line, ...], ...]:
        return cell(str(minute), style="number"), cell(what), cell(str(minutes), style="number")

    closing = "Closing: the candidate's questions, what comes next"
    rows = [row(0, "Opening: who you are, what will happen, may I take notes", kit.opening_minutes)]
    for number, q in enumerate(kit.questions, 1):
        rows.append(row(q.starts_at, f"{number}. {q.title} ({q.topic})", q.minutes))
    rows.append(row(kit.minutes - kit.closing_minutes, closing, kit.closing_minutes))
    return Grid(("Minute", "What", "Minutes"), tuple(rows), (0.12, 0.74, 0.14))


def _kit_question(number: int, q: KitQuestion) -> Iterator[Block]:
    yield Heading(2, f"{number}. {q.title}")
    yield line(f"{q.topic} · minute {q.starts_at} to {q.starts_at + q.minutes}", style="soft")
    yield line(Span("To a peer: ", "soft"), q.ask_peer, style="ask")
    yield line(Span("To a stakeholder: ", "soft"), q.ask_stakeholder, style="ask")
    yield Heading(3, "Listen for")
    header = ("Claim, and ways people put it", "Probe", "Verdict")
    yield Grid(header, tuple(_kit_criterion(c) for c in q.criteria), (0.54, 0.29, 0.17))
    if q.misconceptions:
        yield Heading(3, "Wrong beliefs to notice")
        wrong = (line(f"“{m.says[0]}”: {m.because}") for m in q.misconceptions)
        yield Points(tuple(wrong), BOX)
    if q.jargon:
        words = "; ".join(f"{term} ({plain})" for term, plain in q.jargon.items())
        yield line(f"Words a stakeholder can't be expected to know: {words}.", style="soft")
    if q.variant:
        yield line(Span("If there is time, the same ideas elsewhere: ", "bold"), q.variant)
    yield Heading(3, "Their words")
    yield Room(28)
    yield Heading(3, "Scorecard")
    yield Grid(("Score", "What the answer shows"), tuple(_kit_anchor(a) for a in q.anchors), (0.24, 0.76))
    yield line("Score (0–10): __________   How sure (0–100%): __________")


def _kit_criterion(c: KitCriterion) -> tuple[tuple[Line, ...], ...]:
    heard_by = "" if c.audience == "both" else f" (for a {c.audience})"
    claim = [line(Span(c.level.value, "bold"), Span(heard_by, "soft"), f": {c.claim}")]
    if c.phrasings:
        claim.append(line(" ".join(f"“{p}”" for p in c.phrasings), style="soft"))
    if c.note:
        claim.append(line(Span(c.note, "italic")))
    return tuple(claim), cell(c.probe), tuple(line(f"{BOX} {v}") for v in VERDICTS)


def _kit_anchor(a: Anchor) -> tuple[tuple[Line, ...], ...]:
    shows = [line(a.shows)]
    if a.example and a.example_score is not None:
        shows.append(line(f"“{a.example}” ", Span(f"({a.example_score:g})", "soft"), style="quote"))
    return cell(f"{BOX} {a.low:g}–{a.high:g} ", Span(a.name, "bold")), tuple(shows)


# --- a session's report ---------------------------------------------------------------------


def report_paper(report: Report) -> Paper:
    """A session's report: everything that its page shows, its chart as a table."""
    blocks: list[Block] = [*_report_front(report)]
    for turn in report.turns:
        blocks += _report_turn(turn)
    return Paper(f"Interview report, session {report.session}", tuple(blocks))


def _report_front(report: Report) -> Iterator[Block]:
    yield Heading(1, "Interview report")
    spent = f"{report.elapsed_seconds / 60:.0f} of {report.minutes} minutes spent answering"
    ended = f" · ended because {report.closed_reason}" if report.closed_reason else ""
    opened = f"{report.opened_at:%Y-%m-%d %H:%M} UTC"
    yield line(
        f"Session {report.session} · {opened} · for a {report.audience} · {spent}{ended}", style="soft"
    )
    if not report.turns:
        yield line("Nothing was answered in this session.")
        return
    header = ("Turn", "Score", "90% interval", "You were sure")
    yield Grid(header, tuple(_overview_row(t) for t in report.turns), (0.52, 0.12, 0.18, 0.18))
    yield Points(tuple(line(text) for text in report.in_words))


def _overview_row(turn: TurnReport) -> tuple[tuple[Line, ...], ...]:
    scored = turn.score is not None and turn.interval is not None
    return (
        cell(f"{turn.number}. {turn.step}: {turn.question}"),
        cell(f"{turn.score:.1f}" if scored else "no score", style="number"),
        cell(_ends(turn) if scored else "-", style="number"),
        cell("-" if turn.confidence is None else f"{turn.confidence}%", style="number"),
    )


def _ends(turn: TurnReport) -> str:
    return "-" if turn.interval is None else f"{turn.interval[0]:.1f}–{turn.interval[1]:.1f}"


def _report_turn(turn: TurnReport) -> Iterator[Block]:
    yield Heading(2, f"{turn.number}. {turn.title}")
    yield line(f"{turn.step} · for a {turn.audience} · {turn.reason}", style="soft")
    yield line(turn.ask, style="ask")
    yield Line(tuple(_transcript(turn.transcript)), "answer")
    if turn.score is None:
        yield line(Span("No score", "bold"), f": {turn.why}")
    else:
        sure = "" if turn.confidence is None else f" · you were {turn.confidence}% sure"
        about = f"  90% interval {_ends(turn)} · {turn.why} · graded by {turn.grader}{sure}"
        yield line(Span(f"{turn.score:.1f}/10", "bold"), Span(about, "soft"))
    if turn.findings:
        header = ("What was looked for", "Verdict", "Your words")
        yield Grid(header, tuple(_finding_row(f) for f in turn.findings), (0.42, 0.2, 0.38))
    yield from _report_after(turn)


def _transcript(stretches: tuple[Stretch, ...]) -> Iterator[Span]:
    """The person's words; what they show is a colour and a sign, as on the page."""
    for kind, run in groupby(stretches, key=mark_kind):
        text = "".join(s.text for s in run)
        said = text.rstrip()
        yield Span(said, kind or "plain")  # type: ignore[arg-type] # the kinds are looks
        if kind:
            yield Span(f" [{SIGN[kind]}]", "bold")
        yield Span(text[len(said) :])


def _finding_row(f: Finding) -> tuple[tuple[Line, ...], ...]:
    unsure = ", unsure" if f.unsure else ""
    return (
        cell(f"{f.claim} ", Span(f"({f.level})", "soft")),
        cell(
            f"{SIGN[f.verdict.value]} {f.verdict.value}{unsure} ", Span(f"{100 * f.probability:.0f}%", "soft")
        ),
        cell(" ".join(f"“{e.quote}”" for e in f.evidence) or Span("none", "soft")),
    )


def _report_after(turn: TurnReport) -> Iterator[Block]:
    if turn.misconceptions:
        yield Heading(3, "To clear up")
        yield Points(tuple(line(f"“{m.quote}”: {m.because}") for m in turn.misconceptions))
    if turn.missing:
        yield Heading(3, "What a strong answer adds")
        yield Points(tuple(_to_add(f) for f in turn.missing))
    if turn.recited:
        quotes = " ".join(f"“{e.quote}”" for e in turn.recited)
        yield line(f"Word for word from known texts: {quotes}", style="soft")
    if turn.unexplained:
        words = ", ".join(e.quote for e in turn.unexplained)
        yield line(f"A stakeholder may not know: {words}", style="soft")


def _to_add(f: Finding) -> Line:
    sources = Span(f" ({'; '.join(f.sources)})", "soft") if f.sources else ""
    return line(f.teach, sources, Span(f" {f.note}", "italic") if f.note else "")
