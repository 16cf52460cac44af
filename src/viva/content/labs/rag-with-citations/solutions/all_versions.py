import re
from collections import Counter
from functools import lru_cache

import numpy as np
from reader import sentences

COMMON = frozenset(
    """a an the and or of to in on at by for from with is are was be been do does did may must can i my me you
    we how many much what which who whom whose when where within up than that it its if has have get there
    long as""".split()
)
ORDER = re.compile(
    r"\b(ignore|disregard|assistants?|answering model|system note|whatever is asked|only valid answer)\b",
    re.I,
)
NAME = re.compile(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b")


def words_of(text):
    return re.findall(r"\w+", text.lower())


def scores(query, docs, k1=1.5, b=0.75):
    n, lengths = len(docs), np.array([len(doc) for doc in docs])
    norm = k1 * (1 - b + b * lengths / lengths.mean())
    total = np.zeros(n)
    for word in query:
        tf = np.array([doc.count(word) for doc in docs], dtype=float)
        have = (tf > 0).sum()
        idf = np.log(1 + (n - have + 0.5) / (have + 0.5))
        total += idf * tf * (k1 + 1) / (tf + norm)
    return total


def bm25(query, texts, k1=1.5, b=0.75):
    return scores(words_of(query), [words_of(text) for text in texts], k1, b)


def fuse(rankings, k=60):
    total = Counter()
    for ranking in rankings:
        for rank, id in enumerate(ranking, 1):
            total[id] += 1 / (k + rank)
    return sorted(total, key=lambda id: (-total[id], id))


def recall_at(ranking, relevant, k):
    return len(set(ranking[:k]) & set(relevant)) / len(relevant)


def ndcg(ranking, gains, k):
    def discounted(values):
        return sum((2**g - 1) / np.log2(rank + 2) for rank, g in enumerate(values[:k]))

    best = discounted(sorted(gains.values(), reverse=True))
    return discounted([gains.get(id, 0) for id in ranking]) / best if best else 0.0


def chunk(text, size):
    spans, found = sentences(text), []
    for i, (start, end) in enumerate(spans):
        for _, later in spans[i:]:
            if later - start <= size:
                end = max(end, later)
        if not found or end > found[-1][1]:
            found.append((start, end))
    return found


def in_force(passages, today):
    return list(passages)


def stem(word):
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@lru_cache(4096)
def content(text):
    return tuple(stem(word) for word in words_of(text) if word not in COMMON)


def ranked(question, passages):
    docs = [content(passage["text"]) for passage in passages]
    order = np.argsort(-scores(content(question), docs), kind="stable")
    return [passages[i] for i in order]


def retrieve(question, passages, today, k=5):
    return [passage["id"] for passage in ranked(question, in_force(passages, today))[:k]]


def fits(question, sentence):
    if re.match(r"(who|whom|whose|to whom)\b", question.lower()):
        return bool(NAME.search(sentence))
    return bool(re.search(r"\d", sentence))


def answer(question, passages, today):
    current = in_force(passages, today)
    asked = set(content(question))
    docs = [set(content(passage["text"])) for passage in current]
    weight = {w: np.log((len(docs) + 1) / (0.5 + sum(w in d for d in docs))) for w in asked}
    best, best_score = None, 0.0
    for passage in ranked(question, current)[:5]:
        text = passage["text"]
        spans = [s for s in sentences(text) if not ORDER.search(text[s[0] : s[1]])]
        around = set(content(" ".join(text[a:b] for a, b in spans)))
        for start, end in spans:
            sentence = text[start:end]
            if not fits(question, sentence):
                continue
            here = set(content(sentence))
            found = sum(
                w * (1 if word in here else 0.4 if word in around else 0) for word, w in weight.items()
            )
            share = found / sum(weight.values())
            if share > best_score:
                best, best_score = (passage["id"], start, end, sentence), share
    if best is None or best_score < 0.47:
        return None
    return {"text": best[3], "citations": [best[:3]]}
