import re
from functools import cache
from statistics import NormalDist

import numpy as np
from lexicon import ABBREVIATIONS, NEGATIONS, NUMBER_WORDS, OPPOSITE, PLURALS, SAME, SCALES, STOP, UNITS


def split_claims(answer):
    claims, start = [], 0
    for mark in re.finditer(r"[.!?;]+(?=\s|$)", answer):
        before = answer[start : mark.start()].split()
        if mark[0] == "." and before and before[-1].lower() in ABBREVIATIONS:
            continue
        claims.append(answer[start : mark.end()])
        start = mark.end()
    claims.append(answer[start:])
    return [claim.strip().rstrip(".!?;").strip() for claim in claims if claim.strip(" .!?;\n")]


@cache
def canon(word):
    """The word that stands for all of its kind, and whether it is the opposite of that."""
    for pair in OPPOSITE:
        for flipped, side in enumerate(pair):
            if any(word in group and side in group for group in SAME) or word == side:
                return pair[0], bool(flipped)
    for group in SAME:
        if word in group:
            return min(group), False
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)], False
    return word, False


def words_of(text):
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text).replace("can't", "can not").replace("cannot", "can not")
    text = re.sub(r"n't\b", " not", text)
    return re.findall(r"\d+(?:\.\d+)?|%|[^\W\d_]+", text)


def read(text):
    """Content words with their polarity, and the quantities."""
    words, content, amounts, since = words_of(text), {}, set(), 99
    at = 0
    while at < len(words):
        word = words[at].lower()
        after = words[at + 1].lower() if at + 1 < len(words) else ""
        value = NUMBER_WORDS.get(word) if not word[0].isdigit() else float(word)
        unit = PLURALS.get(after, after)
        if value is not None:
            if after in SCALES:
                value, at = value * SCALES[after], at + 1
                after = words[at + 1].lower() if at + 1 < len(words) else ""
                unit = PLURALS.get(after, after)
            if unit in UNITS:
                kind, size = UNITS[unit]
                amounts.add((kind, round(value * size, 3)))
                at += 1
            else:
                amounts.add(("", float(value)))
        elif word in ("a", "an", "per") and unit in UNITS:
            kind, size = UNITS[unit]
            amounts.add((kind, float(size)))
            at += 1
        elif word in NEGATIONS:
            since = 0
        elif word not in STOP:
            plain, flipped = canon(word)
            content[plain] = flipped != (since < 3)
            since += 1
        at += 1
    return content, amounts


def names_in(claim):
    words = re.findall(r"[^\W\d_]+", claim)
    found = {w for w in words[1:] if w[0].isupper()}
    found |= {words[0]} if len(words) > 1 and words[1][0].isupper() else set()
    return {name for name in found if name.lower() not in STOP | NEGATIONS}


def judge(claim, source):
    content, amounts = read(claim)
    sentences = [read(s) for s in split_claims(source)]
    everywhere = {word for mine, _ in sentences for word in mine}
    names = {canon(n.lower())[0] for n in names_in(claim)}
    topic = {w for w in content if w not in names}

    def cover(mine):
        return sum(1.0 if w in mine else 0.5 if w in everywhere else 0 for w in topic) / max(1, len(topic))

    best = max(sentences, key=lambda s: (cover(s[0]), len(amounts & s[1])))
    if cover(best[0]) < 0.55:
        return "unsupported"
    all_amounts = {a for _, mine in sentences for a in mine}
    if amounts - all_amounts or names - everywhere:
        return "contradicted"
    shared = [w for w in content if w in best[0]]
    if any(content[w] for w in shared) != any(best[0][w] for w in shared):
        return "contradicted"
    return "supported"


def risk_coverage_area(confidence, right):
    confidence, wrong = np.asarray(confidence), 1 - np.asarray(right)
    order = np.argsort(-confidence, kind="stable")
    area, done, errors, n = 0.0, 0, 0, len(wrong)
    for level in np.unique(confidence)[::-1]:
        same = wrong[order][done : done + int((confidence == level).sum())]
        done, errors = done + len(same), errors + int(same.sum())
        area += len(same) / n * errors / done
    return area


def calibrate(scores, right, new):
    def features(s):
        s = np.clip(np.asarray(s), 1e-6, 1 - 1e-6)
        return np.column_stack([np.ones(len(s)), np.log(s / (1 - s))])

    X, y, w = features(scores), np.asarray(right), np.zeros(2)
    for _ in range(30):
        p = 1 / (1 + np.exp(-X @ w))
        H = (X * (p * (1 - p))[:, None]).T @ X + 1e-6 * np.eye(2)
        w = w + np.linalg.solve(H, X.T @ (y - p))
    return 1 / (1 + np.exp(-features(new) @ w))


def upper(errors, n, level=0.95):
    z = NormalDist().inv_cdf(level)
    p = errors / n
    middle = p + z * z / (2 * n)
    return (middle + z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n)


def abstain_below(confidence, right, max_risk):
    confidence, right = np.asarray(confidence), np.asarray(right)
    chosen = None
    for level in np.quantile(confidence, np.linspace(0, 0.95, 20))[::-1]:
        answered = confidence >= level
        errors = int((1 - right[answered]).sum())
        if errors / int(answered.sum()) > max_risk:
            break
        chosen = float(level)
    return chosen
