"""Changes to a text: those that keep its meaning, and those that break it."""

from __future__ import annotations

import random
import re

FILLERS = ("um", "uh", "like", "you know", "i mean", "basically", "so", "right", "kind of", "well")
OPENERS = (
    "so", "okay so", "um", "yeah so", "i think", "i'd say", "and then", "the other thing is that",
    "basically", "as far as i know", "what happens is", "the way i see it", "also", "and",
)  # fmt: skip
ASIDES = (
    "that's the main thing", "if i remember right", "which is a good question", "so yeah",
    "and that matters in practice", "we saw this at my last job", "i can give an example",
    "does that make sense", "let me think", "and there is more to it",
)  # fmt: skip

# What speech recognition makes of the field's words, and how people write them by hand.
SLIPS = {
    "overfitting": ("over fitting", "overfeeding"),
    "underfitting": ("under fitting",),
    "overfit": ("over fit",),
    "unsupervised": ("un supervised",),
    "hyperparameters": ("hyper parameters",),
    "hyperparameter": ("hyper parameter",),
    "backpropagation": ("back propagation", "back prop"),
    "dropout": ("drop out",),
    "dataset": ("data set",),
    "embedding": ("in bedding",),
    "embeddings": ("in beddings",),
    "softmax": ("soft max",),
    "regularisation": ("regular isation", "regularization"),
    "regularization": ("regularisation",),
    "generalise": ("general eyes", "generalize"),
    "generalize": ("generalise",),
    "transformer": ("trans former",),
    "convolution": ("con volution",),
    "pca": ("pea see a", "p c a"),
    "k-means": ("kay means", "k means"),
    "k-fold": ("kay fold", "k fold"),
    "roc": ("r o c", "rock"),
    "auc": ("a u c",),
    "rag": ("r a g", "rack"),
    "llm": ("l l m", "lm"),
    "llms": ("l l ms", "lms"),
    "cnn": ("c n n",),
    "rnn": ("r n n",),
    "gpu": ("g p u",),
    "sgd": ("s g d",),
    "rlhf": ("r l h f",),
    "l1": ("l one",),
    "l2": ("l two",),
    "f1": ("f one",),
    "recall": ("re call",),
    "fine-tuning": ("fine tuning", "finetuning"),
    "fine-tuned": ("fine tuned",),
    "few-shot": ("few shot",),
    "zero-shot": ("zero shot",),
    "chatgpt": ("chat gpt", "chat g p t"),
    "cross-validation": ("cross validation",),
    "labelled": ("labeled",),
    "labels": ("labours",),
    "bias": ("buyers",),
    "vector": ("vectors",),
    "query": ("queries",),
}

# Pairs whose exchange turns a statement round.
OPPOSITES = (
    ("more", "less"), ("higher", "lower"), ("high", "low"), ("increase", "decrease"),
    ("increases", "decreases"), ("increased", "decreased"), ("increasing", "decreasing"),
    ("large", "small"), ("larger", "smaller"), ("before", "after"), ("always", "never"),
    ("rises", "falls"), ("rise", "fall"), ("grows", "shrinks"), ("better", "worse"),
    ("best", "worst"), ("simple", "complex"), ("simpler", "more complex"), ("too simple", "too complex"),
    ("with", "without"), ("overfitting", "underfitting"), ("overfit", "underfit"),
    ("precision", "recall"), ("bias", "variance"), ("supervised", "unsupervised"),
    ("training", "test"), ("train", "test"), ("labelled", "unlabelled"), ("positives", "negatives"),
    ("positive", "negative"), ("false", "true"), ("faster", "slower"), ("cheap", "expensive"),
    ("cheaper", "dearer"), ("easy", "hard"), ("few", "many"), ("fewer", "more"), ("same", "different"),
    ("forward", "backward"), ("encoder", "decoder"), ("query", "key"), ("zero-shot", "few-shot"),
    ("reduces", "raises"), ("reduce", "raise"), ("lowers", "raises"), ("minimise", "maximise"),
    ("minimize", "maximize"), ("helps", "hurts"), ("improves", "worsens"), ("input", "output"),
    ("inputs", "outputs"), ("old", "new"), ("short", "long"), ("early", "late"), ("can", "can't"),
    ("is", "isn't"), ("are", "aren't"), ("does", "doesn't"), ("do", "don't"), ("will", "won't"),
    ("should", "shouldn't"), ("has", "lacks"), ("cannot", "can"), ("ignores", "considers"),
    ("keeps", "discards"), ("learns", "forgets"), ("against", "along"), ("outside", "inside"),
    ("up", "down"), ("narrow", "broad"), ("rare", "common"), ("known", "unknown"),
)  # fmt: skip
_OPPOSITE = dict(OPPOSITES) | {b: a for a, b in OPPOSITES}
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9'’-]*")


def spoken(text: str, rng: random.Random) -> str:
    """`text` as speech recognition would write it: no case or marks, fillers, slips."""
    words = [w for w in re.sub(r"[^\w\s'’%-]", " ", text.lower()).split() if w.strip("-'’")]
    out: list[str] = []
    for word in words:
        if rng.random() < 0.05:
            out.append(rng.choice(FILLERS))
        if word in ("a", "an", "the") and rng.random() < 0.12:
            continue
        out.append(_slipped(word, rng) if rng.random() < 0.5 else word)
    if rng.random() < 0.35:
        out.insert(0, rng.choice(OPENERS))
    if rng.random() < 0.15:
        out.append(rng.choice(ASIDES))
    return " ".join(out).replace("-", " ") if rng.random() < 0.5 else " ".join(out)


def _slipped(word: str, rng: random.Random) -> str:
    return rng.choice(SLIPS[word]) if word in SLIPS else word


def typed(text: str, rng: random.Random) -> str:
    """`text` as a hurried hand would write it: a slip of the keys, lost marks or articles."""
    words = text.split()
    kept = [w for w in words if w.lower() not in ("a", "an", "the") or rng.random() > 0.15]
    if rng.random() < 0.3 and len(kept) > 4:
        at = rng.randrange(len(kept))
        kept[at] = _mistyped(kept[at], rng)
    text = " ".join(kept)
    return text.rstrip(".") if rng.random() < 0.5 else text


def _mistyped(word: str, rng: random.Random) -> str:
    if len(word) < 5:
        return word
    at = rng.randrange(1, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def varied(text: str, rng: random.Random) -> str:
    """`text` as it stands, spoken or typed; the meaning stays."""
    draw = rng.random()
    if draw < 0.42:
        return spoken(text, rng)
    return typed(text, rng) if draw < 0.6 else text


def reversed_once(text: str, rng: random.Random) -> str | None:
    """`text` with one word turned into its opposite, or None when no word has one."""
    found = [m for m in _WORD.finditer(text) if m[0].lower() in _OPPOSITE]
    # A content word says more than an auxiliary; those come last.
    strong = [m for m in found if len(m[0]) > 4] or found
    if not strong:
        return None
    match = rng.choice(strong)
    return text[: match.start()] + _OPPOSITE[match[0].lower()] + text[match.end() :]


def swapped(text: str, terms: list[str], rng: random.Random) -> str | None:
    """`text` with two of `terms` exchanged, or None when it holds fewer than two."""
    held = [t for t in terms if re.search(rf"\b{re.escape(t)}\b", text, re.IGNORECASE)]
    if len(held) < 2:
        return None
    one, two = rng.sample(held, 2)
    if one.lower() in two.lower() or two.lower() in one.lower():
        return None
    text = re.sub(rf"\b{re.escape(one)}\b", "\0", text, flags=re.IGNORECASE)
    text = re.sub(rf"\b{re.escape(two)}\b", one, text, flags=re.IGNORECASE)
    return text.replace("\0", two)


def salad(text: str, rng: random.Random) -> str:
    """The words of `text` in a random order, the small ones mostly lost: says nothing."""
    words = [w for w in _WORD.findall(text.lower()) if len(w) > 3 or rng.random() < 0.2]
    rng.shuffle(words)
    return (", " if rng.random() < 0.5 else " ").join(words)


def joined(left: str, right: str, rng: random.Random) -> str:
    """Two statements in one breath."""
    seam = rng.choice((" and ", ", and ", ". ", " so ", ", ", " "))
    return left.rstrip(".") + seam + right
