"""The pair model in torch: MiniLM-L6 with a three-way head over a (span, claim) pair."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from viva.exceptions import UsageError

LABELS = ("entail", "neutral", "contradict")


@dataclass(frozen=True)
class Shape:
    """The sizes of the encoder; the defaults are MiniLM-L6's."""

    n_vocab: int = 30522
    n_positions: int = 512
    n_types: int = 2
    n_hidden: int = 384
    n_layers: int = 6
    n_heads: int = 12
    n_inner: int = 1536
    dropout: float = 0.1


class Layer(nn.Module):
    """One transformer block, normalised after each step as BERT does."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        h = shape.n_hidden
        self.n_heads = shape.n_heads
        self.qkv = nn.Linear(h, 3 * h)
        self.out = nn.Linear(h, h)
        self.norm1 = nn.LayerNorm(h, eps=1e-12)
        self.up = nn.Linear(h, shape.n_inner)
        self.down = nn.Linear(shape.n_inner, h)
        self.norm2 = nn.LayerNorm(h, eps=1e-12)
        self.drop = nn.Dropout(shape.dropout)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """`x` (batch, words, hidden) and an additive `mask` (batch, 1, 1, words) → as `x`."""
        batch, n, h = x.shape
        parts = self.qkv(x).view(batch, n, 3, self.n_heads, h // self.n_heads)
        q, k, v = (part.transpose(1, 2) for part in parts.unbind(2))
        scores = q @ k.transpose(-1, -2) / math.sqrt(h // self.n_heads)
        if mask is not None:
            scores = scores + mask
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, n, h)
        x = self.norm1(x + self.drop(self.out(mixed)))
        out: Tensor = self.norm2(x + self.drop(self.down(functional.gelu(self.up(x)))))
        return out


class PairModel(nn.Module):
    """Token ids of a pair → logits of `LABELS`; of a single text → its unit vector."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        h = shape.n_hidden
        self.shape = shape
        self.words = nn.Embedding(shape.n_vocab, h)
        self.positions = nn.Embedding(shape.n_positions, h)
        self.types = nn.Embedding(shape.n_types, h)
        self.norm = nn.LayerNorm(h, eps=1e-12)
        self.drop = nn.Dropout(shape.dropout)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.n_layers))
        self.pool = nn.Linear(h, h)
        self.head = nn.Linear(h, len(LABELS))

    def encode(self, ids: Tensor, types: Tensor) -> Tensor:
        """`ids` and `types` (batch, words), 0 = padding → mean of the last layer (batch, hidden)."""
        real = ids.ne(0)
        at = torch.arange(ids.shape[1])
        x = self.words(ids) + self.positions(at) + self.types(types)
        x = self.drop(self.norm(x))
        mask = (1.0 - real[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers:
            x = layer(x, mask)
        weight = real[..., None].to(x.dtype)
        mean: Tensor = (x * weight).sum(1) / weight.sum(1).clamp(min=1.0)
        return mean

    def forward(self, ids: Tensor, types: Tensor) -> Tensor:
        """Logits (batch, 3) of entail, neutral, contradict."""
        logits: Tensor = self.head(self.drop(torch.tanh(self.pool(self.encode(ids, types)))))
        return logits


def load_base(weights: Path) -> PairModel:
    """The base encoder from a BERT-named safetensors file, with a fresh head.

    Raises UsageError when the file lacks a tensor of MiniLM-L6.
    """
    from safetensors.torch import load_file

    found = load_file(str(weights))
    model = PairModel(Shape())
    own = model.state_dict()
    try:
        renamed = dict(_renamed({k.removeprefix("bert."): v for k, v in found.items()}))
    except KeyError as error:
        raise UsageError(f"{weights}: no tensor {error}; wanted the weights of all-MiniLM-L6-v2") from error
    fresh = {k: v for k, v in own.items() if k.startswith(("pool.", "head."))}
    nn.init.eye_(fresh["pool.weight"])
    nn.init.zeros_(fresh["pool.bias"])
    model.load_state_dict(renamed | fresh)
    return model


def _renamed(found: dict[str, Tensor]) -> list[tuple[str, Tensor]]:
    base = "embeddings."
    pairs = [
        ("words.weight", found[f"{base}word_embeddings.weight"]),
        ("positions.weight", found[f"{base}position_embeddings.weight"]),
        ("types.weight", found[f"{base}token_type_embeddings.weight"]),
        ("norm.weight", found[f"{base}LayerNorm.weight"]),
        ("norm.bias", found[f"{base}LayerNorm.bias"]),
    ]
    for i in range(Shape().n_layers):
        there, here = f"encoder.layer.{i}", f"layers.{i}"
        for kind in ("weight", "bias"):
            qkv = [found[f"{there}.attention.self.{n}.{kind}"] for n in ("query", "key", "value")]
            pairs += [
                (f"{here}.qkv.{kind}", torch.cat(qkv)),
                (f"{here}.out.{kind}", found[f"{there}.attention.output.dense.{kind}"]),
                (f"{here}.norm1.{kind}", found[f"{there}.attention.output.LayerNorm.{kind}"]),
                (f"{here}.up.{kind}", found[f"{there}.intermediate.dense.{kind}"]),
                (f"{here}.down.{kind}", found[f"{there}.output.dense.{kind}"]),
                (f"{here}.norm2.{kind}", found[f"{there}.output.LayerNorm.{kind}"]),
            ]
    return pairs


def save(model: PairModel, path: Path) -> None:
    """Write weights and shape; `load` reads them back."""
    partial = path.with_suffix(".partial")
    torch.save({"shape": json.dumps(vars(model.shape)), "state": model.state_dict()}, partial)
    partial.replace(path)


def load(path: Path) -> PairModel:
    """The model that `save` wrote."""
    kept = torch.load(path, weights_only=True)
    model = PairModel(Shape(**json.loads(kept["shape"])))
    model.load_state_dict(kept["state"])
    return model
