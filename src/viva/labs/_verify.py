"""The author's gate: every solution beside a lab must get the score that lab.toml states.

On every seed the starter gets nothing from hidden checks, the good solution everything, and each
wrong one its stated score with its stated checks failed. Every check must be failed by a wrong
solution, else it measures nothing; and no answer, however odd, may trip the checks themselves.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Final, NamedTuple

from viva.labs._backends import BackendName
from viva.labs._lab import Expectation, Lab
from viva.labs._orchestrator import Prepared, run_seeds
from viva.labs._report import Report, clean

MIN_WRONG: Final = 4
_ODD_SHARE: Final = 0.25
_N_ODD_RUNS: Final = 8
# What a function could return that a careless check would not expect.
_ODD_ANSWERS: Final = (
    "[None, 'x', float('nan'), [], {}, [[1], [2, 3]], 10 ** 30, True, -1, ((1, 2), 'y'), b'z', 0.5]"
)
_ODD_SOURCE: Final = f"""
import random

_ODD = {_ODD_ANSWERS}
_DICE = random.Random(0)

def _odd(*args, **kwargs):
    return _DICE.choice(_ODD)

"""


@dataclass(frozen=True)
class SolutionResult:
    """One solution over all seeds: `problems` is empty when it did what lab.toml states."""

    solution: str
    scores: tuple[float, ...]
    failed: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Verification:
    """A lab's verdict on itself. `problems` are those of the lab as a whole."""

    lab: str
    n_seeds: int
    solutions: tuple[SolutionResult, ...]
    problems: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether no solution and no rule has a problem."""
        return not self.problems and not any(s.problems for s in self.solutions)

    def __str__(self) -> str:
        lines = [f"{self.lab}: {'ok' if self.passed else 'NOT OK'} on {self.n_seeds} seeds"]
        for s in self.solutions:
            low, high = min(s.scores), max(s.scores)
            spread = f"{low:g}" if low == high else f"{low:g}..{high:g}"
            lines.append(f"  {'BAD' if s.problems else 'ok '} {s.solution}: {spread} points")
            lines += [f"        {problem}" for problem in s.problems]
        return "\n".join(lines + [f"  BAD {problem}" for problem in self.problems])


def verify(lab: Lab, backend: BackendName, *, seeds: Sequence[int]) -> Verification:
    """Grade every solution of `lab` on each of `seeds`, and odd answers on seeds of their own."""
    jobs = [_Job(e, _solution_files(lab, e.solution), tuple(seeds)) for e in lab.expect]
    jobs.append(_odd_job(lab))
    solutions = []
    pair: Prepared | None = _prepare(lab, backend, jobs[0])
    try:
        for job, following in zip_longest(jobs, jobs[1:]):
            assert pair is not None
            # The next pair starts while this one works.
            mine, pair = pair, _prepare(lab, backend, following) if following else None
            solutions.append(_result(job.expected, run_seeds(mine, job.files, job.seeds)))
    finally:
        if pair is not None:
            pair.close()
    return Verification(lab.id, len(seeds), tuple(solutions), _rules(lab, solutions))


class _Job(NamedTuple):
    expected: Expectation
    files: dict[str, bytes]
    seeds: tuple[int, ...]


def _prepare(lab: Lab, backend: BackendName, job: _Job) -> Prepared:
    # One box serves all seeds, so its CPU time is for all of them.
    cpu = min(1800, lab.limits.cpu_seconds * len(job.seeds))
    limits = lab.limits.model_copy(update={"cpu_seconds": cpu})
    return Prepared(lab, "submit", backend, limits=limits)


def _result(expected: Expectation, reports: Sequence[Report]) -> SolutionResult:
    return SolutionResult(
        expected.solution,
        tuple(r.score for r in reports),
        tuple(sorted({c.id for r in reports for c in r.checks if c.status != "pass"})),
        tuple(problem for r in reports for problem in _problems(expected, r)),
    )


def _problems(expected: Expectation, report: Report) -> list[str]:
    found = []
    low, high = expected.score
    if not low - 1e-6 <= report.score <= high + 1e-6:
        lost = [f"{c.id}: {c.message or c.status}" for c in report.checks if c.status != "pass"]
        found.append(
            f"seed {report.seed}: {report.score:g} points, stated {low:g} to {high:g}; "
            f"lost at {clean(lost, 600)}"
        )
    passed = [c.id for c in report.checks if c.status == "pass" and c.id in expected.fails]
    if passed:
        found.append(f"seed {report.seed}: passed {passed}, stated to fail")
    if report.internal:
        errors = [c.message for c in report.checks if c.status == "error"]
        found.append(f"seed {report.seed}: the checks themselves failed: {errors or report.notes}")
    hidden = sum(c.earned for c in report.checks if not c.public)
    if expected.solution.startswith("starter") and hidden:
        found.append(f"seed {report.seed}: the starter earns {hidden:g} points of hidden checks")
    return found


def _odd_job(lab: Lab) -> _Job:
    files = _solution_files(lab, f"starter/{lab.files.entry}")
    entry = files[lab.files.entry].decode("utf-8")
    files[lab.files.entry] = _odd_source(entry).encode()
    score = (0.0, _ODD_SHARE * lab.max_points)
    expected = Expectation.model_construct(solution="(odd answers)", score=score, fails=())
    return _Job(expected, files, tuple(range(_N_ODD_RUNS)))


def _odd_source(starter: str) -> str:
    """A submission with the starter's functions and classes, which answer anything at all."""
    lines = [_ODD_SOURCE]
    for node in ast.parse(starter).body:
        if isinstance(node, ast.FunctionDef):
            lines.append(f"{node.name} = _odd")
        if isinstance(node, ast.ClassDef):
            lines.append(f"class {node.name}:\n    def __init__(self, *args, **kwargs): pass")
            lines += [
                f"    {part.name} = _odd"
                for part in node.body
                if isinstance(part, ast.FunctionDef) and not part.name.startswith("__")
            ]
    return "\n".join(lines) + "\n"


def _rules(lab: Lab, solutions: Sequence[SolutionResult]) -> tuple[str, ...]:
    found = []
    wrong = [s for s in solutions if s.solution.startswith("solutions/") and s.failed]
    good = [s for s in solutions if s.solution.startswith("solutions/") and not s.failed]
    if len(wrong) < MIN_WRONG:
        found.append(f"{len(wrong)} wrong solutions; at least {MIN_WRONG} are wanted")
    if not good:
        found.append("no solution passes every check; add the right one")
    if not any(s.solution.startswith("starter/") for s in solutions):
        found.append("the starter stands under no [[expect]]")
    blind = [c.id for c in lab.checks if not any(c.id in s.failed for s in wrong)]
    if blind:
        found.append(f"no wrong solution fails {blind}; such a check measures nothing")
    if not 3 <= len(lab.debrief) <= 5:
        found.append(f"{len(lab.debrief)} debrief questions; 3 to 5 are wanted")
    if not lab.public_checks:
        found.append("no public check; a candidate needs some to work by")
    return tuple(found)


def _solution_files(lab: Lab, solution: str) -> dict[str, bytes]:
    path = lab.folder / solution
    starter = {name: (lab.folder / "starter" / name).read_bytes() for name in lab.files.editable}
    if path.is_file():
        # A file stands for the entry, or for the editable file whose ending it shares.
        return starter | {_place(lab, path): path.read_bytes()}
    own = {n: (path / n).read_bytes() for n in lab.files.editable if (path / n).is_file()}
    return starter | own


def _place(lab: Lab, path: Path) -> str:
    same = [name for name in lab.files.editable if Path(name).suffix == path.suffix]
    return lab.files.entry if lab.files.entry in same or not same else same[0]
