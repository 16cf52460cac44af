"""The language model of this lab, played by a few lines: it always answers, and obeys passages."""

import re

_SENTENCE = re.compile(r"[^.]+\.?")
_ORDER = re.compile(r"\b(ignore|disregard|assistants?|whatever is asked|answering model|system note)\b", re.I)


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, without outer space."""
    found = [(m.start(), m.end()) for m in _SENTENCE.finditer(text) if m[0].strip()]
    return [(start + len(text[start:end]) - len(text[start:end].lstrip()), end) for start, end in found]


def read(question: str, text: str) -> tuple[int, int, float]:
    """Start and end of the sentence that it takes for the answer, and how sure it is: from 0 to 1.

    Sure of itself it is, but not calibrated; and a sentence that gives orders is obeyed, not read.
    """
    asked = set(re.findall(r"\w+", question.lower()))

    def sure(span: tuple[int, int]) -> float:
        sentence = text[span[0] : span[1]]
        if _ORDER.search(sentence):
            return 1.0
        words = set(re.findall(r"\w+", sentence.lower()))
        return len(asked & words) / max(1, len(asked))

    start, end = max(sentences(text), key=sure)
    return start, end, sure((start, end)) ** 0.25
