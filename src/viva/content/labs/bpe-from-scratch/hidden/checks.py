"""Hidden checks: what `viva lab submit` runs besides the public ones."""

import reference as ref
from viva_kit import Fail, check, close, fields, items, same, whole


@check("merges")
def _(sub, rng):
    # In the first text many pairs are equally frequent; in the second, pairs overlap.
    for text, n in [("zx by aw zx by aw cv cv", 6), ("aaaa aaa aaaaa ab", 5)]:
        same(items(sub.train(text.encode(), n)), ref.train(text.encode(), n), f"merges of {text!r}")
    data = ref.text(rng, 400).encode()
    same(items(sub.train(data, 50)), ref.train(data, 50), "50 merges of a mixed text")
    same(items(sub.train(b"ab", 5)), [(b"a", b"b")], "merges of a text with one pair")


def ids_of(tokenizer, text, **options):
    return [whole(i, "an id") for i in items(tokenizer.encode(text, **options), None, "the ids")]


@check("rank")
def _(sub, rng):
    # "abc" is a token, but b+c merged first takes its b away.
    merges = [(b"b", b"c"), (b"a", b"b"), (b"ab", b"c"), (b"c", b"d")]
    tokenizer = sub.new("Tokenizer", merges, [])
    for text in ["abc", "abcd", "abab cdc", "bcab"]:
        same(ids_of(tokenizer, text), ref.encode(text.encode(), merges), f"the ids of {text!r}")
    merges = ref.train(ref.text(rng, 300).encode(), 80)
    tokenizer = sub.new("Tokenizer", merges, [])
    text = ref.text(rng, 200)
    same(ids_of(tokenizer, text), ref.encode(text.encode(), merges), "the ids of a mixed text")


@check("size")
def _(sub, rng):
    merges = [(b"a", b"b"), (b"c", b"d"), (b"ab", b"cd")]
    size = whole(sub.new("Tokenizer", merges, ["<|a|>", "<|b|>"]).size(), "the size")
    if size != 256 + 3 + 2:
        raise Fail(f"{size} ids with 3 merges and 2 special tokens")


@check("speed", seconds=2)
def _(sub, rng):
    data = (ref.text(rng, 4000) * 10).encode()[:200_000]
    same(items(sub.train(data, 100)), ref.train(data, 100), "100 merges of 200 kB")


@check("fertility")
def _(sub, rng):
    merges = ref.train(ref.text(rng, 400).encode(), 60)
    samples = {k: ref.text(rng, 60, k) for k in ("English", "Greek", "numbers", "emoji")}
    want = {k: len(ref.encode(s.encode(), merges)) / len(s) for k, s in samples.items()}
    tokenizer = sub.new("Tokenizer", merges, [])
    got = fields(tokenizer.tokens_per_character(samples), list(samples), "tokens_per_character")
    for name, value in want.items():
        close(got[name], value, f"tokens a character of {name}")


@check("specials")
def _(sub, rng):
    merges = ref.train(ref.text(rng, 300).encode(), 40)
    tokenizer = sub.new("Tokenizer", merges, ["<|end|>", "<|user|>"])
    end, user = 256 + len(merges), 257 + len(merges)
    text = "a model<|end|> of<|user|>text <|en d|>"
    plain = ref.encode(text.encode(), merges)
    same(ids_of(tokenizer, text), plain, "a special's spelling in a user's text")
    part = [ref.encode(p.encode(), merges) for p in ("a model", " of", "text <|en d|>")]
    want = [*part[0], end, *part[1], user, *part[2]]
    same(ids_of(tokenizer, text, allow_special=True), want, "special tokens where they are allowed")
    if tokenizer.decode(want) != text.encode():
        raise Fail("special tokens don't decode to their spelling")
