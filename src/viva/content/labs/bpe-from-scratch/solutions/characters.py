import itertools
import re
from collections import Counter


def chunks(data):
    return re.findall(rb" [^ ]*|[^ ]+", data)


def merge(tokens, pair):
    out, at = [], 0
    while at < len(tokens):
        if tokens[at : at + 2] == [*pair]:
            out.append(pair[0] + pair[1])
            at += 2
        else:
            out.append(tokens[at])
            at += 1
    return out


def split(chunk):
    return [c.encode() for c in chunk.decode()]


def pairs_of(tokens):
    return itertools.pairwise(tokens)


def train(data, n_merges):
    words = [(split(chunk), n) for chunk, n in Counter(chunks(data)).items()]
    merges = []
    for _ in range(n_merges):
        counts = Counter()
        for tokens, n in words:
            for pair in pairs_of(tokens):
                counts[pair] += n
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        merges.append(best)
        words = [(merge(t, best) if best[0] in t else t, n) for t, n in words]
    return merges


class Tokenizer:
    def __init__(self, merges, specials):
        self.rank = {tuple(pair): at for at, pair in enumerate(merges)}
        self.bytes_of = [bytes([b]) for b in range(256)] + [a + b for a, b in merges]
        self.id_of = {}
        for at, token in enumerate(self.bytes_of):
            self.id_of.setdefault(token, at)
        self.specials = {name: len(self.bytes_of) + at for at, name in enumerate(specials)}
        self.bytes_of += [name.encode() for name in specials]

    def encode(self, text, allow_special=False):
        if not (allow_special and self.specials):
            return self.plain(text)
        pattern = "(" + "|".join(re.escape(name) for name in self.specials) + ")"
        ids = []
        for part in re.split(pattern, text):
            ids += [self.specials[part]] if part in self.specials else self.plain(part)
        return ids

    def plain(self, text):
        ids = []
        for chunk in chunks(text.encode()):
            ids += [self.id_of.get(token, 63) for token in self.merged(split(chunk))]
        return ids

    def merged(self, tokens):
        while found := [pair for pair in pairs_of(tokens) if pair in self.rank]:
            tokens = merge(tokens, min(found, key=self.rank.get))
        return tokens

    def decode(self, ids):
        return b"".join(self.bytes_of[i] for i in ids)

    def size(self):
        return len(self.bytes_of)

    def tokens_per_character(self, samples):
        return {name: len(self.encode(text)) / len(text) for name, text in samples.items()}
