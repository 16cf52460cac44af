"""The bill and the rules as README.md states them: seen by the checker alone."""

import math

OPTIONS = [
    f"{approach}/{host}" for approach in ("prompt", "rag", "tune", "tune+rag") for host in ("api", "own")
]
MONTH_SECONDS = 30 * 24 * 3600


def parts(option):
    approach, host = option.split("/")
    return approach, host, approach.startswith("tune"), approach.endswith("rag")


def prompt_tokens(approach, s):
    """Tokens of the prompt: those billed as cached, and the others."""
    cached = s["shots_tokens"] if approach in ("prompt", "rag") else 0
    fresh = s["question_tokens"]
    if approach == "prompt":
        cached += s["knowledge_tokens"]
    if approach.endswith("rag"):
        fresh += s["retrieved_tokens"]
    return cached, fresh


def per_request(option, s, p):
    approach, _, tuned, _ = parts(option)
    cached, fresh = prompt_tokens(approach, s)
    if tuned:
        return (fresh * p["tuned_in"] + s["answer_tokens"] * p["tuned_out"]) / 1e6
    return (cached * p["cached"] + fresh * p["in"] + s["answer_tokens"] * p["out"]) / 1e6


def fixed(option, s, p):
    approach, host, tuned, retrieves = parts(option)
    cost = p["evaluation"]
    if retrieves:
        changed = s["knowledge_tokens"] * s["changed_share"] * s["changes_per_month"]
        cost += p["index"] + p["embed"] * changed / 1e6
    if tuned:
        rounds = max(s["changes_per_month"], 1 / 3) if approach == "tune" else 1 / 3
        tokens = s["examples"] * s["example_tokens"] * p["epochs"] if host == "api" else 0
        each = p["training"] * tokens / 1e6 + p["evaluation"] + p["review_days"] * p["day"]
        cost += rounds * each + (p["tuned_hosting"] if host == "api" else 0)
    return cost


def machines(approach, s, p):
    tokens = sum(prompt_tokens(approach, s)) + s["answer_tokens"]
    load = s["requests"] / MONTH_SECONDS * s["peak"] * tokens
    return math.ceil(load / p["gpu_tokens_per_second"]) + 1


def monthly_cost(option, s, p):
    """What `option` costs a month in scenario `s` at prices `p`."""
    approach, host, _, _ = parts(option)
    if host == "api":
        return fixed(option, s, p) + s["requests"] * per_request(option, s, p)
    return fixed(option, s, p) + machines(approach, s, p) * p["gpu"] + p["ops_days"] * p["day"]


def break_even(a, b, s, p):
    """The requests a month from which on `b` costs no more than `a`, both on the API."""
    dearer = fixed(b, s, p) - fixed(a, s, p)
    saved = per_request(a, s, p) - per_request(b, s, p)
    if saved < 0 or (saved == 0 and dearer > 0):
        return None
    return max(0.0, dearer / saved) if saved else 0.0


def latency(option, s, p):
    approach, host, tuned, retrieves = parts(option)
    model = "own" if host == "own" else "tuned" if tuned else "large"
    read = p["read_ms"] * sum(prompt_tokens(approach, s))
    write = p["write_ms"][model] * s["answer_tokens"]
    return p["start_ms"][model] + read + write + (p["retrieve_ms"] if retrieves else 0)


def codes(option, s, p):
    approach, host, tuned, _ = parts(option)
    rules = {
        "egress": host == "api" and not s["egress"],
        "erase": approach == "tune" and s["erase"],
        "age": approach == "tune" and p["training_days"] > s["max_age_days"],
        "examples": tuned and s["examples"] < p["least_examples"],
        "window": sum(prompt_tokens(approach, s)) > p["window"],
        "latency": latency(option, s, p) > s["latency_ms"],
        "quality": s["pilot"][approach] < s["floor"],
    }
    return [code for code, broken in rules.items() if broken]


def ruled_out(s, p):
    """For every option all codes that rule it out; an empty list where nothing does."""
    return {option: codes(option, s, p) for option in OPTIONS}


def left(s, p):
    """The options that nothing rules out."""
    return [option for option, why in ruled_out(s, p).items() if not why]


def choose(s, p):
    """The cheapest option that nothing rules out; None where there is none."""
    return min(left(s, p), key=lambda option: monthly_cost(option, s, p), default=None)


def flips(s, p, names, factors):
    """(name, factor) for each scenario value that, multiplied alone, changes the choice."""
    chosen = choose(s, p)
    return [
        (name, factor)
        for name in names
        for factor in factors
        if choose(s | {name: s[name] * factor}, p) != chosen
    ]
