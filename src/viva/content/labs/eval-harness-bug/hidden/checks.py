"""Hidden checks: what `viva lab submit` runs besides the public ones."""

import copy
import math

from viva_kit import Fail, check, close, fields, num, refuses, require, shares, text, whole

_SAME = [
    ("Caf\u00e9", "Cafe\u0301"),
    ("\uff14\uff12", "42"),
    ("1,234,567", "1234567"),
    ("2.50", "2.5"),
    ("3.0", "3"),
    ("-7.00", "-7"),
    ("New   York\n City", "new york city"),
    ("It is blue.", "it is BLUE"),
    ("yes !", "Yes"),
]
_OTHER = [
    ("100", "10"),
    ("not Paris", "Paris"),
    ("Paris or Rome", "Paris"),
    ("-5", "5"),
    ("1.5", "15"),
    ("20", "2"),
    ("3.05", "3.5"),
    ("a, b", "a b"),
    ("", "x"),
]


@check("exact-match")
def _(sub, rng):
    def alike():
        for a, b in _SAME:
            require(sub.is_correct(a, b) is True, "an answer in another dress is not recognised")

    def different():
        for a, b in _OTHER:
            require(sub.is_correct(a, b) is False, "another answer is taken for the right one")
        require(sub.is_correct(None, "x") is False, "no answer is taken for the right one")

    shares([("", alike), ("", different)])


@check("pass-at-k")
def _(sub, rng):
    cases = [(10, 3, 1), (10, 3, 5), (10, 0, 4), (10, 10, 2), (10, 8, 3), (5, 1, 5)]
    cases.append((200, int(rng.integers(1, 60)), 100))
    for n, c, k in cases:
        want = 1 - math.comb(n - c, k) / math.comb(n, k)
        close(sub.pass_at_k(n, c, k), want, f"pass@{k} with {c} of {n}")


def make_rows(rng, sizes, shares):
    rows = []
    for task, (size, share) in enumerate(zip(sizes, shares, strict=True)):
        for i in range(size):
            gold = str(int(rng.integers(1000, 9999)))
            output = gold if i < share * size else "no idea"
            rows.append({"task": f"t{task}", "question": f"q {task} {i}", "output": output, "gold": gold})
    return [rows[i] for i in rng.permutation(len(rows))]


@check("refusals")
def _(sub, rng):
    rows = make_rows(rng, [20], [0.5])
    for row, silence in zip(rows[:6], [None, "", "  ", None, "\n", ""], strict=True):
        row["output"] = silence
    want = sum(row["output"] == row["gold"] for row in rows) / 20
    close(sub.accuracy(rows, "micro"), want, "accuracy with rows that have no answer")
    silent = [row | {"output": None} for row in rows]
    close(sub.accuracy(silent, "macro"), 0.0, "accuracy where no row has an answer")


@check("averages")
def _(sub, rng):
    sizes, right = [40, 10, 5], [0.9, 0.5, 0.2]
    rows = make_rows(rng, sizes, right)
    close(sub.accuracy(rows, "micro"), (36 + 5 + 1) / 55, "micro accuracy")
    close(sub.accuracy(rows, "macro"), (0.9 + 0.5 + 0.2) / 3, "macro accuracy")
    refuses(lambda: sub.accuracy(rows, "weighted"), "ValueError", "an unknown average")


_WORDS = "which of these rivers flows past the old mill before it meets the sea near a town called".split()


def sentence(rng, n):
    return [_WORDS[i] + str(int(rng.integers(1000))) for i in rng.integers(0, len(_WORDS), n)]


@check("contamination")
def _(sub, rng):
    words = sentence(rng, 14)
    noise = " ".join(sentence(rng, 60))
    leaked = f"{noise} {'-- '.join(w.upper() for w in words[3:11])}, {noise}"
    broken = f"{noise} {' '.join(words[:7])} but {' '.join(words[7:])} {noise}"
    question = " ".join(words[:6]) + ", " + " ".join(words[6:]) + "?"
    seen = [
        (question, [noise, leaked], {}, True),
        (question, [noise, broken], {}, False),
        (question, [broken], {"n": 7}, True),
        (question, [], {}, False),
        (" ".join(words[:3]), [broken], {}, True),
        (" ".join(words[2::-1]), [broken], {}, False),
    ]
    for q, corpus, options, want in seen:
        require(
            sub.is_contaminated(q, corpus, **options) is want,
            "a question's words are found or missed wrongly",
        )
    rows = make_rows(rng, [12], [0.5])
    for row in rows:
        row["question"] = " ".join(sentence(rng, 12))
    corpus = [f"{noise} {row['question']} {noise}" for row in rows if row["output"] == row["gold"]][:4]
    got = fields(sub.evaluate(rows, corpus), ["accuracy", "clean_accuracy", "n_contaminated"], "evaluate")
    close(got["accuracy"], 0.5, "accuracy on all rows")
    close(got["clean_accuracy"], 2 / 8, "accuracy on the rows not seen")
    if whole(got["n_contaminated"], "n_contaminated") != 4:
        raise Fail("the number of contaminated rows is off")


@check("paired")
def _(sub, rng):
    for wins, losses, ties in [(9, 1, 30), (5, 5, 10), (0, 0, 12), (int(rng.integers(10, 20)), 6, 50)]:
        pairs = [(True, False)] * wins + [(False, True)] * losses + [(True, True), (False, False)] * ties
        pairs = [pairs[i] for i in rng.permutation(len(pairs))]
        n, fewer = wins + losses, min(wins, losses)
        want = min(1.0, 2 * sum(math.comb(n, i) for i in range(fewer + 1)) / 2**n)
        got = sub.p_value([a for a, _ in pairs], [b for _, b in pairs])
        close(num(got, "p_value"), want, f"the p-value of {wins} against {losses}")


@check("fingerprint")
def _(sub, rng):
    base = {
        "model": "m",
        "seed": int(rng.integers(1000)),
        "prompt": {"system": "Be brief.", "shots": ["a", "b"]},
        "temperature": 0.0,
    }
    mark = text(sub.fingerprint(base), "fingerprint")
    turned = {key: base[key] for key in reversed(base)}
    turned["prompt"] = dict(reversed(base["prompt"].items()))
    changed = [base | {"seed": -1}, base | {"temperature": 0.1}, base | {"extra": None}]
    other = copy.deepcopy(base)
    other["prompt"]["shots"] = ["b", "a"]
    require(text(sub.fingerprint(turned)) == mark, "the order of the keys changes it")
    for config in [*changed, other]:
        require(text(sub.fingerprint(config)) != mark, "a changed config has the same fingerprint")
