"""The graders there are: one table from versioned name to maker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from viva.exceptions import UsageError
from viva.grading._lexical import make_lexical_judge
from viva.grading._runner import make_grader
from viva.grading._scorecard import Grader


def _lexical() -> Grader:
    return make_grader("lexical.v1", make_lexical_judge())


def _encoder() -> Grader:
    # onnxruntime takes a third of a second to import, and only this grader needs it.
    from viva.grading._encoder import load_encoder

    judge = load_encoder()
    return make_grader(judge.name, judge)


GRADERS: dict[str, Callable[[], Grader]] = {
    "encoder.v1": _encoder,
    "lexical.v1": _lexical,
}
DEFAULT_GRADER = "encoder.v1"


@cache
def grader(name: str = DEFAULT_GRADER) -> Grader:
    """The grader called `name`, loaded once. Raises UsageError when there is none."""
    if name not in GRADERS:
        raise UsageError(f"no grader {name!r}; wanted: one of {', '.join(GRADERS)}")
    return GRADERS[name]()


@cache
def sentence_vectors() -> Callable[[Sequence[str]], NDArray[np.float32]]:
    """The trained grader's sentence network: texts → unit rows (texts, hidden), loaded once."""
    from viva.grading._encoder import WEIGHTS
    from viva.grading._encoder_net import EncoderNet

    return EncoderNet(WEIGHTS).vectors
