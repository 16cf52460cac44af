"""Training: length-bucketed batches, warm-up and decay, checkpoints that a killed run resumes from."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor
from torch.nn import functional

from training._model import PairModel
from training._pairs import NOT_ENTAIL, Pair

Report = Callable[[str], None]


@dataclass(frozen=True)
class Schedule:
    """How long and how fast a stage learns."""

    n_steps: int
    """Batches in all; pairs are gone through again when they run out."""
    seconds: float = math.inf
    """Stop here even when steps are left; the rate has then decayed to zero."""
    rate: float = 6e-5
    warm_up: float = 0.06
    n_batch: int = 32
    seed: int = 0
    checkpoint_seconds: float = 180.0
    frozen_layers: int = 0
    smoothing: float = 0.03


@dataclass(frozen=True)
class Batch:
    """Token ids and types (pairs, words), targets and weights (pairs)."""

    ids: Tensor
    types: Tensor
    targets: Tensor
    weights: Tensor


def pair_tokenizer(path: Path, *, n_tokens: int) -> Tokenizer:
    """The tokenizer of `path`, cutting the longer text of a pair first."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(n_tokens, strategy="longest_first")
    tokenizer.no_padding()
    return tokenizer


def batches(pairs: Sequence[Pair], tokenizer: Tokenizer, schedule: Schedule, epoch: int) -> Iterator[Batch]:
    """One epoch in a seeded order: pairs of like length share a batch, batches come shuffled."""
    rng = random.Random(f"{schedule.seed}/{epoch}")
    order = list(range(len(pairs)))
    rng.shuffle(order)
    pool = schedule.n_batch * 40
    groups: list[list[int]] = []
    encoded: dict[int, Encoding] = {}
    for at in range(0, len(order), pool):
        part = order[at : at + pool]
        texts = [(pairs[i].span, pairs[i].claim) for i in part]
        encoded |= dict(zip(part, tokenizer.encode_batch(texts), strict=True))
        part.sort(key=lambda i: len(encoded[i].ids))
        cut = [part[j : j + schedule.n_batch] for j in range(0, len(part), schedule.n_batch)]
        rng.shuffle(cut)
        groups += cut
    for group in groups:
        yield _batch([pairs[i] for i in group], [encoded[i] for i in group])


def _batch(pairs: list[Pair], encoded: list[Encoding]) -> Batch:
    longest = max(len(e.ids) for e in encoded)
    ids = torch.zeros(len(pairs), longest, dtype=torch.long)
    types = torch.zeros_like(ids)
    for row, e in enumerate(encoded):
        ids[row, : len(e.ids)] = torch.tensor(e.ids)
        types[row, : len(e.ids)] = torch.tensor(e.type_ids)
    targets = torch.tensor([p.target for p in pairs])
    return Batch(ids, types, targets, torch.tensor([p.weight for p in pairs]))


def loss_of(logits: Tensor, batch: Batch, smoothing: float) -> Tensor:
    """Cross-entropy, smoothed; "not entailed" takes the joint mass of neutral and contradict."""
    logs = logits.float().log_softmax(-1)
    joint = torch.logsumexp(logs[:, 1:], -1)
    known = batch.targets.clamp(max=2)
    picked = logs.gather(1, known[:, None]).squeeze(1)
    picked = torch.where(batch.targets.eq(NOT_ENTAIL), joint, picked)
    lost = -(1 - smoothing) * picked - smoothing * logs.mean(-1)
    return (lost * batch.weights).sum() / batch.weights.sum()


def train(
    model: PairModel,
    pairs: Sequence[Pair],
    tokenizer: Tokenizer,
    schedule: Schedule,
    *,
    checkpoint: Path,
    report: Report = print,
) -> PairModel:
    """Train `model` in place and return it; a checkpoint at `checkpoint` is resumed from."""
    torch.manual_seed(schedule.seed)
    frozen = _freeze(model, schedule.frozen_layers)
    optimiser = torch.optim.AdamW(_groups(model), lr=schedule.rate, betas=(0.9, 0.98), eps=1e-6)
    n_steps = schedule.n_steps
    run = _Run(step=0, seconds=0.0)
    if checkpoint.exists():
        run = _resume(checkpoint, model, optimiser)
        report(f"resumed at step {run.step} of {n_steps}")
    model.train()
    started, spent, heard, kept = time.monotonic(), run.seconds, run.seconds, run.seconds
    mean, step = 0.0, run.step
    for step, batch in _steps(pairs, tokenizer, schedule, n_steps, skip=run.step):
        spent = run.seconds + time.monotonic() - started
        done = max(step / n_steps, spent / schedule.seconds)
        if done >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = schedule.rate * group["scale"] * _factor(done, schedule.warm_up)
        loss = loss_of(model(batch.ids, batch.types), batch, schedule.smoothing)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_((p for p in model.parameters() if p.grad is not None), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        mean = loss.item() if not mean else 0.98 * mean + 0.02 * loss.item()
        if spent - heard >= 15:
            heard = spent
            rate = (step - run.step) * schedule.n_batch / (spent - run.seconds)
            report(f"step {step}/{n_steps} {spent:.0f}s loss {mean:.4f} {rate:.1f} pairs/s")
        if spent - kept >= schedule.checkpoint_seconds:
            kept = spent
            _keep(checkpoint, model, optimiser, _Run(step + 1, spent))
    for parameter in frozen:
        parameter.requires_grad_(True)
    model.eval()
    report(f"trained {step} of {n_steps} steps in {spent:.0f}s, loss {mean:.4f}")
    return model


@dataclass(frozen=True)
class _Run:
    step: int
    seconds: float


def _steps(
    pairs: Sequence[Pair], tokenizer: Tokenizer, schedule: Schedule, n_steps: int, *, skip: int
) -> Iterator[tuple[int, Batch]]:
    step, epoch = 0, 0
    while step < n_steps:
        for batch in batches(pairs, tokenizer, schedule, epoch):
            if step >= skip:
                yield step, batch
            step += 1
            if step >= n_steps:
                return
        epoch += 1


def _factor(done: float, warm_up: float) -> float:
    return done / warm_up if done < warm_up else max(0.0, (1 - done) / (1 - warm_up))


def _groups(model: PairModel) -> list[dict[str, object]]:
    fresh = [p for n, p in model.named_parameters() if n.startswith(("head.", "pool."))]
    plain = [
        (n, p)
        for n, p in model.named_parameters()
        if p.requires_grad and not n.startswith(("head.", "pool."))
    ]
    decayed = [p for _, p in plain if p.ndim > 1]
    rest = [p for _, p in plain if p.ndim == 1]
    return [
        {"params": decayed, "weight_decay": 0.01, "scale": 1.0},
        {"params": rest, "weight_decay": 0.0, "scale": 1.0},
        {"params": fresh, "weight_decay": 0.0, "scale": 3.0},
    ]


def _freeze(model: PairModel, n_layers: int) -> list[torch.nn.Parameter]:
    """Word vectors keep still: they are half the weights, and unseen words must stay in place."""
    parts = [model.words, model.positions, *list(model.layers)[:n_layers]]
    frozen = [p for part in parts for p in part.parameters()]
    for parameter in frozen:
        parameter.requires_grad_(False)
    return frozen


def _keep(path: Path, model: PairModel, optimiser: torch.optim.Optimizer, run: _Run) -> None:
    state = {"model": model.state_dict(), "optimiser": optimiser.state_dict()}
    partial = path.with_suffix(".partial")
    torch.save({**state, "step": run.step, "seconds": run.seconds}, partial)
    partial.replace(path)


def _resume(path: Path, model: PairModel, optimiser: torch.optim.Optimizer) -> _Run:
    kept = torch.load(path, weights_only=True)
    model.load_state_dict(kept["model"])
    optimiser.load_state_dict(kept["optimiser"])
    return _Run(int(kept["step"]), float(kept["seconds"]))


@torch.inference_mode()
def predict(
    model: PairModel, texts: Sequence[tuple[str, str]], tokenizer: Tokenizer, n_batch: int = 64
) -> Tensor:
    """Probabilities (pairs, 3) of entail, neutral, contradict for (span, claim) texts."""
    model.eval()
    encoded = tokenizer.encode_batch(list(texts))
    order = sorted(range(len(texts)), key=lambda i: len(encoded[i].ids))
    out = torch.zeros(len(texts), 3)
    for at in range(0, len(order), n_batch):
        part = order[at : at + n_batch]
        blank = [Pair("", "", 0, "")] * len(part)
        batch = _batch(blank, [encoded[i] for i in part])
        out[part] = functional.softmax(model(batch.ids, batch.types).float(), -1)
    return out
