"""The shipped networks: token ids in, vectors or probabilities out, by onnxruntime alone.

Both networks share one table of word vectors, kept as int8 rows with a scale each, so a word costs
one row whichever network reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from viva.exceptions import UsageError

Floats = NDArray[np.float32]
FILES = ("pair.onnx", "sentence.onnx", "words.npy", "scales.npy", "tokenizer.json")
MAX_TOKENS = 72
"""Longest pair or text; the longer part of a pair is cut first."""
ROWS_A_RUN = 16


class EncoderNet:
    """The pair network and the sentence network, loaded from a folder."""

    def __init__(self, folder: Path, *, n_threads: int = 2) -> None:
        missing = [name for name in FILES if not (folder / name).is_file()]
        if missing:
            raise UsageError(
                f"{folder} lacks {', '.join(missing)}; wanted: the grader's weights; reinstall "
                "vivavoce or build them with `python -m training.run --config full`"
            )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS, strategy="longest_first")
        self._tokenizer.no_padding()
        self._words: NDArray[np.int8] = np.load(folder / "words.npy")
        self._scales: Floats = np.load(folder / "scales.npy")
        self._pair = _session(folder / "pair.onnx", n_threads)
        self._sentence = _session(folder / "sentence.onnx", n_threads)

    def entailment(self, pairs: Sequence[tuple[str, str]]) -> Floats:
        """Probabilities (pairs, 3): does the first text of a pair entail the second, leave it
        open, or contradict it?"""
        return self._run(self._pair, self._tokenizer.encode_batch(list(pairs)), width=3)

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Unit vectors (texts, hidden); a dot product is their likeness in meaning."""
        encoded = self._tokenizer.encode_batch(list(texts))
        return self._run(self._sentence, encoded, width=self._words.shape[1])

    def _run(
        self, session: onnxruntime.InferenceSession, encoded: Sequence[object], *, width: int
    ) -> Floats:
        out = np.zeros((len(encoded), width), np.float32)
        ids = [np.asarray(e.ids) for e in encoded]  # type: ignore[attr-defined]
        types = [np.asarray(e.type_ids) for e in encoded]  # type: ignore[attr-defined]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        for at in range(0, len(order), ROWS_A_RUN):
            rows = order[at : at + ROWS_A_RUN]
            out[rows] = session.run(None, self._inputs([ids[i] for i in rows],
                                                       [types[i] for i in rows]))[0]  # fmt: skip
        return out

    def _inputs(
        self, ids: list[NDArray[np.int64]], types: list[NDArray[np.int64]]
    ) -> dict[str, NDArray[np.generic]]:
        shape = len(ids), max(len(row) for row in ids)
        padded, kinds = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        mask = np.zeros(shape, np.float32)
        for i, (row, kind) in enumerate(zip(ids, types, strict=True)):
            padded[i, : len(row)], kinds[i, : len(row)], mask[i, : len(row)] = row, kind, 1.0
        words = self._words[padded].astype(np.float32) * self._scales[padded][..., None]
        return {"words": words, "types": kinds, "mask": mask}


def _session(path: Path, n_threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = n_threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    # Spinning threads would eat the cores that the rest of the program needs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
