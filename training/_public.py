"""Pairs from public data: entailment sets and graded short answers (licences in docs/grader.md)."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training._pairs import CONTRADICT, ENTAIL, NEUTRAL, NOT_ENTAIL, Pair, sampled

_NLI = {
    "entailment": ENTAIL,
    "neutral": NEUTRAL,
    "contradiction": CONTRADICT,
    "not_entailment": NOT_ENTAIL,
}
_THREE_WAY = {"correct": ENTAIL, "incorrect": NEUTRAL, "contradictory": CONTRADICT}

NLI_FILES = {
    # file → most pairs taken. Conjunctions are machine-made and help and med are two-way, so
    # they are thinned; the minimal edits of cadnli and the negations are taken whole.
    "cadnli_original_train": 1666,
    "cadnli_revised_combined_train": 6664,
    "negnli_mnli": 1500,
    "negnli_rte": 1500,
    "negnli_snli": 1500,
    "conjnli_train_adv15k": 3000,
    "med_all": 1500,
}


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a gzipped JSON-lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def nli(folder: Path, rng: random.Random) -> list[Pair]:
    """Entailment pairs from the files of `NLI_FILES`."""
    found: list[Pair] = []
    for name, most in NLI_FILES.items():
        pairs = [
            Pair(r["premise"], r["hypothesis"], _NLI[r["label"]], f"nli.{name.split('_')[0]}")
            for r in rows(folder / f"{name}.jsonl.gz")
        ]
        found += sampled(pairs, most, rng)
    return found


def graded_answers(folder: Path, rng: random.Random) -> list[Pair]:
    """SciEntsBank and Beetle train splits: (answer, reference) → three-way label.

    A right Beetle answer is paired with the reference that a person matched to it; a wrong one
    with up to two references, since it must match none of them.
    """
    found: list[Pair] = []
    for name in ("scientsbank", "beetle"):
        for row in rows(folder / f"{name}_train.jsonl.gz"):
            target = _THREE_WAY[row["label_3way"]]
            references = _references_for(row, target, rng)
            weight = 1.0 / len(references)
            found += [
                Pair(row["answer"], ref, target, f"asag.{name}", row["qid"], weight) for ref in references
            ]
    return found


def _references_for(row: dict[str, Any], target: int, rng: random.Random) -> list[str]:
    references = [str(r) for r in row.get("references") or [row["reference"]]]
    matched = row.get("answer_match")
    if target == ENTAIL:
        return [matched] if matched in references else references[:1]
    return rng.sample(references, min(2, len(references)))
