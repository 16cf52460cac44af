import hashlib
import json
import math
import re
import unicodedata


def normalise(text):
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"[\s.!?]+$", "", text)
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    return re.sub(r"(\d+)(\.\d*?)0+(?!\d)", tidy, text)


def tidy(match):
    whole, rest = match.groups()
    return whole + (rest if rest != "." else "")


def is_correct(output, gold):
    return bool(output) and normalise(output) == normalise(gold)


def pass_at_k(n, c, k):
    return 1 - math.comb(n - c, k) / math.comb(n, k)


def share(rows):
    return sum(is_correct(row["output"], row["gold"]) for row in rows) / len(rows)


def accuracy(rows, average):
    if average == "micro":
        return share(rows)
    if average == "macro":
        tasks = sorted({row["task"] for row in rows})
        return sum(share([r for r in rows if r["task"] == task]) for task in tasks) / len(tasks)
    raise ValueError(f"no average is called {average!r}")


def words_of(text):
    return re.findall(r"[^\W_]+", text.casefold())


def runs(words, n):
    return {tuple(words[i : i + n]) for i in range(len(words) - n + 1)}


def is_contaminated(question, corpus, n=8):
    words = words_of(question)
    n = min(n, len(words))
    wanted = runs(words, n)
    return any(wanted & runs(words_of(text), n) for text in corpus)


def evaluate(rows, corpus):
    clean = [row for row in rows if not is_contaminated(row["question"], corpus)]
    return {
        "accuracy": accuracy(rows, "micro"),
        "clean_accuracy": accuracy(clean, "micro") if clean else None,
        "n_contaminated": len(rows) - len(clean),
    }


def p_value(a, b):
    wins = sum(x and not y for x, y in zip(a, b, strict=True))
    losses = sum(y and not x for x, y in zip(a, b, strict=True))
    n = wins + losses
    tail = sum(math.comb(n, i) for i in range(min(wins, losses) + 1)) / 2**n
    return min(1.0, 2 * tail)


def fingerprint(config):
    return hashlib.sha256(json.dumps(config).encode()).hexdigest()
