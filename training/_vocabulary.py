"""Which words of the base's vocabulary ship: those that the training texts use, and common ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tokenizers import Tokenizer


def used_tokens(texts: Iterable[str], tokenizer: Tokenizer, *, at_least: int = 1) -> set[str]:
    """The tokens that stand at least `at_least` times in `texts`."""
    counts: Counter[str] = Counter()
    for encoded in tokenizer.encode_batch(sorted(set(texts))):
        counts.update(encoded.tokens)
    return {token for token, n in counts.items() if n >= at_least}
