"""Hidden checks: what `viva lab submit` runs besides the public ones."""

import numpy as np
import reference as ref
import toy
from viva_kit import Fail, arr, check, close, indices, num, same


@check("filters")
def _(sub, rng):
    z = 3 * rng.normal(size=20)
    cases = [
        {"top_k": 5},
        {"top_p": 0.7},
        {"top_k": 6, "top_p": 0.8},
        {"temperature": 2.5, "top_p": 0.6},
        {"temperature": 0.6, "top_k": 4, "top_p": 0.95, "penalty": 1.3, "seen": [0, 3, 3, 7]},
        {"top_k": 50},
    ]
    for case in cases:
        close(sub.distribution(z, **case), ref.distribution(z, **case), f"distribution with {case}")


@check("crossing")
def _(sub, rng):
    order = rng.permutation(4)
    p = np.array([0.5, 0.3, 0.15, 0.05])[order]
    for top_p, n in [(0.4, 1), (0.6, 2), (0.79, 2), (0.81, 3), (0.99, 4)]:
        got = arr(sub.distribution(np.log(p), top_p=top_p), (4,), "the distribution")
        want = ref.distribution(np.log(p), top_p=top_p)
        if int((got > 0).sum()) != n:
            raise Fail(f"{int((got > 0).sum())} tokens kept at top_p = {top_p}; {n} wanted")
        close(got, want, f"the distribution at top_p = {top_p}")


@check("greedy")
def _(sub, rng):
    z = 1e3 * rng.normal(size=9)
    close(sub.distribution(z, temperature=0), ref.distribution(z, 0), "temperature 0")
    tied = np.array([1.0, 4.0, 4.0, -2.0])
    close(sub.distribution(tied, temperature=0), [0, 1, 0, 0], "temperature 0 with two equals")


@check("samples")
def _(sub, rng):
    n, p = 20_000, ref.softmax(1.2 * rng.normal(size=10))
    seed = int(rng.integers(1000))
    got = indices(sub.sample(p, n, seed), 10, "the samples")
    if len(got) != n:
        raise Fail(f"{len(got)} samples; {n} wanted")
    counts = np.bincount(got, minlength=10)
    chi2 = float(((counts - n * p) ** 2 / (n * p)).sum())
    if chi2 > 45:  # one in a million at nine degrees of freedom
        raise Fail(f"the samples don't follow the distribution (chi-squared {chi2:.0f})")
    if np.array_equal(got, indices(sub.sample(p, n, seed + 1), 10, "the samples")):
        raise Fail("two seeds give the same samples")


@check("cached")
def _(sub, rng):
    p = ref.weights(rng, vocabulary=13, d=8, length=24)
    for n in (24, 10):
        tokens = [int(t) for t in rng.integers(0, 13, n)]
        want = toy.logits(tokens, p)
        cached = sub.new("Cached", p)
        for at, token in enumerate(tokens):
            what = f"the logits after token {at + 1} of {n}"
            close(cached.step(token), want[at], what, rtol=1e-6, atol=1e-6)


def greedy(p, tokens, n):
    """With a cache of our own: each layer's keys and values so far."""
    cache = [([], []) for _ in p["layers"]]
    out, tokens = [], list(tokens)
    for at in range(len(tokens) + n - 1):
        x = p["embed"][tokens[at]] + p["pos"][at]
        for layer, (keys, values) in zip(p["layers"], cache, strict=True):
            h = toy.norm(x)
            keys.append(h @ layer["Wk"])
            values.append(h @ layer["Wv"])
            w = ref.softmax(np.array(keys) @ (h @ layer["Wq"]) / np.sqrt(len(h)))
            x = x + w @ np.array(values) @ layer["Wo"]
            x = x + toy.mlp(toy.norm(x), layer)
        if at == len(tokens) - 1:
            out.append(int((toy.norm(x) @ p["head"]).argmax()))
            tokens.append(out[-1])
    return out


@check("flat", seconds=0.6)
def _(sub, rng):
    p = ref.weights(rng, vocabulary=50, d=48, length=520)
    prompt = [int(t) for t in rng.integers(0, 50, 5)]
    got = [int(t) for t in indices(sub.generate(p, prompt, 500), 50, "the tokens")]
    same(got, greedy(p, prompt, 500), "500 tokens, the likeliest each time")


@check("perplexity")
def _(sub, rng):
    lengths = np.array([9, 2, 5])
    z, targets = 2 * rng.normal(size=(3, 9, 7)), rng.integers(0, 7, (3, 9))
    logp = np.log(ref.softmax(z))
    rows = [logp[i, t, targets[i, t]] for i in range(3) for t in range(lengths[i])]
    got = num(sub.perplexity(z, targets, lengths), "the perplexity")
    close(got, np.exp(-np.mean(rows)), "the perplexity of three rows, padded")
    shifted = num(sub.perplexity(z + 2000.0, targets, lengths), "the perplexity")
    close(shifted, got, "the perplexity after adding 2000 to all logits")
