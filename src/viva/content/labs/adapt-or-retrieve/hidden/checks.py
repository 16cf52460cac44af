"""Hidden checks: what `viva lab submit` runs besides the public ones."""

import bill
import key
import world
from viva_kit import Fail, Partial, check, fields, items, num, shares, text


def off(sub, option, s, p):
    """How far the bill of an option is off, as a share."""
    want = bill.monthly_cost(option, s, p)
    return abs(num(sub.monthly_cost(option, s, p), "monthly_cost") / want - 1)


@check("cost")
def _(sub, rng):
    def within(options):
        def run():
            for _ in range(4):
                p, s = world.prices(rng), world.scenario(rng)
                for option in options:
                    if not (error := off(sub, option, s, p)) <= 0.02:
                        raise Fail(f"off by {100 * error:.0f} %")

        return run

    def often_and_seldom():
        p, s = world.prices(rng), world.scenario(rng)
        for rate in (0.01, 0.2, 9.0):
            if not (error := off(sub, "tune/api", s | {"changes_per_month": rate}, p)) <= 0.02:
                raise Fail(f"off by {100 * error:.0f} %")

    shares(
        [
            ("tuned, on the API", within(["tune/api", "tune+rag/api"])),
            ("how often it is trained", often_and_seldom),
            ("own machines", within(["prompt/own", "rag/own", "tune/own", "tune+rag/own"])),
        ]
    )


@check("break-even")
def _(sub, rng):
    kinds = {"some": [], "none": [], "at once": []}
    api = [option for option in bill.OPTIONS if option.endswith("/api")]
    while any(len(found) < 4 for found in kinds.values()):
        p, s = world.prices(rng), world.scenario(rng)
        for a in api:
            for b in api:
                if a != b:
                    want = bill.break_even(a, b, s, p)
                    kind = "none" if want is None else "some" if want else "at once"
                    kinds[kind].append((a, b, s, p, want))

    def agrees(kind):
        def run():
            for k in rng.choice(len(kinds[kind]), 4, replace=False):
                a, b, s, p, want = kinds[kind][k]
                got = sub.break_even(a, b, s, p)
                if (got is None) is not (want is None):
                    raise Fail("None where there is a volume, or a volume where there is none")
                if want is not None and not abs(num(got, "break_even") - want) <= 1 + 0.01 * want:
                    raise Fail("the volume is off by more than 1 %")

        return run

    shares(
        [("there is one", agrees("some")), ("never", agrees("none")), ("from the first", agrees("at once"))]
    )


# So that each rule is met in every run, alone and beside others.
_EACH_RULE = (
    {"egress": False},
    {"egress": True, "erase": True},
    {"examples": 90},
    {"max_age_days": 0.5, "erase": False},
    {"knowledge_tokens": 3_000_000},
    {"latency_ms": 900.0, "answer_tokens": 60},
    {"floor": 0.95},
    {"egress": True, "erase": False, "latency_ms": 60_000.0},
    *({} for _ in range(4)),
)


@check("ruled-out")
def _(sub, rng):
    wrong = {}
    for forced in _EACH_RULE:
        p, s = world.prices(rng), world.scenario(rng) | forced
        got = fields(sub.ruled_out(s, p), bill.OPTIONS, "ruled_out")
        for option, want in bill.ruled_out(s, p).items():
            codes = {text(code, "a code") for code in items(got[option], None, f"the codes of {option}")}
            for code in codes ^ set(want):
                wrong[code] = wrong.get(code, 0) + 1
    if not wrong:
        return
    named = ", ".join(sorted(wrong)[:8])
    message = f"wrongly given or left out for some option: {named}"
    if len(wrong) > 2:
        raise Fail(message)
    raise Partial(1 - 0.25 * len(wrong), message)


@check("choose")
def _(sub, rng):
    p = world.prices(rng)
    score, dear = 0.0, 0
    cases = world.clear(rng, p, 12)
    for s in cases:
        got, want = sub.choose(s, p), bill.choose(s, p)
        if got is not None and text(got, "choose") not in bill.OPTIONS:
            raise Fail(f"{got!r} is not an option")
        score += got == want
        dear += got != want and got in bill.left(s, p)
    if sub.choose(world.closed(rng, p), p) is not None:
        raise Fail("something is chosen where everything is ruled out")
    broken = len(cases) - int(score) - dear
    if score < len(cases):
        message = f"of {len(cases)} choices {dear} are dearer than need be and {broken} break a rule"
        if score < 6 or broken:
            raise Fail(message)
        raise Partial((score - 6) / 6, message)


@check("flips")
def _(sub, rng):
    p = world.prices(rng)
    names, factors, asked = list(world.NUMBERS), [0.25, 0.5, 2.0, 4.0], 0
    while asked < 4:
        s = world.clear(rng, p, 1)[0]
        # A tie would make the wanted list a matter of rounding.
        if not all(steady(s | {n: s[n] * f}, p) for n in names for f in factors):
            continue
        want = set(bill.flips(s, p, names, factors))
        # Lists of every length, and none of everything.
        if asked % 2 and not want:
            continue
        asked += 1
        got = items(sub.flips(s, p, names, factors), None, "flips")
        pairs = {(text(a, "a name"), num(b, "a factor")) for a, b in (items(x, 2, "a flip") for x in got)}
        if pairs != want:
            raise Fail("names a value that doesn't change the choice, or leaves one out that does")


def steady(s, p):
    """Whether the two cheapest open options lie a per mille apart."""
    costs = sorted(bill.monthly_cost(option, s, p) for option in bill.left(s, p))
    return len(costs) < 2 or costs[1] > 1.001 * costs[0]


@check("cases")
def _(sub, rng):
    rows = {}
    for row in items(fields(sub.cases(), ["case"], "cases.toml")["case"], None, "[[case]]"):
        case = fields(row, ["id", "choose", "because"], "a case")
        rows[text(case["id"], "an id")] = (text(case["choose"], "choose"), text(case["because"], "because"))
    chosen = reasoned = 0
    for id, (choices, reasons) in key.CASES.items():
        choice, reason = rows.get(id, ("", ""))
        chosen += choice in choices
        reasoned += choice in choices and reason in reasons
    share = ((chosen + reasoned) / 2 - key.BY_ROTE) / (len(key.CASES) - key.BY_ROTE)
    message = f"{chosen} of {len(key.CASES)} choices fit, {reasoned} for the fact that decides"
    if share <= 0:
        raise Fail(message)
    if share < 1:
        raise Partial(share, message)
