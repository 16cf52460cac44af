import math


def normalise(text: str) -> str:
    return text.strip().lower()


def is_correct(output: str | None, gold: str) -> bool:
    """Whether the output is the gold answer."""
    return normalise(gold) in normalise(output or "")


def pass_at_k(n: int, c: int, k: int) -> float:
    """The chance that at least one of k samples passes."""
    return 1 - (1 - c / n) ** k


def accuracy(rows: list[dict], average: str) -> float:
    """The share of right answers, over rows ("micro") or tasks ("macro")."""
    answered = [row for row in rows if row["output"]]
    return sum(is_correct(row["output"], row["gold"]) for row in answered) / len(answered)


def is_contaminated(question: str, corpus: list[str], n: int = 8) -> bool:
    """Whether the question was seen in training."""
    return question in corpus


def evaluate(rows: list[dict], corpus: list[str]) -> dict:
    """Accuracy on all rows, and on those that were not seen in training."""
    clean = [row for row in rows if not is_contaminated(row["question"], corpus)]
    return {
        "accuracy": accuracy(rows, "micro"),
        "clean_accuracy": accuracy(clean, "micro"),
        "n_contaminated": len(rows) - len(clean),
    }


def p_value(a: list[bool], b: list[bool]) -> float:
    """How surprising the difference between two systems is."""
    p, q, n = sum(a) / len(a), sum(b) / len(b), len(a)
    sd = math.sqrt((p * (1 - p) + q * (1 - q)) / n)
    return math.erfc(abs(p - q) / sd / math.sqrt(2))


def fingerprint(config: dict) -> str:
    """What tells one run from another."""
    return str(config["model"])
