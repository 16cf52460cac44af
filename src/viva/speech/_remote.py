"""A server that speaks the OpenAI form of speech recognition: one's own, a company's, or OpenAI's."""

from __future__ import annotations

import ipaddress
import json
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from viva.exceptions import UsageError
from viva.speech._audio import Audio, pcm_of, wav_of
from viva.speech._errors import SpeechError
from viva.speech._transcriber import Options
from viva.speech._words import Where, Word, words_of

TIMEOUT_S = 120
MAX_ANSWER = 8 * 1024 * 1024
_PATH = "/v1/audio/transcriptions"


class _NoRedirect(HTTPRedirectHandler):
    """The audio and the key go to the named server and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass(frozen=True)
class Remote:
    """A server by its address."""

    url: str
    model: str
    key: str = ""
    max_seconds: float = 300.0

    @property
    def name(self) -> str:
        """The model and the server's name."""
        return f"{self.model} at {urlsplit(self.url).netloc.rpartition('@')[2]}"

    @property
    def where(self) -> Where:
        """On this machine when the address is its own."""
        return Where.HERE if is_loopback(urlsplit(self.url).hostname or "") else Where.SERVER

    def hear(self, audio: Audio, language: str) -> tuple[Word, ...]:
        """The words of a stretch of speech. Raises SpeechError."""
        wav = wav_of(pcm_of(audio))
        try:
            answer = self._ask(wav, language, "verbose_json")
        except _Refused:  # some models give the text alone
            answer = self._ask(wav, language, "json")
        return words_from_answer(answer, self.name)

    def _ask(self, wav: bytes, language: str, form: str) -> bytes:
        fields = [("model", self.model), ("language", language), ("response_format", form)]
        if form == "verbose_json":
            fields += [("timestamp_granularities[]", part) for part in ("word", "segment")]
        body, kind = _multipart(fields, wav)
        headers = {"Content-Type": kind} | ({"Authorization": f"Bearer {self.key}"} if self.key else {})
        request = Request(self.url, body, headers)
        try:
            with self._opener().open(request, timeout=TIMEOUT_S) as answer:
                found: bytes = answer.read(MAX_ANSWER)
                return found
        except HTTPError as error:
            with error:
                said = error.read(300).decode("utf-8", "replace")
            kind_of = _Refused if error.code in (400, 415, 422) and form == "verbose_json" else SpeechError
            raise kind_of(
                f"{self.name} answered {error.code}: {said!r}. The recording is kept; "
                f"{_STEP.get(error.code, _ASK)}"
            ) from None
        except (URLError, OSError) as error:
            why = getattr(error, "reason", error)
            raise SpeechError(
                f"{self.name} can't be reached ({why}). The recording is kept; try again, or type the answer"
            ) from None

    def _opener(self) -> OpenerDirector:
        """No proxy stands between this machine and itself."""
        return build_opener(_NoRedirect, *([ProxyHandler({})] if self.where is Where.HERE else []))


class _Refused(SpeechError):
    """The server doesn't do what was asked in this form."""


_ASK = "try again, or type the answer"
_STEP = {
    401: "check VIVA_SPEECH_KEY",
    403: "check VIVA_SPEECH_KEY",
    404: "check VIVA_SPEECH_URL and its model",
}


def missing(options: Options) -> str | None:
    """What keeps a server from being asked, with the next step; None when one is named."""
    if not options.url:
        return "no server named; set VIVA_SPEECH_URL to an OpenAI-compatible one"
    try:
        load(options)
    except UsageError as error:
        return str(error)
    return None


def place(options: Options) -> tuple[str, Where]:
    """The server's name and where the sound goes."""
    server = load(options)
    return server.name, server.where


def load(options: Options) -> Remote:
    """The server that the options name. Raises UsageError for what is no address."""
    parts = urlsplit(options.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(
            f"VIVA_SPEECH_URL: found {options.url!r}; wanted: an address like http://127.0.0.1:8001/v1"
        )
    path = parts.path.rstrip("/")
    if not path.endswith("/audio/transcriptions"):
        path += "/audio/transcriptions" if path else _PATH
    return Remote(urlunsplit(parts._replace(path=path, fragment="")), options.remote_model, options.key)


def is_loopback(host: str) -> bool:
    """Is this a name of the machine itself?"""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def words_from_answer(answer: bytes, name: str) -> tuple[Word, ...]:
    """The words in a server's answer, with whatever it says about each. Raises SpeechError."""
    try:
        found = json.loads(answer)
        timed = found.get("words") or [w for s in found.get("segments") or () for w in s.get("words") or ()]
        words = tuple(_word(word) for word in timed if str(word["word"]).strip())
        return words or words_of(str(found["text"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise SpeechError(
            f"{name} answered {answer[:80]!r}; wanted: JSON with a text. The recording is kept; "
            "is VIVA_SPEECH_URL right?"
        ) from None


def _word(word: dict[str, Any]) -> Word:
    sure = word.get("probability", word.get("confidence"))
    start, end = word.get("start"), word.get("end")
    return Word(
        str(word["word"]).strip(),
        None if start is None else float(start),
        None if end is None else float(end),
        None if sure is None else min(1.0, max(0.0, float(sure))),
    )


def _multipart(fields: list[tuple[str, str]], wav: bytes) -> tuple[bytes, str]:
    """A form with a file, as bytes, and its content type."""
    border = secrets.token_hex(16)
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields
    ]
    head = f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="answer.wav"\r\n'
    parts += [f"{head}Content-Type: audio/wav\r\n\r\n".encode(), wav, f"\r\n--{border}--\r\n".encode()]
    return b"".join(parts), f"multipart/form-data; boundary={border}"
