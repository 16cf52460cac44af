"""A lab as its folder holds it, read once and strictly.

<id>/lab.toml           the manifest: this file's types
<id>/README.md          the statement, one screen, from the finished result
<id>/starter/           the files the candidate edits
<id>/support/           read-only helpers and data, given to the candidate
<id>/tests/public.py    the checks that `check` runs
<id>/hidden/checks.py   the checks that only `submit` runs, and what they need
<id>/solutions/         a good one and wrong ones, each listed under [[expect]]
<id>/hints/1.md, ...    revealed one by one
<id>/debrief.toml       follow-up questions on the candidate's own result
<id>/CHANGES            a line a version
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from viva.exceptions import ContentError, UsageError

Topic = Literal[
    "learning-paradigms",
    "bias-variance",
    "overfitting",
    "precision-recall",
    "cross-validation",
    "gradient-descent",
    "backpropagation",
    "cnn-rnn-transformer",
    "attention",
    "how-llms-work",
    "rag",
    "prompting-finetuning-rag",
    "hallucinations",
    "evaluating-llm-output",
    "zero-few-shot-finetuned",
    "new-ml-problem",
    "production-deployment",
    "bias-fairness",
    "ai-ml-dl-genai",
    "project-retrospective",
]
Step = Literal["phone", "live-coding", "debugging", "system-design", "take-home", "deep-dive"]
Kind = Literal["code", "bug", "design", "takehome"]
Package = Literal["numpy", "scipy", "scikit-learn", "pandas"]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
Version = Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
# A path inside the lab or the candidate's folder: no root, no way up, nothing hidden.
RelativePath = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][\w-]*(\.\w+)*(/[A-Za-z0-9_][\w-]*(\.\w+)*)*$")]
Points = Annotated[float, Field(gt=0, le=100)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Files(_Strict):
    """Which files are the candidate's, and which are given."""

    editable: tuple[RelativePath, ...] = Field(min_length=1)
    entry: RelativePath
    support: tuple[RelativePath, ...] = ()


class Limits(_Strict):
    """What a submission may use. `call_seconds` is CPU time; a call that sleeps ends after three
    times as long by the clock. `total_seconds` is by the clock, for the whole submission."""

    call_seconds: float = Field(2.0, gt=0, le=120)
    total_seconds: float = Field(12.0, gt=0, le=1800)
    cpu_seconds: int = Field(20, gt=0, le=1800)
    memory_mb: int = Field(1024, ge=256, le=16384)
    resident_mb: int = Field(700, ge=64, le=16384)
    max_boxes: int = Field(5, ge=1, le=20)
    log_kb: int = Field(64, ge=1, le=1024)


class CheckSpec(_Strict):
    """One check's place in the score; its code stands in the check files under the same id."""

    id: Slug
    points: Points
    title: str
    rubric: str
    public: bool = False
    after: tuple[Slug, ...] = ()
    """Checks that must pass first; else this one is not run."""
    fresh: bool = False
    """Run in a new box, without what earlier checks left in the candidate's module."""
    group: Slug | None = None
    """Checks of one group earn their points together or not at all."""


class Expectation(_Strict):
    """What a solution beside the lab must get on every seed: the author's gate."""

    solution: RelativePath
    score: tuple[float, float]
    fails: tuple[Slug, ...] = ()
    """The checks it must not pass in full."""
    because: str = ""
    """The mistake it stands for, in a line."""


class DataFile(_Strict):
    """Where a shipped data file comes from."""

    file: RelativePath
    source: str
    license: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class DebriefQuestion(_Strict):
    """A follow-up on the candidate's own result, answered in words."""

    id: Slug
    ask: str
    check: Slug | None = None
    """The check it probes; asked first when that check was not passed."""
    strong: tuple[str, ...] = Field(min_length=1)
    """Claims that a strong answer makes."""
    adequate: str
    weak: tuple[str, ...] = Field(min_length=1)
    """Misconceptions that a weak answer shows."""


class Lab(_Strict):
    """A lab: the manifest with its folder and its debrief. Facts and points come from here only."""

    schema_: Literal[1] = Field(alias="schema")
    id: Slug
    version: Version
    title: str
    kind: Kind
    topics: tuple[Topic, ...] = Field(min_length=1)
    step: Step
    difficulty: int = Field(ge=1, le=5)
    minutes: int = Field(ge=5, le=480)
    packages: tuple[Package, ...] = ("numpy",)
    preload: tuple[str, ...] = ("numpy",)
    license: str = "Apache-2.0"
    data: tuple[DataFile, ...] = ()
    hint_cost: float = Field(0.5, ge=0)
    files: Files
    limits: Limits = Limits()
    checks: tuple[CheckSpec, ...] = Field(min_length=1)
    expect: tuple[Expectation, ...] = Field(min_length=1)
    debrief: tuple[DebriefQuestion, ...] = ()
    folder: Path
    n_hints: int

    @property
    def max_points(self) -> float:
        """The points of all checks."""
        return sum(check.points for check in self.checks)

    @property
    def public_checks(self) -> tuple[CheckSpec, ...]:
        """The checks that `check` runs."""
        return tuple(check for check in self.checks if check.public)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        ids = [check.id for check in self.checks]
        _demand(len(set(ids)) == len(ids), f"check ids are not unique: {ids}")
        for n, check in enumerate(self.checks):
            later = [other for other in check.after if other not in ids[:n]]
            _demand(not later, f"the check {check.id!r} comes after {later}, not declared before it")
        for expected in self.expect:
            unknown = set(expected.fails) - set(ids)
            _demand(not unknown, f"{expected.solution!r} fails {sorted(unknown)}, not checks here")
        for question in self.debrief:
            _demand(question.check in (None, *ids), f"the debrief probes {question.check!r}")
        _demand(self.files.entry in self.files.editable, "`entry` must be one of `editable`")
        _demand("numpy" in self.packages, "`packages` must have numpy, which the box itself uses")
        return self


def _demand(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


def lab_schema() -> dict[str, object]:
    """The JSON Schema of ``lab.toml``, for editors: what `Lab` takes, less what its folder says."""
    made = Lab.model_json_schema()
    for name in ("folder", "n_hints", "debrief"):
        made["properties"].pop(name)
    made["required"] = [name for name in made["required"] if name in made["properties"]]
    made["$defs"].pop("DebriefQuestion")
    return {**made, "title": "lab.toml", "description": "A lab's manifest."}


def load_lab(folder: Path) -> Lab:
    """The lab in `folder`. Raises ContentError for a manifest or folder that doesn't fit."""
    folder = folder.resolve()
    manifest = folder / "lab.toml"
    fields = _read_toml(manifest)
    if (folder / "debrief.toml").is_file():
        fields["debrief"] = _read_toml(folder / "debrief.toml").get("question", [])
    hints = len(list((folder / "hints").glob("*.md")))
    try:
        lab = Lab.model_validate({**fields, "folder": folder, "n_hints": hints})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the manifest"
        raise ContentError(f"{manifest}:1: {where}: {first['msg']}") from error
    _check_folder(lab)
    return lab


def _read_toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ContentError(f"{path}:1: can't be read ({error.strerror}); a lab needs it") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContentError(f"{path}:1: not TOML: {error}") from error


def _check_folder(lab: Lab) -> None:
    wanted = ["README.md", "CHANGES", "tests/public.py", "hidden/checks.py"]
    wanted += [f"starter/{name}" for name in lab.files.editable]
    wanted += [f"support/{name}" for name in lab.files.support]
    wanted += [f"hints/{n + 1}.md" for n in range(lab.n_hints)]
    wanted += [expected.solution for expected in lab.expect]
    for name in wanted:
        if not (lab.folder / name).exists():
            raise ContentError(f"{lab.folder / name}:1: missing; lab.toml names or needs it")
    if lab.folder.name != lab.id:
        raise ContentError(
            f"{lab.folder / 'lab.toml'}:1: id is {lab.id!r} in a folder named {lab.folder.name!r};"
            " give both one name"
        )


def own_labs() -> Path:
    """The folder of the labs that come with Viva."""
    return Path(__file__).parents[1] / "content" / "labs"


def list_labs(
    *, topic: str | None = None, step: str | None = None, packs: tuple[Path, ...] = ()
) -> tuple[Lab, ...]:
    """The labs that come with Viva and those in `packs` (folders of labs), in order of id.

    `topic` and `step` keep only the labs that have them. Raises ContentError for a broken lab.
    """
    labs = [load_lab(folder) for folder in _folders(packs)]
    return tuple(
        lab
        for lab in sorted(labs, key=lambda lab: lab.id)
        if (topic is None or topic in lab.topics) and (step is None or step == lab.step)
    )


def find_lab(id: str, *, packs: tuple[Path, ...] = ()) -> Lab:
    """The lab `id`, a pack's before Viva's own. Raises UsageError where there is none."""
    folders = list(_folders(packs))
    for folder in folders:
        if folder.name == id:
            return load_lab(folder)
    known = ", ".join(sorted(folder.name for folder in folders))
    raise UsageError(f"there is no lab {id!r}; there are {known or 'none'}")


def _folders(packs: tuple[Path, ...]) -> Iterator[Path]:
    for root in (*packs, own_labs()):
        yield from sorted(path.parent for path in root.glob("*/lab.toml"))
