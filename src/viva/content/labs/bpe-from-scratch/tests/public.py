"""Public checks: what `viva lab check` runs."""

import reference as ref
from viva_kit import Fail, check, items, whole


@check("roundtrip")
def _(sub, rng):
    merges = ref.train(ref.text(rng, 300).encode(), 60)
    tokenizer = sub.new("Tokenizer", merges, ["<|end|>"])
    texts = ["", " ", "a  b ", "naïve 🙂 ≠ naive", "\tif x:\n\n", "日本語 العربية", "👩‍👩‍👧"]
    for text in [*texts, ref.text(rng, 40)]:
        ids = [whole(i, "an id") for i in items(tokenizer.encode(text), None, "the ids")]
        if tokenizer.decode(ids) != text.encode():
            raise Fail(f"{text[:40]!r} does not come back as it was")
        if text.isascii() and text and not all(0 <= i < 256 + len(merges) for i in ids):
            raise Fail("an id is outside bytes and merges")
