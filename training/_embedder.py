"""The sentence encoder: the base's lower layers, taught that phrasings of one point belong together.

Loss = supervised contrast within a question (phrasings of a criterion or of a misconception attract,
everything else of the question repels; Khosla et al., Supervised Contrastive Learning, 2020)
+ PULL * (1 - cosine to the whole base's vector of the clean text), which keeps it general.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training._augment import varied
from training._bank_pairs import Material
from training._model import PairModel
from viva.bank import Exemplar, Key

PULL = 1.0
TEMPERATURE = 0.07


@dataclass(frozen=True)
class Group:
    """Texts that say the same; a group of one text only repels."""

    texts: tuple[str, ...]


def groups_of(key: Key, answers: Sequence[Exemplar] = ()) -> list[Group]:
    """The groups of a key: a criterion's phrasings, a misconception's, and each near miss alone.

    Clauses of `answers` join the one group that they are labelled with.
    """
    heard = _heard(answers)
    found = [Group((c.claim, *c.accepts, *heard.get(c.id, ()))) for c in key.criteria]
    found += [Group((*m.says, *heard.get(m.id, ()))) for m in key.misconceptions]
    found += [Group((text,)) for c in key.criteria for text in c.near_misses]
    return found


def _heard(answers: Sequence[Exemplar]) -> dict[str, list[str]]:
    heard: dict[str, list[str]] = {}
    for clause in (c for answer in answers for c in answer.clauses):
        if len(clause.meets) == 1 and not clause.states:
            heard.setdefault(clause.meets[0], []).append(clause.text)
        elif len(clause.states) == 1 and not clause.meets:
            heard.setdefault(clause.states[0], []).append(clause.text)
    return heard


def cut(model: PairModel, n_layers: int) -> PairModel:
    """`model` with its first `n_layers` layers only, sharing nothing."""
    shape = type(model.shape)(**{**vars(model.shape), "n_layers": n_layers})
    small = PairModel(shape)
    own = small.state_dict()
    small.load_state_dict({k: v for k, v in model.state_dict().items() if k in own})
    return small


def embed(model: PairModel, texts: Sequence[str], tokenizer: Tokenizer, n_batch: int = 32) -> Tensor:
    """Unit vectors (texts, hidden)."""
    encoded = tokenizer.encode_batch(list(texts))
    order = sorted(range(len(texts)), key=lambda i: len(encoded[i].ids))
    parts, places = [], []
    for at in range(0, len(order), n_batch):
        part = order[at : at + n_batch]
        ids = torch.zeros(len(part), max(len(encoded[i].ids) for i in part), dtype=torch.long)
        for row, i in enumerate(part):
            ids[row, : len(encoded[i].ids)] = torch.tensor(encoded[i].ids)
        vectors = model.encode(ids, torch.zeros_like(ids))
        parts.append(vectors / vectors.norm(dim=-1, keepdim=True))
        places += part
    return torch.cat(parts)[torch.tensor(places).argsort()]


def train_embedder(
    base: PairModel,
    material: Sequence[Material],
    tokenizer: Tokenizer,
    *,
    start: PairModel,
    seconds: float = math.inf,
    n_steps: int,
    rate: float = 5e-5,
    seed: int = 0,
    report: Callable[[str], None] = print,
) -> PairModel:
    """`start` after `n_steps` batches, or fewer when `seconds` are over; `base` is its teacher."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    bank = [groups_of(m.question, m.answers) for m in material]
    bank += [groups_of(variant) for m in material for variant in m.question.variants]
    texts = sorted({t for groups in bank for g in groups for t in g.texts})
    with torch.inference_mode():
        goal = dict(zip(texts, embed(base.eval(), texts, tokenizer), strict=True))
    report(f"{len(texts)} texts embedded by the base")
    model = start.train()
    for part in (model.words, model.positions):
        part.weight.requires_grad_(False)
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=rate, weight_decay=0.01)
    started, heard, mean = time.monotonic(), 0.0, 0.0
    for step in range(n_steps):
        spent = time.monotonic() - started
        done = max(step / n_steps, spent / seconds)
        if done >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, done / 0.06) * (1 - done)
        chosen, labels = _draw(bank, rng)
        vectors = embed(model, [varied(t, rng) for t in chosen], tokenizer, n_batch=len(chosen))
        pull = 1 - (vectors * torch.stack([goal[t] for t in chosen])).sum(-1).mean()
        loss = _contrast(vectors, torch.tensor(labels)) + PULL * pull
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        mean = loss.item() if not mean else 0.97 * mean + 0.03 * loss.item()
        if spent - heard > 20:
            heard = spent
            report(f"step {step}/{n_steps} {spent:.0f}s loss {mean:.4f} pull {pull.item():.3f}")
    return model.eval()


def _draw(bank: list[list[Group]], rng: random.Random) -> tuple[list[str], list[int]]:
    """About 60 texts of one big key, or of two small ones, with their groups."""
    chosen: list[str] = []
    labels: list[int] = []
    while len(chosen) < 40:
        groups = rng.choices(bank, weights=[len(b) ** 0.5 for b in bank])[0]
        many = [g for g in groups if len(g.texts) > 1]
        single = [g for g in groups if len(g.texts) == 1]
        for group in rng.sample(many, min(len(many), 13)):
            texts = rng.sample(group.texts, min(4 if len(many) < 13 else 3, len(group.texts)))
            labels += [len(set(labels))] * len(texts)
            chosen += texts
        for group in rng.sample(single, min(len(single), 10)):
            labels.append(len(set(labels)))
            chosen += group.texts
    return chosen, labels


def _contrast(vectors: Tensor, labels: Tensor) -> Tensor:
    likeness = vectors @ vectors.T / TEMPERATURE
    self_mask = torch.eye(len(labels), dtype=torch.bool)
    likeness = likeness.masked_fill(self_mask, -1e4)
    same = labels[:, None].eq(labels[None]) & ~self_mask
    logs = likeness.log_softmax(-1)
    n = same.sum(-1)
    each = -(logs * same).sum(-1) / n.clamp(min=1)
    return each[n > 0].mean()
