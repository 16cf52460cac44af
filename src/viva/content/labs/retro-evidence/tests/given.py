"""Reads what the candidate's file and functions say."""

from viva_kit import Fail, fields, items, text

CLAIMS = [f"c{n}" for n in range(1, 12)]
INCIDENTS = ["i1", "i2", "i3"]
DECISIONS = [f"d{n}" for n in range(1, 7)]


def entries(answers, kind, ids, names):
    """The tables of one kind by id, each with `names`."""
    found = {}
    for entry in items(fields(answers, [kind], "retro.toml")[kind], None, f"[[{kind}]]"):
        row = fields(entry, ["id", *names], f"a [[{kind}]]")
        found[text(row["id"], f"the id of a [[{kind}]]")] = row
    absent = [id for id in ids if id not in found]
    if absent:
        raise Fail(f"retro.toml has no [[{kind}]] with the id {absent[0]!r}")
    return found


def words(value, what):
    """A list of strings."""
    return [text(word, what) for word in items(value, None, what)]


def given_pairs(sub, runs, change):
    """The candidate's pairs as a set of tuples of ids."""
    found = items(sub.pairs(runs, change), None, "pairs")
    pairs = [tuple(text(id, "a run's id") for id in items(pair, 2, "a pair")) for pair in found]
    if len(set(pairs)) != len(pairs):
        raise Fail("a pair is listed twice")
    return set(pairs)
