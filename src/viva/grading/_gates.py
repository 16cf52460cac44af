"""What decides before any judging: can this text be judged, and which parts of it are no answer?

Gates look at form alone, never at delivery: a short, plain, broken or accented answer passes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from viva.grading._text import FILLERS, STOPWORDS, content_stems, fold, sentences, tokens

MAX_CHARACTERS = 20_000
LEAST_SMALL_WORDS = 0.2
"""Share of small words (the, is, when, um) below which a text makes no claim. Of 1,300 labelled answers none
has less than 0.24, and with their articles and copulas dropped none less than 0.22."""


@dataclass(frozen=True)
class Stopped:
    """A gate that closed: `zero` gives 0 out of 10, otherwise there is no score."""

    flag: str
    reason: str
    zero: bool = False


_INJECTIONS = re.compile(
    r"|".join(
        (
            r"(?:ignore|disregard|forget|override|bypass)\b[^.!?\n]{0,30}\b(?:previous|above|prior|all|"
            r"your|these)\b[^.!?\n]{0,25}\b(?:instruction|rubric|prompt|criteri|rule|direction|"
            r"guideline|key\b)",
            r"(?:ignore|disregard|forget|override|bypass)\s+(?:the|this)\s+(?:key|rubric|criteria|instruction|"
            r"prompt)",
            r"(?:give|award|assign|grant)\s+(?:me|this|it|my|the (?:answer|response|candidate))?\b"
            r"[^.!?\n]{0,25}\b(?:full|maximum|max|perfect|highest|10|ten)\b"
            r"\s*(?:possible\s+)?(?:mark|score|credit|grade|point|/\s*10|out of (?:10|ten))",
            r"\b(?:score|grade|mark|rating)\s*(?:[:=]|should be|must be)\s*\"?(?:10|ten|full|max|perfect)",
            r"(?:mark|treat|consider|count|judge|label|rate|deem|accept)\b[^.!?\n]{0,20}\b(?:all|every|each|"
            r"this)\b[^.!?\n]{0,20}\b(?:criteri\w+|claims?|points?|answer|response)\b[^.!?\n]{0,15}\bas\b",
            r"(?:all|every|each)\b[^.!?\n]{0,10}\b(?:criteri\w+|key points?|claims?)\b[^.!?\n]{0,15}\b"
            r"(?:is|are|been|as)\b[^.!?\n]{0,10}\b(?:met|satisfied|fulfilled|covered|addressed)",
            r"^\W*(?:system|assistant|developer)\s*(?:prompt|message|override|note)?\s*[:>\]]",
            r"\b(?:the|this) candidate (?:has |have )?(?:also )?(?:\w+ly )?(?:covered|defined|explained|"
            r"answered|described|discussed|demonstrated|addressed|clarified)\b",
            r"\b(?:interviewer|examiner|grader|panel|evaluator) (?:is )?(?:speaking|talking|writing|here)\b",
            r"\b(?:put|write|note|mark)\s+(?:\w+\s+){0,3}down\s+(?:as\s+)?(?:a|an)?\s*"
            r"(?:10|ten|full)\b",
            r"\bfull marks? (?:on|for|in) (?:every|each|all)\b",
            r"\b(?:rubric|scoring|grading|marking)\b[^.!?\n]{0,30}\b(?:withdrawn|waived|suspended|void|lifted|"
            r"overridden|cancelled|disabled)\b",
            r"\bdo(?: not|n'?t) (?:mention|reveal|report|show|list) (?:this|that|the) (?:notice|message|note|"
            r"instruction|override)\b",
            r"</?\s*(?:system|instruction|admin|grader|rubric|answer)\b[^>]*>|\[/?INST\]|<\|[^|]*\|>",
            r"\b(?:you are now|act as|pretend to be)\b[^.!?\n]{0,30}\b(?:kind|forgiving|"
            r"generous|lenient)",
            r"\b(?:note|message|instruction|reminder)s?\s+(?:to|for)\s+(?:the\s+)?(?:grader|examiner|"
            r"evaluator|judge|marker|ai|scorer)\b",
            r"\b(?:dear|attention|hey)\s+(?:grader|examiner|evaluator|judge|marker|ai)\b",
            r"\b(?:grader|evaluator|examiner|judge|scorer)\b\s+(?:should|must|shall|has to|is to)\s+(?:award|"
            r"give|treat|accept|mark|ignore|grant|consider)\b",
            r"\bthis (?:answer|response) (?:is|deserves|meets|should|must|has been)\b[^.!?\n]{0,30}"
            r"(?:correct and|perfect|full|all criteria|accepted|approved|verified|10|ten\b|expert)",
            r"\"(?:verdict|score|met|grade)\"\s*:",
        )
    ),
    re.IGNORECASE | re.MULTILINE,
)
_HEADERS = re.compile(
    r"^\s*[#\[<(*=]+\s*(?:system|assistant|developer|admin\w*|grader|evaluator)\b[^\n.!?]{0,20}"
    r"\b(?:message|override|notice|note|update|instructions?)\b",
    re.IGNORECASE | re.MULTILINE,
)
"""A line that pretends to come from the system: what follows is no part of the answer."""
_TALKS_ABOUT_IT = re.compile(
    r"\b(?:attack\w*|inject\w*|malicious|adversar\w*|jailbreak\w*|someone|users?|hidden)\b", re.IGNORECASE
)
"""A sentence about prompt injection is an answer, not one; left in, an instruction still earns nothing."""
_FOREIGN = {
    "German": "der die das und ist nicht ein eine mit von zu den auf für sich dem werden wird auch",
    "French": "le la les des est et une un dans pour que qui pas sur avec sont du au plus par",
    "Spanish": "el la los las es y una un en por que de con para no se del como más está",
    "Italian": "il la di che è e un una per con non sono del della si le gli da nel",
    "Portuguese": "o a os as é e um uma em por que de com para não se do da como mais",
    "Dutch": "de het een en is van dat niet met voor zijn op te wordt aan ook er maar",
}
_FOREIGN_WORDS = {name: frozenset(words.split()) for name, words in _FOREIGN.items()}
_ENGLISH = STOPWORDS | {"model", "data", "example"}
_UNKNOWING = re.compile(
    r"\b(?:i (?:really |honestly |just )?(?:do not|don'?t) (?:really |actually )?(?:know|remember)|"
    r"no idea|not sure at all|i can'?t answer|never (?:heard|learned|learnt) (?:of|about))\b",
    re.IGNORECASE,
)


def mask_instructions(text: str) -> tuple[str, bool]:
    """`text` with sentences that instruct the grader blanked out, and whether there were any.

    Blanks keep the length, so that offsets into the original stay true.
    """
    chars, found = list(text), False
    header = _HEADERS.search(text)
    if header is not None:
        chars[header.start() :] = " " * (len(text) - header.start())
        found = True
    for match in _INJECTIONS.finditer(text):
        start = max((text.rfind(mark, 0, match.start()) for mark in ".!?\n"), default=-1) + 1
        ends = [at for mark in ".!?\n" if (at := text.find(mark, match.end())) >= 0]
        end = min([*ends, match.end() + 200, len(text)])
        if not _TALKS_ABOUT_IT.search(text, start, end):
            chars[start:end] = " " * (end - start)
            found = True
    return "".join(chars), found


def first_gate(ask: str, text: str) -> Stopped | None:
    """The first gate that closes on `text` as an answer to `ask`, or None when it can be judged."""
    for gate in _GATES:
        stopped = gate(ask, text)
        if stopped is not None:
            return stopped
    return None


def _blank(_ask: str, text: str) -> Stopped | None:
    if not re.search(r"\w", text):
        return Stopped("blank", "nothing was said")
    return None


def _other_script(_ask: str, text: str) -> Stopped | None:
    letters = [c for c in text if c.isalpha()]
    if letters and sum(c.isascii() for c in letters) < 0.6 * len(letters):
        return Stopped("wrong-language", "the answer isn't in English, the only language of the key")
    return None


def _other_language(_ask: str, text: str) -> Stopped | None:
    words = [fold(w) for w in re.findall(r"[^\W\d_]+", text)]
    if len(words) < 8:
        return None
    english = sum(w in _ENGLISH for w in words)
    name, n = max(
        ((name, sum(w in known for w in words)) for name, known in _FOREIGN_WORDS.items()),
        key=lambda pair: pair[1],
    )
    if n >= 0.18 * len(words) and n > 1.5 * english:
        return Stopped("wrong-language", f"the answer seems to be in {name}; the key is in English")
    return None


def _unknowing(_ask: str, text: str) -> Stopped | None:
    if _UNKNOWING.search(text) and len(content_stems(_UNKNOWING.sub(" ", text))) <= 3:
        return Stopped("dont-know", 'an honest "I don\'t know": nothing to judge, worth 0', zero=True)
    return None


def _too_short(_ask: str, text: str) -> Stopped | None:
    if len(content_stems(text)) < 2:
        return Stopped("too-short", "too few words to judge; say it in a sentence or two")
    return None


def _echo(ask: str, text: str) -> Stopped | None:
    asked = set(content_stems(ask))
    said = content_stems(text)
    if asked and said and sum(s not in asked for s in said) <= max(1, 0.15 * len(said)):
        return Stopped("question-echo", "the answer only repeats the question", zero=True)
    return None


def _gibberish(_ask: str, text: str) -> Stopped | None:
    words = [t.word for t in tokens(text) if t.word.isalpha()]
    if not words:
        return Stopped("gibberish", "the answer holds no words")
    odd = sum(_looks_odd(w) for w in words)
    if odd >= 0.4 * len(words) and odd >= 2:
        return Stopped("gibberish", "the answer isn't made of words")
    return None


def _looks_odd(word: str) -> bool:
    """No vowel, five consonants in a row, or one letter over and over."""
    if len(word) < 4:
        return False
    return bool(
        not re.search(r"[aeiouy]", word)
        or re.search(r"[bcdfghjklmnpqrstvwxz]{6}", word)
        or re.fullmatch(r"(.{1,2})\1{2,}", word)
    )


def _salad(_ask: str, text: str) -> Stopped | None:
    words = tokens(text)
    if len(words) < 12:
        return None
    small = sum(t.word in STOPWORDS or t.word in FILLERS for t in words)
    if small < LEAST_SMALL_WORDS * len(words):
        return Stopped("keyword-salad", "a list of terms makes no claim that could be judged", zero=True)
    return None


_DETERMINERS = frozenset("the a an my your our their its every".split())
_NEVER_NEXT = frozenset(
    """
    of in on to is are was were and or but that which if for with it they you we he she not be been has
    have do does can will would as at by from so than because when while then into about the a an
    """.split()
)
"""Words that don't follow a determiner in any English, however broken."""
_DENIALS = re.compile(
    r"^\W*(?:and |but |also )?(?:it(?:'s| is) (?:not true|untrue|false|wrong|incorrect|not the case) |"
    r"(?:the claim|the idea|the statement|saying) that )",
    re.IGNORECASE,
)


def _scrambled(_ask: str, text: str) -> Stopped | None:
    words = [t.word for t in tokens(text)]
    places = [i for i, w in enumerate(words[:-1]) if w in _DETERMINERS]
    odd = sum(words[i + 1] in _NEVER_NEXT and words[i + 1] != words[i] for i in places)
    if len(words) >= 20 and odd >= 3 and odd >= 0.25 * len(places):
        return Stopped("scrambled", "the words are in no order that says anything", zero=True)
    return None


def _denying(_ask: str, text: str) -> Stopped | None:
    said = [s.text for s in sentences(text)]
    denied = sum(bool(_DENIALS.match(s)) for s in said)
    if denied >= 3 and denied > 0.6 * len(said):
        return Stopped("only-denies", "the answer denies claim after claim and makes none", zero=True)
    return None


_GATES: tuple[Callable[[str, str], Stopped | None], ...] = (
    _blank,
    _other_script,
    _gibberish,
    _other_language,
    _unknowing,
    _too_short,
    _echo,
    _salad,
    _scrambled,
    _denying,
)
"""In this order: the first that closes decides."""
