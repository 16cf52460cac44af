"""Public checks: what `viva lab check` runs."""

import logs
from given import CLAIMS, DECISIONS, INCIDENTS, entries, given_pairs, words
from viva_kit import Fail, check, fields, text

_VERDICTS = ("holds", "fails", "cannot-tell")


@check("form")
def _(sub, rng):
    answers = sub.answers()
    known = {run["id"] for run in logs.shipped()}
    for id, claim in entries(answers, "claim", CLAIMS, ["verdict", "runs", "reason"]).items():
        if text(claim["verdict"], f"verdict of {id}") not in _VERDICTS:
            raise Fail(f"{id}: the verdict is {claim['verdict']!r}; wanted: one of {', '.join(_VERDICTS)}")
        strange = [run for run in words(claim["runs"], f"runs of {id}") if run not in known]
        if strange:
            raise Fail(f"{id}: {strange[0]!r} is not a run in runs.csv")
        wanted = "reason" if claim["verdict"] == "cannot-tell" else "runs"
        if not claim[wanted]:
            raise Fail(f"{id}: a verdict of {claim['verdict']!r} needs `{wanted}`")
    for kind, ids, names in [
        ("incident", INCIDENTS, ["cause", "guard"]),
        ("decision", DECISIONS, ["quality", "outcome"]),
    ]:
        for id, row in entries(answers, kind, ids, names).items():
            for name in names:
                if not text(row[name], f"{name} of {id}"):
                    raise Fail(f"{id}: `{name}` is empty")
    if text(fields(answers, ["reproduce_first"], "retro.toml")["reproduce_first"]) not in known:
        raise Fail(f"reproduce_first is {answers['reproduce_first']!r}; wanted: a run in runs.csv")


@check("pairs")
def _(sub, rng):
    runs = [
        logs.make("a", [], 1, 0.50),
        logs.make("b", ["x"], 1, 0.54),
        logs.make("c", ["x"], 2, 0.55),
        logs.make("d", ["y", "x"], 1, 0.60),
        logs.make("e", ["y"], 1, 0.58),
        logs.make("f", ["z", "y"], 2, 0.61),
        logs.make("g", ["x", "y", "z"], 2, 0.60),
    ]
    for change, want in [("x", {("a", "b"), ("e", "d"), ("f", "g")}), ("z", set()), ("w", set())]:
        got = given_pairs(sub, runs, change)
        if got != want:
            shown = [(run["id"], "+".join(run["changes"]), run["seed"]) for run in runs]
            raise Fail(f"pairs(…, {change!r}) is {sorted(got)}, wanted {sorted(want)}; runs: {shown}")
