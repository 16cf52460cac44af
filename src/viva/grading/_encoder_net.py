"""The shipped networks: token ids in, vectors or probabilities out, by onnxruntime alone.

Both networks share one table of word vectors, kept as int8 rows with a scale each, so a word costs
one row whichever network reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from viva.exceptions import UsageError

Floats = NDArray[np.float32]
Spans = list[tuple[int, int]]
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
        encoded = self._tokenizer.encode_batch(list(pairs))
        out = np.zeros((len(pairs), 3), np.float32)
        for rows in _by_length(encoded):
            out[rows] = self._pair.run(None, self._inputs([encoded[i] for i in rows]))[0]
        return out

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Unit vectors (texts, hidden); a dot product is their likeness in meaning."""
        encoded = self._tokenizer.encode_batch(list(texts))
        out = np.zeros((len(texts), self.n_hidden), np.float32)
        for rows, states, mask in self._states(encoded):
            out[rows] = (states * mask[..., None]).sum(1)
        return unit(out)

    def words_of(self, texts: Sequence[str]) -> list[Words]:
        """The word pieces of each text, read in the context of that text."""
        encoded = self._tokenizer.encode_batch(list(texts))
        found: dict[int, Words] = {}
        for rows, states, _ in self._states(encoded):
            for i, row in enumerate(rows):
                inner = [k for k, (a, b) in enumerate(encoded[row].offsets) if b > a]
                offsets = np.array([encoded[row].offsets[k] for k in inner], np.int64)
                ids = np.array([encoded[row].ids[k] for k in inner], np.int64)
                found[row] = Words(ids, offsets.reshape(-1, 2), states[i, inner])
        return [found[row] for row in range(len(texts))]

    def word_piece(self, token: int) -> str:
        """The written form of a token id."""
        return str(self._tokenizer.id_to_token(token))

    @property
    def n_hidden(self) -> int:
        """The length of a vector."""
        return int(self._words.shape[1])

    def _states(self, encoded: list[Encoding]) -> Iterator[tuple[list[int], Floats, Floats]]:
        """Rows, their last layer (rows, words, hidden) and mask (rows, words), a batch at a time."""
        for rows in _by_length(encoded):
            inputs = self._inputs([encoded[i] for i in rows])
            yield rows, self._sentence.run(None, inputs)[0], inputs["mask"]

    def _inputs(self, encoded: list[Encoding]) -> dict[str, NDArray[Any]]:
        shape = len(encoded), max(len(e.ids) for e in encoded)
        ids, types = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        mask = np.zeros(shape, np.float32)
        for i, e in enumerate(encoded):
            n = len(e.ids)
            ids[i, :n], types[i, :n], mask[i, :n] = e.ids, e.type_ids, 1.0
        words = self._words[ids].astype(np.float32) * self._scales[ids][..., None]
        return {"words": words, "types": types, "mask": mask}


@dataclass(frozen=True)
class Words:
    """The word pieces of a text: ids, offsets (start, end) in characters, states (words, hidden)."""

    ids: NDArray[np.int64]
    offsets: NDArray[np.int64]
    states: Floats


def _by_length(encoded: list[Encoding]) -> Iterator[list[int]]:
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i].ids))
    for at in range(0, len(order), ROWS_A_RUN):
        yield order[at : at + ROWS_A_RUN]


def unit(vectors: Floats) -> Floats:
    """Rows of length one."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Floats = (vectors / np.maximum(norms, 1e-9)).astype(np.float32)
    return scaled


def _session(path: Path, n_threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = n_threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    # Spinning threads would eat the cores that the rest of the program needs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
