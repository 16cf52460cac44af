"""What the options for a job cost and can do, and how accurate each is with a number of labelled examples."""

HOUR_PRICE = 80.0
LABEL_PRICE = 1.5

# setup: once. hosting: a month. per_thousand: requests. upkeep_hours: a month. latency_ms: of one request.
OPTIONS = {
    "rules": {
        "setup": 2_000,
        "hosting": 20,
        "per_thousand": 0.01,
        "upkeep_hours": 6,
        "latency_ms": 1,
        "explains": True,
        "sends_data_out": False,
        "writes_text": False,
    },
    "linear": {
        "setup": 4_000,
        "hosting": 40,
        "per_thousand": 0.02,
        "upkeep_hours": 3,
        "latency_ms": 3,
        "explains": True,
        "sends_data_out": False,
        "writes_text": False,
    },
    "network": {
        "setup": 15_000,
        "hosting": 250,
        "per_thousand": 0.2,
        "upkeep_hours": 8,
        "latency_ms": 25,
        "explains": False,
        "sends_data_out": False,
        "writes_text": False,
    },
    "llm-api": {
        "setup": 3_000,
        "hosting": 0,
        "per_thousand": 4.0,
        "upkeep_hours": 4,
        "latency_ms": 900,
        "explains": False,
        "sends_data_out": True,
        "writes_text": True,
    },
    "llm-own": {
        "setup": 12_000,
        "hosting": 2_400,
        "per_thousand": 0.4,
        "upkeep_hours": 14,
        "latency_ms": 450,
        "explains": False,
        "sends_data_out": False,
        "writes_text": True,
    },
}


def accuracy(option: str, n_labels: int) -> float:
    """The accuracy to expect with `n_labels` labelled examples; for text, how often it is usable."""
    if option == "rules":
        return 0.74
    if option == "linear":
        return max(0.0, 0.93 - 3.0 / (n_labels + 5) ** 0.6)
    if option == "network":
        return max(0.0, 0.97 - 12.0 / (n_labels + 20) ** 0.6)
    return 0.89 if option == "llm-api" else 0.86
