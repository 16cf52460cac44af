"""The reference, and texts to try it on: seen by the checker alone."""

import itertools
from collections import Counter

_POOLS = {
    "English": "the of model token learns a to text merges bytes and in language pair is count it "
    "rank frequent every other space word rare common longer shorter again",
    "Greek": "και το της λέξη γλώσσα μοντέλο κείμενο ζεύγος συχνό μικρό μεγάλο",
    "Russian": "слово язык модель текст пара часто редко байт и в на",
    "code": "def return if x == y: for in range(10): self.size() + 1 [0] {} != None",
    "numbers": "3 14 159 2653 58979 1024 4096 2026 365 1000000",
    "emoji": "🙂 👍 🎉 🤖 ✨ 🚀",
}
_WORDS = {kind: pool.split() for kind, pool in _POOLS.items()}
_WEIGHTS = {"English": 12, "Greek": 2, "Russian": 2, "code": 3, "numbers": 2, "emoji": 1}


def text(rng, n, kind=None):
    """About `n` words of one kind, or of all, the first of each kind the commonest."""
    names = list(_WEIGHTS)
    p = [_WEIGHTS[name] / sum(_WEIGHTS.values()) for name in names]
    kinds = [kind] * n if kind else rng.choice(names, size=n, p=p)
    words = []
    for name in kinds:
        pool = _WORDS[name]
        words.append(pool[min(int(rng.exponential(len(pool) / 4)), len(pool) - 1)])
    seps = rng.choice([" ", " ", " ", " ", ", ", ".\n", "  "], size=n)
    return "".join(w + s for w, s in zip(words, seps, strict=True))


def chunks(data):
    first, *rest = data.split(b" ")
    return [c for c in [first, *(b" " + part for part in rest)] if c]


def merge(tokens, pair):
    out, at = [], 0
    while at < len(tokens):
        if at + 1 < len(tokens) and (tokens[at], tokens[at + 1]) == pair:
            out.append(pair[0] + pair[1])
            at += 2
        else:
            out.append(tokens[at])
            at += 1
    return out


def train(data, n_merges):
    words = [([bytes([b]) for b in chunk], n) for chunk, n in Counter(chunks(data)).items()]
    merges = []
    for _ in range(n_merges):
        counts = Counter()
        for tokens, n in words:
            for pair in itertools.pairwise(tokens):
                counts[pair] += n
        if not counts:
            break
        top = max(counts.values())
        best = min(pair for pair, n in counts.items() if n == top)
        merges.append(best)
        joined = best[0] + best[1]
        words = [(merge(t, best) if joined in b"".join(t) else t, n) for t, n in words]
    return merges


def encode(data, merges):
    rank = {pair: at for at, pair in enumerate(merges)}
    ids = {bytes([b]): b for b in range(256)}
    ids |= {left + right: 256 + at for at, (left, right) in reversed(list(enumerate(merges)))}
    found = []
    for chunk in chunks(data):
        tokens = [bytes([b]) for b in chunk]
        while pairs := [p for p in itertools.pairwise(tokens) if p in rank]:
            tokens = merge(tokens, min(pairs, key=rank.__getitem__))
        found += [ids[token] for token in tokens]
    return found
