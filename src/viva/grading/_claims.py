"""A key made on the spot: a reference answer cut into claims, for a question that isn't in the bank."""

from __future__ import annotations

from viva.bank import Criterion, CriterionLevel, Key
from viva.grading._text import Window, content_stems, sentences

MIN_CONTENT_WORDS = 2
MAX_CLAIMS = 24


def key_from_reference(reference: str) -> Key:
    """A key whose criteria are the statements of `reference`, each of the core level.

    A statement is a sentence; one without two words of content joins its neighbour. Raises ValueError
    when the reference states nothing.
    """
    claims = _statements(reference)
    if not claims:
        raise ValueError("the reference states nothing; wanted: at least one sentence with content")
    return Key(
        criteria=tuple(
            Criterion(
                id=f"claim-{i}",
                level=CriterionLevel.CORE,
                claim=claim,
                accepts=(claim,),
                probe="Can you say more?",
                teach=claim,
            )
            for i, claim in enumerate(claims, 1)
        )
    )


def _statements(reference: str) -> list[str]:
    joined: list[Window] = []
    for part in sentences(reference):
        thin = len(content_stems(part.text)) < MIN_CONTENT_WORDS
        last_is_thin = bool(joined) and len(content_stems(joined[-1].text)) < MIN_CONTENT_WORDS
        if joined and (thin or last_is_thin):
            start = joined[-1].start
            joined[-1] = Window(start, part.end, reference[start : part.end])
        else:
            joined.append(part)
    texts = [w.text[:4000] for w in joined if len(w.text) >= 3]
    if len(texts) > MAX_CLAIMS:
        texts = [*texts[: MAX_CLAIMS - 1], " ".join(texts[MAX_CLAIMS - 1 :])[:4000]]
    return texts
