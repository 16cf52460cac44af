"""Public checks: what `viva lab check` runs."""

import numpy as np
from handbook import PASSAGES
from viva_kit import check, close

_TINY = ["The cat sat on the mat.", "A dog; a second dog!", "Cats and dogs.", ""]


@check("bm25")
def _(sub, rng):
    # By hand: "dog" stands in one of four texts, twice in five words, and texts have 3.5 words on average.
    idf = np.log(1 + 3.5 / 1.5)
    want = [0.0, idf * 2 * 2.5 / (2 + 1.5 * (0.25 + 0.75 * 5 / 3.5)), 0.0, 0.0]
    close(sub.bm25("Dog", _TINY), want, f"bm25('Dog', {_TINY})")
    close(sub.bm25("unicorn", _TINY), np.zeros(4), "bm25 of a word that no text has")
    query, texts = "paid leave after years of service", [p["text"] for p in PASSAGES]
    close(sub.bm25(query, texts), reference(query, texts, 1.5, 0.75), f"bm25 of {query!r} on the handbook")
    close(sub.bm25(query, texts, k1=1.2, b=0.0), reference(query, texts, 1.2, 0.0), "bm25 with k1=1.2, b=0")


def reference(query, texts, k1, b):
    docs = [split(text) for text in texts]
    mean = np.mean([len(doc) for doc in docs])
    total = np.zeros(len(docs))
    for word in split(query):
        have = sum(word in doc for doc in docs)
        idf = np.log(1 + (len(docs) - have + 0.5) / (have + 0.5))
        for i, doc in enumerate(docs):
            f = doc.count(word)
            total[i] += idf * f * (k1 + 1) / (f + k1 * (1 - b + b * len(doc) / mean))
    return total


def split(text):
    spaced = "".join(c if c.isalnum() or c == "_" else " " for c in text.lower())
    return spaced.split()
