"""Use-cases of forms: assemble one, make the interviewer's kit, say what to expect of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from pydantic import ValidationError

from viva.app._parameters import bank_hash, known_items
from viva.app._viva import Viva
from viva.exceptions import InputError, UsageError
from viva.hiring import Blueprint, Form, Kit, assemble_forms, make_kit
from viva.measure import Items, Misclassification, misclassification

N_PEOPLE = 20_000
"""Simulated people behind a forecast."""


@dataclass(frozen=True)
class CutForecast:
    """What to expect at one cut. ``standard_error``: of an ability there, after this form."""

    cut: float
    information: float
    standard_error: float
    decided: Misclassification
    by_chance: Misclassification
    """The mean of forms of as many questions drawn at random from the bank."""


@dataclass(frozen=True)
class Forecast:
    """What to expect of a form, by simulation."""

    n_questions: int
    minutes: int
    parameters: str
    cuts: tuple[CutForecast, ...]
    n_people: int
    stale: bool
    """The bank has changed since the form was made."""


def assemble_questions(viva: Viva, blueprint: Blueprint) -> Form:
    """The best form from the bank's questions. Raises UsageError, UnknownQuestion."""
    return assemble_parallel(viva, blueprint, n_forms=1)[0]


def assemble_parallel(viva: Viva, blueprint: Blueprint, *, n_forms: int) -> tuple[Form, ...]:
    """As many forms that are each other's equals and share no question but the blueprint's own.

    Raises UsageError, UnknownQuestion.
    """
    enemies = [id for ids in blueprint.enemies for id in ids]
    for id in (*blueprint.with_questions, *blueprint.without, *enemies):
        viva.bank.question(id)
    questions = list(viva.bank)
    topics = sorted({q.topic for q in questions})
    for topic in blueprint.topics:
        if topic not in topics:
            raise UsageError(f"no topic {topic!r} in the bank; wanted: {', '.join(topics)}")
    known = known_items(viva, [q.id for q in questions])
    return assemble_forms(
        blueprint, questions, known.items,
        n_forms=n_forms, at=viva.now(), parameters=known.source, bank=bank_hash(viva),
    )  # fmt: skip


def overlap(forms: Sequence[Form]) -> dict[str, int]:
    """The questions that stand in more than one of the forms, and in how many."""
    n_in = Counter(q.id for form in forms for q in form.questions)
    return {id: n for id, n in n_in.items() if n > 1}


def read_form(path: Path) -> Form:
    """A form's file. Raises InputError naming file, field and what was found."""
    try:
        return Form.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"])) or "form"
        raise InputError(
            f"{path}: {field}: {first['msg']}; make it again with `viva form assemble`"
        ) from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; wanted a form made by `viva form assemble`") from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path}: can't be read as YAML: {error}") from None


def form_text(form: Form) -> str:
    """A form as the text of its file."""
    return yaml.safe_dump(form.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def kit_of(viva: Viva, form: Form) -> Kit:
    """The interviewer's kit. Raises UnknownQuestion when the bank no longer has a question."""
    return make_kit(form, [viva.bank.question(q.id) for q in form.questions])


def simulate_form(viva: Viva, form: Form, *, seed: int = 0, n_people: int = N_PEOPLE) -> Forecast:
    """Expected reliability and wrong decisions at each cut, beside forms drawn at random."""
    rng = np.random.default_rng(seed)
    bank = known_items(viva, [q.id for q in viva.bank])
    random = [_drawn(bank.items, len(form.questions), rng) for _ in range(_N_RANDOM)]
    cuts = tuple(_forecast(form.items, cut, random, rng, n_people) for cut in form.blueprint.cuts)
    return Forecast(
        n_questions=len(form.questions),
        minutes=form.minutes,
        parameters=form.parameters,
        cuts=cuts,
        n_people=n_people,
        stale=form.bank != bank_hash(viva),
    )


_N_RANDOM = 10


def _drawn(items: Items, n: int, rng: np.random.Generator) -> Items:
    return items.take(rng.permutation(items.n_items)[: min(n, items.n_items)])


def _forecast(
    items: Items, cut: float, random: list[Items], rng: np.random.Generator, n_people: int
) -> CutForecast:
    information = float(items.information([cut]).sum())
    each = [misclassification(form, cut, rng, n_people=n_people // _N_RANDOM) for form in random]
    wrong = float(np.mean([m.wrong for m in each]))
    return CutForecast(
        cut=cut,
        information=information,
        standard_error=float(1 / np.sqrt(information + 1)),  # the prior N(0, 1) counts as 1
        decided=misclassification(items, cut, rng, n_people=n_people),
        by_chance=Misclassification(
            float(np.mean([m.false_pass for m in each])),
            float(np.mean([m.false_fail for m in each])),
            wrong,
            float(np.mean([m.reliability for m in each])),
            float(np.std([m.wrong for m in each], ddof=1) / np.sqrt(_N_RANDOM)),
        ),
    )
