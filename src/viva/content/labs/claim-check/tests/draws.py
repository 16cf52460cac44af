"""Fills the slots of a source and its claims: seen by the checker alone."""

import re

_FIRST = "Ada Boris Carla Dimitri Elif Farah Gustav Hanna Ivo Jana Kofi Lena Marek Nadia Oskar Petra".split()
_LAST = (
    "Aske Brenner Cole Duarte Eriksen Falk Grieg Hartung Ito Jansen Kovac Lunde Moreau Novak Okafor".split()
)
_TOWNS = (
    "Alsund Birkfeld Carrow Dunmere Elstad Ferling Glanton Holmby Innsvik Jarrow Kelso Lindau Marstal Norvik"
    " Ostby Pelham Ravnholt Selby Tarvik Ulmen Varde Wexcombe".split()
)
_MONTHS = "January February March April June July September October November December".split()
LABELS = {"S": "supported", "P": "supported", "A": "unsupported"} | dict.fromkeys("NUDXE", "contradicted")


def _pick(rng, kind):
    """Two different values of a slot's kind: the true one and the other."""
    if kind == "y":
        a, b = rng.choice(range(1890, 2021), 2, replace=False)
        return str(a), str(b)
    if kind == "p":
        (a, b), (c, d) = rng.choice(_FIRST, 2, replace=False), rng.choice(_LAST, 2, replace=False)
        return f"{a} {c}", f"{b} {d}"
    if kind == "t":
        return tuple(str(t) for t in rng.choice(_TOWNS, 2, replace=False))
    if kind == "d":
        a, b = rng.choice(range(2, 29), 2, replace=False)
        c, d = rng.choice(_MONTHS, 2, replace=False)
        return f"{a} {c}", f"{b} {d}"
    if kind == "k":
        a, b = rng.choice(range(1100, 9900), 2, replace=False)
        return f"{a:,}", f"{b:,}"
    a, b = rng.choice(range(13, 97), 2, replace=False)
    return int(a), int(b)


def _clashes(slots):
    values = [str(v) for pair in slots.values() for v in pair]
    return len(set(values)) < len(values)


def fill(rng, source, claims):
    """The source and (kind, claim, label) for each claim, with values drawn by `rng`."""
    names = sorted(set(re.findall(r"\{([a-z]\d)", " ".join([source, *claims]))))
    slots = {name: _pick(rng, name[0]) for name in names}
    while _clashes(slots):
        slots = {name: _pick(rng, name[0]) for name in names}

    def put(match):
        name, other, factor = match.groups()
        value = slots[name][bool(other)]
        return f"{value * int(factor):,}" if factor else str(value)

    def filled(text):
        return re.sub(r"\{([a-z]\d)(_?)(?:\*(\d+))?\}", put, text)

    return filled(source), [(c[0], filled(c[2:]), LABELS[c[0]]) for c in claims]


def shuffled(rng, source):
    """The source with its later sentences in another order."""
    first, *rest = re.split(r"(?<=\.) (?=[A-Z0-9])", source)
    return " ".join([first, *(rest[i] for i in rng.permutation(len(rest)))])
