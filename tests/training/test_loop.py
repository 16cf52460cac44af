"""The training loop: losses, masks and resuming."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from training._loop import Batch, Schedule, loss_of, predict, train
from training._model import PairModel, Shape, load, save
from training._pairs import ENTAIL, NOT_ENTAIL, Pair

SHAPE = Shape(n_vocab=12, n_positions=16, n_hidden=16, n_layers=1, n_heads=2, n_inner=32, dropout=0.0)
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "cats", "dogs", "purr", "bark", "do", "not"]


def _tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return tokenizer


PAIRS = [
    Pair("cats purr", "cats purr", ENTAIL, "made"),
    Pair("dogs bark", "dogs bark", ENTAIL, "made"),
    Pair("cats purr", "dogs bark", NOT_ENTAIL, "made"),
    Pair("dogs bark", "cats purr", NOT_ENTAIL, "made"),
]


def _batch(target: int) -> Batch:
    ids = torch.ones(1, 2, dtype=torch.long)
    return Batch(ids, torch.zeros_like(ids), torch.tensor([target]), torch.ones(1))


def test_not_entailed_costs_the_same_whichever_way_its_mass_lies() -> None:
    logits = torch.tensor([[0.0, 3.0, 1.0]]), torch.tensor([[0.0, 1.0, 3.0]])
    lost = [loss_of(row, _batch(NOT_ENTAIL), 0.0).item() for row in logits]
    assert lost[0] == pytest.approx(lost[1])
    p = torch.softmax(logits[0], -1)[0]
    assert lost[0] == pytest.approx(-math.log(float(p[1] + p[2])), abs=1e-5)


def test_padding_changes_nothing() -> None:
    torch.manual_seed(0)
    model = PairModel(SHAPE).eval()
    short = torch.tensor([[2, 4, 6, 3]])
    longer = torch.tensor([[2, 4, 6, 3, 0, 0]])
    with torch.inference_mode():
        a = model(short, torch.zeros_like(short))
        b = model(longer, torch.zeros_like(longer))
    assert torch.allclose(a, b, atol=1e-5)


def test_it_learns_which_pairs_hold(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = PairModel(SHAPE)
    schedule = Schedule(n_steps=250, rate=5e-3, n_batch=4, smoothing=0.0)
    train(model, PAIRS, _tokenizer(), schedule, checkpoint=tmp_path / "c", report=lambda _: None)
    got = predict(model, [(p.span, p.claim) for p in PAIRS], _tokenizer())[:, 0]
    assert got[:2].min() > 0.8
    assert got[2:].max() < 0.2


def test_a_killed_run_goes_on_where_it_was_kept(tmp_path: Path) -> None:
    told: list[str] = []
    kept = tmp_path / "c"
    often = Schedule(n_steps=6, n_batch=2, checkpoint_seconds=0.0)
    train(PairModel(SHAPE), PAIRS, _tokenizer(), often, checkpoint=kept, report=told.append)
    assert kept.exists()
    train(PairModel(SHAPE), PAIRS, _tokenizer(), often, checkpoint=kept, report=told.append)
    assert any(line.startswith("resumed at step 6") for line in told)


def test_word_vectors_keep_still(tmp_path: Path) -> None:
    model = PairModel(SHAPE)
    before = model.words.weight.clone()
    schedule = Schedule(n_steps=5, rate=1e-2, n_batch=2)
    train(model, PAIRS, _tokenizer(), schedule, checkpoint=tmp_path / "c", report=lambda _: None)
    assert torch.equal(model.words.weight, before)


def test_a_saved_model_reads_back_the_same(tmp_path: Path) -> None:
    model = PairModel(SHAPE)
    save(model, tmp_path / "m.pt")
    again = load(tmp_path / "m.pt")
    assert again.shape == model.shape
    for one, two in zip(model.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, two)
