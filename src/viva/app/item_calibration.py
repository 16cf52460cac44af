"""Use-case of items: the bank's parameters from the log, from a file of scores, or from both.

The experts' guesses are priors. A person of the file and a session of the log count alike, as somebody
who answered some items.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from viva import __version__
from viva.app._parameters import (
    MAX_SCORE,
    N_STEPS,
    ItemParameters,
    Known,
    Parameters,
    bank_hash,
    expert_items,
    item_ids,
    known_items,
    parameter_files,
    write_parameters,
)
from viva.app._tables import Floats, read_scores
from viva.app._viva import Viva
from viva.app.progress import answers_in_log
from viva.exceptions import InputError, MeasureError, UsageError
from viva.measure import Fit, Items, Priors, credit_steps, fit, fit_spread

DIFFICULTY_SD = 0.8
"""How far a step's true difficulty may lie from the expert's guess."""
LOG_DISCRIMINATION_SD = 0.3
SPREAD_SD = 0.5
"""How far the spread between topics may lie from the usual one, on the logit scale."""
METHOD = (
    "generalised partial credit by marginal maximum likelihood; a session, or a person of a file, is a "
    f"person, scores are {N_STEPS} credit steps; experts' guesses as priors (sd {DIFFICULTY_SD} of a step, "
    f"{LOG_DISCRIMINATION_SD} of log discrimination)"
)
FEW_PEOPLE = 30


@dataclass(frozen=True)
class Calibrated:
    """What calibration did."""

    parameters: Parameters
    path: Path
    before: dict[str, tuple[float, float]]
    """Discrimination and difficulty that counted until now, by item."""
    warnings: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Data:
    """Scores in credit steps, people (or sessions) by items, and where they come from."""

    items: tuple[str, ...]
    steps: Floats
    source: str


def calibrate_bank(
    viva: Viva,
    file: Path | None = None,
    *,
    with_log: bool = False,
    highest: float = MAX_SCORE,
    ignore: Sequence[str] = (),
) -> Calibrated:
    """Estimate the parameters of every item answered, and keep them as a new version.

    From the log, or from a CSV file (read as `analyze_file` does; its items are ids of the bank, its
    scores 0 to ``highest``), or from both. Content is never edited. Raises UsageError when there is no
    scored response, InputError naming what is wrong with the file.
    """
    parts = [] if file is None else [_from_file(viva, file, highest, ignore)]
    if file is None or with_log:
        parts.append(_from_log(viva))
    if not any(np.isfinite(part.steps).any() for part in parts):
        where = "the log holds" if file is None else f"{file.name} holds"
        raise UsageError(f"{where} no scored answer; take an interview first (`viva interview`)")
    known = known_items(viva, sorted({id for part in parts for id in part.items}))
    x = np.concatenate([_aligned(part, known) for part in parts])
    made = _estimate(viva, known, x, "; ".join(part.source for part in parts))
    path = write_parameters(viva, made)
    before = {
        id: (float(known.items.discrimination[j]), float(known.items.locations[j]))
        for j, id in enumerate(known.ids)
    }
    return Calibrated(made, path, before, _warnings(made))


def _from_log(viva: Viva) -> _Data:
    """Sessions by items; the last answer to an item in a session counts."""
    there = item_ids(viva.bank)
    answers = [a for a in answers_in_log(viva) if a.item in there]
    items = tuple(dict.fromkeys(a.item for a in answers))
    rows = {session: i for i, session in enumerate(sorted({a.session for a in answers}))}
    x = np.full((len(rows), len(items)), np.nan)
    for a in answers:
        x[rows[a.session], items.index(a.item)] = a.score / MAX_SCORE
    return _Data(items, credit_steps(x, n_steps=N_STEPS), f"the log, {len(rows)} session(s)")


def _from_file(viva: Viva, path: Path, highest: float, ignore: Sequence[str]) -> _Data:
    """People by items, as the file has them."""
    if not highest > 0:
        raise InputError(f"--highest: found {highest:g}; wanted a number above 0")
    scores = read_scores(path, ignore=ignore)
    there = item_ids(viva.bank)
    if unknown := [id for id in scores.items if id not in there]:
        raise InputError(
            f"{path.name}: {unknown[0]!r} is no question or variant of the bank; name items by their ids "
            "(`viva bank list`), or leave a column out with --ignore"
        )
    if (scores.values > highest).any():
        i, j = (int(v) for v in np.argwhere(scores.values > highest)[0])
        raise InputError(
            f"{path.name}: {scores.people[i]!r}, item {scores.items[j]!r}: found {scores.values[i, j]:g}; "
            f"wanted at most {highest:g}; say what full credit is with --highest"
        )
    mark = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    source = f"{path.name} (sha256 {mark}…), {len(scores.people)} people"
    return _Data(scores.items, credit_steps(scores.values / highest, n_steps=N_STEPS), source)


def _aligned(part: _Data, known: Known) -> Floats:
    x = np.full((len(part.steps), len(known.ids)), np.nan)
    x[:, [known.at(id) for id in part.items]] = part.steps
    return x


def _estimate(viva: Viva, known: Known, x: Floats, data: str) -> Parameters:
    fitted = fit(x, model="gpcm", priors=_expert_priors(viva, known), max_scores=np.full(x.shape[1], N_STEPS))
    return Parameters(
        version=max(parameter_files(viva), default=0) + 1,
        made_at=viva.now(),
        viva=__version__,
        method=METHOD,
        data=data,
        bank=bank_hash(viva),
        n_sessions=len(x),
        n_responses=int(np.isfinite(x).sum()),
        converged=fitted.converged,
        spread=_spread(fitted.marginal_items, x, known.topics),
        items=dict(zip(known.ids, _by_item(fitted, x), strict=True)),
    )


def _by_item(fitted: Fit, x: Floats) -> list[ItemParameters]:
    if fitted.errors is None:
        raise AssertionError("standard errors were asked for")
    ends, n = fitted.errors.intervals(), np.isfinite(x).sum(axis=0)
    items = fitted.marginal_items  # abilities are told by them, and should not be too sure
    return [
        ItemParameters(
            n=int(n[j]),
            discrimination=_rounded(items.discrimination[j]),
            discrimination_interval=(
                _rounded(ends.discrimination_lower[j]),
                _rounded(ends.discrimination_upper[j]),
            ),
            steps=tuple(_rounded(b) for b in items.difficulty[j]),
            steps_interval=tuple(
                (_rounded(low), _rounded(high))
                for low, high in zip(ends.difficulty_lower[j], ends.difficulty_upper[j], strict=True)
            ),
        )
        for j in range(x.shape[1])
    ]


def _spread(items: Items, x: Floats, topics: Sequence[str]) -> float | None:
    """How far topics differ within a person; None where nobody answered in two."""
    try:
        return _rounded(fit_spread(items, x, topics, prior_sd=SPREAD_SD))
    except MeasureError:
        return None


def _expert_priors(viva: Viva, known: Known) -> Priors:
    """The experts' guesses, whatever earlier files say: data are never counted twice."""
    expert = expert_items(viva, known.ids).items
    return Priors(
        difficulty=expert.difficulty,
        difficulty_sd=DIFFICULTY_SD,
        discrimination=expert.discrimination,
        log_discrimination_sd=LOG_DISCRIMINATION_SD,
    )


def _rounded(value: float) -> float:
    return round(float(value), 4)


def _warnings(made: Parameters) -> tuple[str, ...]:
    out = []
    if made.n_sessions < FEW_PEOPLE:
        who = f"{made.n_sessions} people or sessions"
        out.append(f"{who}: most of what the file says is still the experts' guess")
    if not made.converged:
        out.append("the estimates had not settled")
    return tuple(out)
