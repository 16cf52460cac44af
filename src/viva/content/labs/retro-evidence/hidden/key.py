"""What the log and the texts allow to be said."""

# claim: verdict, and for "cannot-tell" the reason, else the change whose pairs show it
# ("" for the runs scored by both metrics) and the runs that the sentence names.
CLAIMS = {
    "c1": ("holds", "augment", ()),
    "c2": ("cannot-tell", "one-seed", ()),
    "c3": ("fails", "wide", ()),
    "c4": ("fails", "dedup", ()),
    "c5": ("cannot-tell", "two-changes", ()),
    "c6": ("cannot-tell", "data-changed", ()),
    "c7": ("cannot-tell", "metric-changed", ()),
    "c8": ("holds", "relabel", ()),
    "c9": ("holds", "tta", ()),
    "c10": ("fails", "", ("r01", "r36")),
    "c11": ("cannot-tell", "no-run", ()),
}
INCIDENTS = {
    "i1": ("leaky-split", {"split-by-weld"}),
    "i2": ("metric-redefined", {"rescore-old-runs"}),
    "i3": ("train-serve-skew", {"one-preprocessing", "canary"}),
}
DECISIONS = {
    "d1": ("good", "good"),
    "d2": ("poor", "good"),
    "d3": ("good", "poor"),
    "d4": ("poor", "poor"),
    "d5": ("good", "good"),
    "d6": ("good", "poor"),
}


def first_to_reproduce(runs):
    """The best score by the last metric among runs that were wholly written down."""
    last = max(runs, key=lambda run: run["week"])["metric"]
    whole = [
        run for run in runs if run["metric"] == last and None not in (run["seed"], run["data"], run["commit"])
    ]
    return max(whole, key=lambda run: run["score"])["id"]
