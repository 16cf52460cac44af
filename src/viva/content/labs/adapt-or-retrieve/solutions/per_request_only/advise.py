"""What each way of adapting a language model costs, which ways are ruled out, and which to take."""

import math
import tomllib
from pathlib import Path

OPTIONS = [
    f"{approach}/{host}" for approach in ("prompt", "rag", "tune", "tune+rag") for host in ("api", "own")
]
MONTH_SECONDS = 30 * 24 * 3600

# One scenario: every scenario has these keys.
SCENARIO = {
    "requests": 400_000,  # a month
    "peak": 4.0,  # the busiest second, as a multiple of the mean
    "question_tokens": 60,
    "answer_tokens": 120,
    "shots_tokens": 700,  # worked examples in the prompt, for `prompt` and `rag`
    "knowledge_tokens": 90_000,  # all documents
    "retrieved_tokens": 1_200,  # what retrieval puts into the prompt
    "changes_per_month": 4.0,  # batches of changed documents
    "changed_share": 0.02,  # of the documents, in each batch
    "examples": 1_500,  # answers that could be trained on
    "example_tokens": 400,
    "egress": True,  # the data may leave the house
    "erase": False,  # what documents say of a person must be erasable
    "max_age_days": 7.0,  # how old a document may be in an answer
    "latency_ms": 4_000.0,  # what a whole answer may take
    "floor": 0.80,  # the score that will do
    "pilot": {"prompt": 0.84, "rag": 0.86, "tune": 0.71, "tune+rag": 0.88},  # the score a pilot measured
}

# Prices, speeds and limits.
PRICES = {
    "in": 2.5,  # money per million tokens, large model on the API
    "cached": 0.25,
    "out": 10.0,
    "tuned_in": 0.4,  # the same, small tuned model on the API
    "tuned_out": 1.6,
    "training": 3.0,  # money per million tokens and epoch, on the API
    "epochs": 3,
    "tuned_hosting": 150.0,  # a month, on the API
    "index": 60.0,  # a month, the retrieval service
    "embed": 0.1,  # money per million tokens
    "evaluation": 80.0,  # one round
    "day": 600.0,  # a person's day
    "review_days": 1.5,  # after each training
    "ops_days": 4.0,  # a month, for machines of one's own
    "gpu": 1_100.0,  # a month
    "gpu_tokens_per_second": 2_500.0,
    "window": 128_000,  # tokens a prompt may have
    "least_examples": 500,  # for training
    "training_days": 5.0,  # from changed documents to a released model
    "retrieve_ms": 80.0,
    "read_ms": 0.02,  # for each token of the prompt
    "start_ms": {"large": 300.0, "tuned": 150.0, "own": 60.0},
    "write_ms": {"large": 20.0, "tuned": 9.0, "own": 12.0},  # for each token of the answer
}


def cases() -> dict:
    """What cases.toml says. Leave it as it is."""
    return tomllib.loads(Path(__file__).with_name("cases.toml").read_text("utf-8"))


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


def monthly_cost(option: str, s: dict, p: dict) -> float:
    """What `option` costs a month in scenario `s` at prices `p`."""
    approach, host, _, _ = parts(option)
    if host == "api":
        return fixed(option, s, p) + s["requests"] * per_request(option, s, p)
    return fixed(option, s, p) + machines(approach, s, p) * p["gpu"] + p["ops_days"] * p["day"]


def break_even(a: str, b: str, s: dict, p: dict) -> float | None:
    """The requests a month from which on `b` costs no more than `a`, both on the API."""
    saved = per_request(a, s, p) - per_request(b, s, p)
    return 0.0 if saved >= 0 else None


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


def ruled_out(s: dict, p: dict) -> dict[str, list[str]]:
    """For every option all codes that rule it out; an empty list where nothing does."""
    return {option: codes(option, s, p) for option in OPTIONS}


def choose(s: dict, p: dict) -> str | None:
    """The cheapest option that nothing rules out; None where there is none."""
    left = [option for option, why in ruled_out(s, p).items() if not why]
    return min(left, key=lambda option: monthly_cost(option, s, p), default=None)


def flips(s: dict, p: dict, names: list[str], factors: list[float]) -> list[tuple[str, float]]:
    """(name, factor) for each scenario value that, multiplied alone, changes the choice."""
    chosen = choose(s, p)
    return [
        (name, factor)
        for name in names
        for factor in factors
        if choose(s | {name: s[name] * factor}, p) != chosen
    ]
