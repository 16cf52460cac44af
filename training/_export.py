"""From torch to the shipped files: a shared int8 word table and two int8 ONNX networks."""

from __future__ import annotations

import copy
import json
import warnings
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training._model import PairModel

COMMON_WORDS = 18_000
POSITIONS = 128
"""Longest input of the shipped networks; the rest of the base's 512 positions stays behind."""


class _PairNet(nn.Module):
    """What ships of a pair model: word vectors in, probabilities out."""

    def __init__(self, model: PairModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, words: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        weight = mask[..., None]
        hidden = (_layers(self.model, words, types, mask) * weight).sum(1) / weight.sum(1)
        out: Tensor = self.model.head(torch.tanh(self.model.pool(hidden))).softmax(-1)
        return out


class _SentenceNet(nn.Module):
    """What ships of the sentence encoder: word vectors in, its last layer out."""

    def __init__(self, model: PairModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, words: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        return _layers(self.model, words, types, mask)


def _layers(model: PairModel, words: Tensor, types: Tensor, mask: Tensor) -> Tensor:
    at = torch.arange(words.shape[1])
    x: Tensor = model.norm(words + model.positions(at) + model.types(types))
    hidden = (1.0 - mask[:, None, None, :]) * -1e4
    for layer in model.layers:
        x = layer(x, hidden)
    return x


def export(pair: PairModel, sentence: PairModel, tokenizer: Path, folder: Path, *, kept: set[str]) -> None:
    """Write the networks of `pair` and `sentence`, which share their word vectors, into `folder`.

    Of the vocabulary only special tokens, common ones and those in `kept` ship; a word that is left
    out is read in pieces. Raises ValueError when the two models' word vectors differ.
    """
    if not torch.equal(pair.words.weight, sentence.words.weight):
        raise ValueError("the two models have different word vectors; both must keep them frozen")
    folder.mkdir(parents=True, exist_ok=True)
    ids = _prune(tokenizer, folder / "tokenizer.json", kept)
    _write_words(pair.words.weight.detach().numpy()[ids], folder)
    _write_net(_PairNet(_shortened(pair)), folder / "pair.onnx")
    _write_net(_SentenceNet(_shortened(sentence)), folder / "sentence.onnx")


def _shortened(model: PairModel) -> PairModel:
    short = copy.deepcopy(model).eval()
    short.positions = nn.Embedding(POSITIONS, model.shape.n_hidden)
    short.positions.weight.data = model.positions.weight[:POSITIONS].detach().clone()
    return short


def _prune(tokenizer: Path, out: Path, kept: set[str]) -> list[int]:
    """Write the tokenizer with fewer words and return the old ids in the new order."""
    spec = json.loads(tokenizer.read_text(encoding="utf-8"))
    vocabulary: dict[str, int] = spec["model"]["vocab"]
    special = {t["content"] for t in spec["added_tokens"]}
    stays = [w for w, i in vocabulary.items() if w in special or w in kept or _is_common(w, i)]
    stays.sort(key=lambda w: vocabulary[w])
    new = {word: i for i, word in enumerate(stays)}
    spec["model"]["vocab"] = new
    spec["padding"] = spec["truncation"] = None
    for token in spec["added_tokens"]:
        token["id"] = new[token["content"]]
    _renumber(spec.get("post_processor"), new)
    out.write_text(json.dumps(spec, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    return [vocabulary[word] for word in stays]


def _is_common(word: str, place: int) -> bool:
    """Pieces of words stay, and the whole words that stand early: the list goes by frequency."""
    plain = word.isascii() and not word.startswith("[unused")
    return plain and (word.startswith("##") or place < COMMON_WORDS)


def _renumber(processor: dict[str, object] | None, new: dict[str, int]) -> None:
    special = (processor or {}).get("special_tokens")
    if isinstance(special, dict):
        for token in special.values():
            token["ids"] = [new[name] for name in token["tokens"]]


def _write_words(words: NDArray[np.float32], folder: Path) -> None:
    scales = np.abs(words).max(1) / 127
    scales[scales == 0] = 1.0
    np.save(folder / "words.npy", np.round(words / scales[:, None]).astype(np.int8))
    np.save(folder / "scales.npy", scales.astype(np.float32))


def _write_net(net: _PairNet | _SentenceNet, path: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    whole = path.with_suffix(".fp32.onnx")
    example = torch.randn(2, 9, 384), torch.zeros(2, 9, dtype=torch.long), torch.ones(2, 9)
    axes = {0: "rows", 1: "words"}
    axes_out = axes if isinstance(net, _SentenceNet) else {0: "rows"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            net, example, str(whole), opset_version=17, dynamo=False,
            input_names=["words", "types", "mask"], output_names=["out"],
            dynamic_axes={"words": axes, "types": axes, "mask": axes, "out": axes_out},
        )  # fmt: skip
    quant_pre_process(str(whole), str(whole), skip_symbolic_shape=True)
    # Seven-bit weights: AVX2 without VNNI adds pairs of products in 16 bits and would saturate.
    quantize_dynamic(
        str(whole), str(path), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True,
        op_types_to_quantize=["MatMul", "Gemm"],
    )  # fmt: skip
    whole.unlink()
