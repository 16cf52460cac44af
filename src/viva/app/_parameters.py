"""What is known of the bank's items as numbers: experts' guesses, then what calibration made of them.

A score out of 10 is four credit steps here. A parameter file (`Parameters`) is written once and never
changed; the newest in ``<home>/parameters`` counts, and an item it doesn't name keeps its expert's guess.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import yaml
from pydantic import Field, ValidationError

from viva.app._viva import Viva
from viva.bank import Frozen, Question
from viva.exceptions import InputError
from viva.measure import DEFAULT_SPREAD, Items

N_STEPS = 4
"""Credit steps of a score out of 10: 2.5 points each."""
MAX_SCORE = 10.0
EXPERTS = "experts' guesses"

Steps = Annotated[tuple[float, ...], Field(min_length=N_STEPS, max_length=N_STEPS)]


class ItemParameters(Frozen):
    """One item of a parameter file: discrimination, its steps' difficulties, and 95% intervals."""

    n: Annotated[int, Field(ge=1)]
    """Responses it rests on."""
    discrimination: Annotated[float, Field(gt=0)]
    discrimination_interval: tuple[float, float]
    steps: Steps
    steps_interval: tuple[tuple[float, float], ...]


class Parameters(Frozen):
    """A parameter file: estimates with where they came from."""

    format: Literal[1] = 1
    version: Annotated[int, Field(ge=1)]
    made_at: dt.datetime
    viva: str
    method: str
    data: str = "the log"
    """What it was estimated from."""
    bank: str
    """The hash of the content that was asked."""
    n_sessions: int
    """Sessions of the log and people of a file."""
    n_responses: int
    converged: bool
    spread: Annotated[float, Field(gt=0, lt=1)] | None = None
    """How far topics differ within a person, where somebody answered in two."""
    items: dict[str, ItemParameters]


@dataclass(frozen=True, eq=False)
class Known:
    """Items of the bank with the parameters that count now. ``source``: where they come from."""

    ids: tuple[str, ...]
    topics: tuple[str, ...]
    items: Items
    source: str
    spread: float = DEFAULT_SPREAD
    """How far topics differ within a person."""

    def at(self, id: str) -> int:
        """The place of an item."""
        return self.ids.index(id)


def bank_hash(viva: Viva) -> str:
    """A hash of the bank's content, the same wherever the same files lie."""
    total = hashlib.sha256()
    for id, path in sorted(viva.bank.paths.items()):
        total.update(f"{id}:{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return f"sha256:{total.hexdigest()}"


def item_ids(questions: Iterable[Question]) -> dict[str, Question]:
    """Every item of words, ``<question>`` or ``<question>/<variant>``, with its question."""
    found: dict[str, Question] = {}
    for q in questions:
        found[q.id] = q
        found |= {f"{q.id}/{v.id}": q for v in q.variants}
    return found


def expert_items(viva: Viva, ids: Sequence[str] | None = None) -> Known:
    """These items (all of the bank where None) by experts' guesses; a variant's is its question's.

    Ids that the bank doesn't have are left out.
    """
    every = item_ids(viva.bank)
    chosen = tuple(every) if ids is None else tuple(id for id in ids if id in every)
    priors = [every[id].priors for id in chosen]
    items = Items.rubric([p.discrimination for p in priors], [p.difficulty for p in priors], n_steps=N_STEPS)
    return Known(chosen, tuple(every[id].topic for id in chosen), items, EXPERTS)


def known_items(viva: Viva, ids: Sequence[str] | None = None) -> Known:
    """As `expert_items`, with the newest parameter file's estimates where it has them.

    Raises InputError when that file is damaged.
    """
    guess, newest = expert_items(viva, ids), newest_parameters(viva)
    if newest is None:
        return guess
    a, b = np.array(guess.items.discrimination), np.array(guess.items.difficulty)
    for j, id in enumerate(guess.ids):
        if (found := newest.items.get(id)) is not None:
            a[j], b[j] = found.discrimination, found.steps
    n = sum(id in newest.items for id in guess.ids)
    source = f"parameter file {newest.version} for {n} of {len(guess.ids)} items, {EXPERTS} for the rest"
    spread = DEFAULT_SPREAD if newest.spread is None else newest.spread
    return replace(guess, items=Items("gpcm", a, b), source=source, spread=spread)


def credit(score: float) -> float:
    """A score out of 10 as credit steps, fractions allowed."""
    return score / MAX_SCORE * N_STEPS


def parameter_files(viva: Viva) -> dict[int, Path]:
    """The parameter files there are, by version."""
    folder = viva.settings.home / "parameters"
    return {int(p.stem): p for p in sorted(folder.glob("*.yaml")) if p.stem.isdecimal()}


def newest_parameters(viva: Viva) -> Parameters | None:
    """The newest parameter file, or None. Raises InputError when it can't be read."""
    files = parameter_files(viva)
    return read_parameters(files[max(files)]) if files else None


def read_parameters(path: Path) -> Parameters:
    """A parameter file. Raises InputError naming file, field and what was found."""
    try:
        return Parameters.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise InputError(
            f"{path}: {field}: found {first['input']!r}; {first['msg']}; calibrate again, or remove the file"
        ) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path}: can't be read: {error}; calibrate again, or remove the file") from None


def write_parameters(viva: Viva, made: Parameters) -> Path:
    """Write a new parameter file; one that exists is never written over. Raises InputError."""
    path = viva.settings.home / "parameters" / f"{made.version:04d}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(made.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; wanted a version of its own; run it again") from None
    return path
