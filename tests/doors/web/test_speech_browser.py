"""Answering out loud in a real browser: a microphone that plays a file, and an engine that really listens."""

from __future__ import annotations

import re
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.doors.web.conftest import Server, chromium
from tests.doors.web.test_browser import _begin, _findings, _shoot
from tests.speech.voices import Listener, say
from viva.speech import Audio, read_wav
from viva.speech._activity import levels

DEVICE = "--use-fake-device-for-media-stream"
FAKE = ("--no-sandbox", "--use-fake-ui-for-media-stream", DEVICE)
SLOW = 30_000
"""Milliseconds in which a server starts again on a busy machine."""
LEAD = 1.0
"""Seconds of quiet in which a busy machine gets its microphone going."""
Opener = Callable[..., Page]


@pytest.fixture(scope="module", autouse=True)
def _patience() -> Iterator[None]:
    """A recording takes real time, and a busy machine takes more."""
    expect.set_options(timeout=SLOW)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def speaking_server(
    tmp_path_factory: pytest.TempPathFactory, server_cache: Path, listener: Listener
) -> Iterator[Server]:
    """A server that sends sound to the listener."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIVA_SPEECH_URL", listener.url)
        running = Server(tmp_path_factory.mktemp("home"), server_cache)
    yield running
    running.kill()


@pytest.fixture(scope="module")
def bare_server(tmp_path_factory: pytest.TempPathFactory, server_cache: Path) -> Iterator[Server]:
    """A server without an engine, for tests that kill it and start it again."""
    running = Server(tmp_path_factory.mktemp("home"), server_cache)
    yield running
    running.kill()


@pytest.fixture(scope="module")
def sentence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A spoken sentence, with some quiet after it."""
    return say(tmp_path_factory.mktemp("voice") / "sentence.wav", before=LEAD, after=2.0)


@pytest.fixture
def microphone(browser: Browser) -> Iterator[Opener]:
    """Opens a tab whose microphone plays a file once."""
    started: list[Browser] = []
    troubles: list[str] = []

    def opener(wav: Path, *, script: str = "") -> Page:
        args = [*FAKE, f"--use-file-for-fake-audio-capture={wav}%noloop"]
        started.append(browser.browser_type.launch(executable_path=chromium(), args=args))
        tab = started[-1].new_page(viewport={"width": 900, "height": 1000})
        tab.set_default_timeout(SLOW)
        tab.on("pageerror", lambda error: troubles.append(str(error)))
        tab.on("console", lambda m: troubles.append(m.text) if "Content Security Policy" in m.text else None)
        if script:
            tab.add_init_script(script)
        return tab

    yield opener
    for one in started:
        one.close()
    assert not troubles


def _record(page: Page, seconds: float, *, button: str = "Record") -> None:
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_text("Recording. Take your time")).to_be_visible()
    page.wait_for_timeout(1000 * seconds)


def _content(words: str) -> set[str]:
    return set(words.split()) & {"model", "learned", "noise", "training", "data"}


def _stop(page: Page) -> None:
    page.get_by_role("button", name="I'm done speaking").click()


def _sound(page: Page, server: Server) -> list[Audio]:
    """Every take of the page's turn, as the server has it."""
    base = page.locator("#recorder").get_attribute("data-recorder")
    takes = page.request.get(f"{server.url}{base}").json()["takes"]
    return [read_wav(page.request.get(f"{server.url}{base}/{take['id']}/audio").body()) for take in takes]


def _same_rise_and_fall(source: Path, recorded: Audio, *, seconds: float) -> float:
    """How well the loudness of a file's first `seconds` fits the best stretch of a recording, -1 to 1."""
    # Loudness is compared every 10 ms, so a lost or doubled chunk of half a second shows.
    wanted = np.maximum(levels(read_wav(source)), -60)[: round(seconds * 100)]
    found = np.maximum(levels(recorded), -60)
    stretches = [found[at : at + len(wanted)] for at in range(len(found) - len(wanted) + 1)]
    fits = [np.corrcoef(wanted, stretch)[0, 1] for stretch in stretches if stretch.std() > 1]
    return float(max(fits, default=-1.0))


def test_a_spoken_answer_becomes_words_is_read_over_corrected_graded_and_explained(
    microphone: Opener, speaking_server: Server, listener: Listener, sentence: Path
) -> None:
    page = microphone(sentence)
    _begin(page, speaking_server)
    expect(page.get_by_text("Words by whisper-1 at 127.0.0.1")).to_be_visible()
    _record(page, 4.2)
    _stop(page)
    box = page.get_by_label("Your answer")
    expect(box).to_have_value(re.compile(r"\w+ \w+"))
    assert len(_content(box.input_value())) >= 3  # a busy machine's microphone stutters
    assert set(listener.asked[-1]) == {"model", "language", "response_format", "timestamp_granularities[]"}
    unsure = page.locator("button.word-unsure").first
    unsure.click()
    chosen = page.evaluate("(e => e.value.slice(e.selectionStart, e.selectionEnd))(document.activeElement)")
    assert chosen == (unsure.text_content() or "").removesuffix(" (not sure)")
    assert not _findings(page)
    _shoot(page, "speaking")
    page.get_by_role("button", name="Give this answer").click()
    expect(page.get_by_label("Your answer")).to_be_visible()  # nothing is sent that nobody has read
    box.fill("It memorised the noise in the training data, so new data surprise it.")
    page.get_by_label("I have read the answer over").check()
    page.get_by_label("How sure are you").fill("60")
    page.get_by_role("button", name="Give this answer").click()
    expect(page.locator(".transcript")).to_contain_text("It memorised the noise in the training data")
    expect(page.get_by_role("heading", name="How you spoke")).to_be_visible()
    expect(page.get_by_text(re.compile(r"\d+ words a minute"))).to_be_visible()
    assert not _findings(page)


def test_a_server_killed_in_mid_recording_loses_no_sound(
    microphone: Opener, bare_server: Server, sentence: Path
) -> None:
    page = microphone(sentence)
    _begin(page, bare_server)
    _record(page, 2.0)
    bare_server.kill()
    expect(page.get_by_text("The server can't be reached")).to_be_visible()
    bare_server.start()
    expect(page.get_by_text("The server can't be reached")).to_be_hidden()
    page.wait_for_timeout(300)
    _stop(page)
    expect(page.get_by_text("Recorded and kept. Play it back and type")).to_be_visible()
    (recorded,) = _sound(page, bare_server)
    assert _same_rise_and_fall(sentence, recorded, seconds=3.2) > 0.9


def test_a_reload_in_mid_recording_keeps_the_take_and_it_can_go_on(
    microphone: Opener, bare_server: Server, sentence: Path
) -> None:
    page = microphone(sentence)
    _begin(page, bare_server)
    _record(page, 3.4)
    page.reload()
    expect(page.get_by_text("not finished")).to_be_visible()
    (before,) = _sound(page, bare_server)
    assert before.seconds > 3.2
    assert _same_rise_and_fall(sentence, before, seconds=2.8) > 0.9
    _record(page, 0.8, button="Go on recording")
    _stop(page)
    expect(page.get_by_text("Recorded and kept")).to_be_visible()
    (after,) = _sound(page, bare_server)
    assert after.seconds > before.seconds + 0.6
    assert np.array_equal(after.samples[: len(before.samples)], before.samples)


def test_a_tab_and_a_server_that_go_at_once_lose_no_sound(
    microphone: Opener, bare_server: Server, sentence: Path
) -> None:
    page = microphone(sentence)
    _begin(page, bare_server)
    address = page.url
    _record(page, 1.5)
    bare_server.kill()
    page.wait_for_timeout(2000)
    page.goto("about:blank")
    bare_server.start()
    page.goto(address)
    expect(page.locator("#recorder[data-state=idle]")).to_be_visible()
    (recorded,) = _sound(page, bare_server)
    assert _same_rise_and_fall(sentence, recorded, seconds=2.8) > 0.9


def test_while_paused_nothing_is_recorded_and_a_long_silence_ends_nothing(
    microphone: Opener, speaking_server: Server, tmp_path: Path
) -> None:
    quiet = say(tmp_path / "quiet.wav", "noise", before=LEAD, after=6.0)
    page = microphone(quiet)
    _begin(page, speaking_server)
    _record(page, 2.0)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused. Nothing is recorded.")).to_be_visible()
    page.wait_for_timeout(300)
    (before,) = _sound(page, speaking_server)
    page.wait_for_timeout(1500)
    (after,) = _sound(page, speaking_server)
    assert after.seconds == before.seconds
    page.get_by_role("button", name="Go on", exact=True).click()
    page.wait_for_timeout(1500)
    expect(page.get_by_role("meter")).to_be_visible()
    page.get_by_role("button", name="Give this answer").click()
    expect(page.get_by_text("You are still recording.")).to_be_visible()
    _stop(page)
    expect(page.get_by_text("Read them and correct")).to_be_visible()
    (recorded,) = _sound(page, speaking_server)
    assert recorded.seconds > after.seconds
    page.get_by_role("button", name="Delete the recording").click()
    expect(page.get_by_text("The recording is deleted.")).to_be_visible()
    assert _sound(page, speaking_server) == []


def test_silence_is_said_to_be_silence_and_is_kept(
    microphone: Opener, speaking_server: Server, tmp_path: Path
) -> None:
    silence = tmp_path / "silence.wav"
    with wave.open(str(silence), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 16000 * 4))
    page = microphone(silence)
    _begin(page, speaking_server)
    _record(page, 1.0)
    _stop(page)
    expect(page.get_by_text(re.compile("found silence .* wanted: speech"))).to_be_visible()
    assert len(_sound(page, speaking_server)) == 1
    expect(page.get_by_label("Your answer")).to_have_value("")


ON_DEVICE = """
window.SpeechRecognition = class {
  static async available({ processLocally }) { return processLocally ? "available" : "unavailable"; }
  start(track) {
    window.heardLocally = this.processLocally === true && track.kind === "audio" && !this.phrases;
    setTimeout(() => {
      const best = { transcript: "it memorises noise", confidence: 0.4 };
      this.onresult({ resultIndex: 0, results: [Object.assign([best], { isFinal: true })] });
      this.onend();  // a silence ends it; the turn goes on
    }, 200);
  }
  stop() { setTimeout(() => this.onend(), 10); }
};
"""


def test_recognition_on_the_device_comes_before_any_engine_of_the_server(
    microphone: Opener, speaking_server: Server, listener: Listener, sentence: Path
) -> None:
    n_before = len(listener.asked)
    page = microphone(sentence, script=ON_DEVICE)
    _begin(page, speaking_server)
    expect(page.get_by_text("Words by your browser, on this device.")).to_be_visible()
    _record(page, 0.5)
    _stop(page)
    expect(page.get_by_label("Your answer")).to_have_value(re.compile("^it memorises noise"))
    expect(page.locator("button.word-unsure").first).to_have_text("it (not sure)")
    assert page.evaluate("window.heardLocally") is True
    assert len(listener.asked) == n_before


@pytest.mark.parametrize(
    ("flags", "words"),
    [([DEVICE], "The microphone isn't allowed here."), ([], "No microphone was found.")],
)
def test_without_a_microphone_or_leave_to_use_it_the_page_says_so_and_typing_goes_on(
    browser: Browser, bare_server: Server, flags: list[str], words: str
) -> None:
    other = browser.browser_type.launch(executable_path=chromium(), args=["--no-sandbox", *flags])
    page = other.new_page()
    _begin(page, bare_server)
    expect(page.get_by_text("Nothing here turns speech into words yet")).to_be_visible()
    maker = page.get_by_label("Let my browser's maker turn the sound into words")
    expect(maker).not_to_be_checked()
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_text(words)).to_be_visible()
    page.get_by_label("Your answer").fill("typed after all")
    page.get_by_role("button", name="Give this answer").click()
    expect(page.locator(".transcript")).to_contain_text("typed after all")
    other.close()
