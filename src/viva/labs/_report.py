"""What a run of a lab found: facts, and the points that lab.toml gives for them.

The text in a report that came from the candidate's side (messages, log) is cleaned here: control,
bidirectional and zero-width characters are replaced and lengths are bounded, so that it can be
shown in a terminal. A page still escapes it as HTML.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

from viva.labs._lab import CheckSpec, Lab

Status = Literal["pass", "partial", "fail", "error", "not run"]
Mode = Literal["check", "submit"]

SCHEMA: Final = 1
MAX_MESSAGE: Final = 800
MAX_LOG: Final = 4_000
MARKS: Final[dict[Status, str]] = {
    "pass": "✓",
    "partial": "◐",
    "fail": "✗",
    "error": "!",
    "not run": "·",
}
_UNSHOWABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)


def clean(text: object, limit: int = MAX_MESSAGE) -> str:
    """`text` with whatever could move a cursor or hide words replaced, cut at `limit`."""
    shown = _UNSHOWABLE.sub("\ufffd", str(text))
    return shown if len(shown) <= limit else shown[:limit] + " …"


@dataclass(frozen=True)
class CheckResult:
    """One check's outcome. `earned` of `points`; `message` is for the candidate."""

    id: str
    title: str
    rubric: str
    public: bool
    points: float
    earned: float = 0.0
    status: Status = "not run"
    message: str = ""


@dataclass(frozen=True)
class Report:
    """One run. `counts` is false for a run that must not be taken as an attempt: an unsafe one,
    or one that failed by our fault (`internal`)."""

    lab: str
    version: str
    mode: Mode
    backend: str
    seed: int
    checks: tuple[CheckResult, ...]
    topics: tuple[str, ...]
    seconds: float = 0.0
    peak_mb: int = 0
    n_boxes: int = 0
    internal: bool = False
    counts: bool = True
    log: str = ""
    notes: tuple[str, ...] = ()
    files_sha256: Mapping[str, str] | None = None
    debrief: tuple[str, ...] = ()
    """Ids of the follow-up questions to ask."""
    hints: tuple[int, ...] = ()
    hint_points: float = 0.0
    """What the hints taken cost; `score` is before, `net_score` after."""
    minutes_used: float | None = None

    @property
    def score(self) -> float:
        """The points earned."""
        return round(sum(check.earned for check in self.checks), 3)

    @property
    def net_score(self) -> float:
        """The points earned, less what the hints cost; never below zero."""
        return max(0.0, round(self.score - self.hint_points, 3))

    @property
    def max_points(self) -> float:
        """The points of the checks that this run held."""
        return sum(check.points for check in self.checks)

    @property
    def passed(self) -> bool:
        """Whether every check passed in full."""
        return all(check.status == "pass" for check in self.checks)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain JSON values, schema 1."""
        plain = asdict(self)
        by_topic = {t: {"earned": self.score, "max": self.max_points} for t in self.topics}
        points = {"score": self.score, "net_score": self.net_score, "max": self.max_points}
        return {"schema": SCHEMA, **plain, **points, "by_topic": by_topic}

    def to_json(self) -> str:
        """The report as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1)


def blank_results(lab: Lab, mode: Mode) -> tuple[CheckResult, ...]:
    """A result "not run" for each check of the mode, in the manifest's order."""
    specs = lab.checks if mode == "submit" else lab.public_checks
    return tuple(CheckResult(s.id, s.title, s.rubric, s.public, s.points) for s in specs)


def judged(result: CheckResult, *, share: object, message: object, internal: bool) -> CheckResult:
    """`result` with what the checker said of it; a share that isn't a number from 0 to 1 is 0."""
    told = share if isinstance(share, float | int) and not isinstance(share, bool) else 0.0
    kept = min(1.0, max(0.0, float(told))) if told == told else 0.0
    status: Status = "pass" if kept == 1.0 else "partial" if kept > 0 else "fail"
    if internal:
        kept, status = 0.0, "error"
    return replace(result, earned=round(kept * result.points, 3), status=status, message=clean(message))


def apply_groups(results: tuple[CheckResult, ...], specs: tuple[CheckSpec, ...]) -> tuple[CheckResult, ...]:
    """Take the points of every check whose group did not pass as a whole."""
    group_of = {spec.id: spec.group for spec in specs}
    broken = {group_of[r.id] for r in results if r.status != "pass"} - {None}
    return tuple(
        replace(r, earned=0.0, status="fail", message=f"its group {group_of[r.id]!r} did not pass")
        if group_of[r.id] in broken and r.earned > 0
        else r
        for r in results
    )


def to_text(report: Report, *, verbose: bool = True) -> str:
    """The report as lines for a terminal."""
    lines = [
        f"{report.lab} {report.version}  {report.mode}  "
        f"{report.score:g}/{report.max_points:g} points  ({report.seconds:.1f} s, sandbox: {report.backend})"
    ]
    for check in report.checks:
        head = f"  {MARKS[check.status]} {check.earned:g}/{check.points:g}  {check.id}"
        lines.append(f"{head}: {check.title}")
        if check.message and verbose:
            lines += ["        " + line for line in check.message.splitlines()]
    lines += [f"  note: {note}" for note in report.notes]
    if not report.counts:
        lines.append("  This run does not count as an attempt.")
    if report.log.strip() and verbose:
        lines += ["  your output:", *("    " + line for line in report.log.strip().splitlines())]
    return "\n".join(lines)


def to_html(report: Report) -> str:
    """The report as a page of its own; every text is escaped."""
    rows = "".join(
        f"<tr><td>{MARKS[c.status]}</td><td>{html.escape(c.title)}</td>"
        f"<td>{c.earned:g}/{c.points:g}</td><td><pre>{html.escape(c.message)}</pre></td></tr>"
        for c in report.checks
    )
    title = html.escape(f"{report.lab} {report.version}: {report.score:g}/{report.max_points:g}")
    note = "" if report.counts else "<p>This run does not count as an attempt.</p>"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<h1>{title}</h1>{note}<table><thead><tr><th></th><th>Check</th><th>Points</th>"
        f"<th>What was found</th></tr></thead><tbody>{rows}</tbody></table>"
        f"<h2>Your output</h2><pre>{html.escape(report.log)}</pre></html>"
    )
