"""A lab solved in a real browser: checks, debrief, and the lab in the report."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.doors.web.conftest import Server
from tests.doors.web.test_browser import _findings
from viva.labs import find_lab

LAB = find_lab("attention-core")
SOLUTION = (LAB.folder / "solutions/no_stability.py").read_text()
TOLD = "Without it the exponential overflows to infinity, and infinity over infinity is not a number."

PASTE = """(editor, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


def _write(page: Page, code: str) -> None:
    """Put `code` into the editor as someone who pastes it does."""
    editor = page.locator(".editor .cm-content")
    editor.click()
    page.keyboard.press("Control+A")
    editor.evaluate(PASTE, code)


def test_a_lab_is_solved_talked_over_and_stands_in_the_report(
    page: Page, server: Server, browser: Browser
) -> None:
    page.set_default_timeout(90_000)  # sandboxes, and a server that has only just begun
    page.goto(f"{server.url}/labs/attention-core")
    page.get_by_role("button", name="Start: the clock runs from here").click()
    _write(page, SOLUTION)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("heading", name="Checked: 5 of 5 points")).to_be_visible(timeout=90_000)
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_role("heading", name="Submitted: 18 of 20 points")).to_be_visible(timeout=90_000)
    page.get_by_role("button", name="Answer 5 questions on your result").click()
    expect(page.get_by_text("did not pass")).to_be_visible(timeout=90_000)
    for turn in range(5):
        page.get_by_label("Your answer").fill(TOLD if turn == 0 else "I don't know that one.")
        page.get_by_label("How sure are you").fill("60")
        page.get_by_role("button", name="Give this answer").click()
        expect(
            page.get_by_text("What was looked for").or_(page.get_by_text("No score")).first
        ).to_be_visible()
        page.get_by_role("button", name="Go on with the debrief").click()
    expect(page.get_by_role("heading", name="Lab report")).to_be_visible()
    expect(page.get_by_role("heading", name=f"Lab: {LAB.title}")).to_be_visible()
    expect(page.get_by_text("18 of 20 points").first).to_be_visible()
    expect(page.get_by_text("overflows to infinity").first).to_be_visible()
    for place in (page.url, f"{server.url}/labs/attention-core"):
        axe = browser.new_page()  # axe sets styles of its own, which the policy's watch would take for ours
        axe.goto(place, wait_until="networkidle")
        assert _findings(axe) == []
        axe.close()


def test_an_interview_in_the_browser_gives_its_lab_and_goes_on_after_the_submit(
    page: Page, server: Server
) -> None:
    page.set_default_timeout(90_000)
    page.goto(f"{server.url}/interview")
    page.get_by_label("Minutes").fill("60")
    page.get_by_label("Give me a lab too").check()
    page.get_by_role("button", name="Begin").click()
    for _ in range(2):
        page.get_by_label("Your answer").fill("I don't know that one.")
        page.get_by_role("button", name="Give this answer").click()
        page.get_by_role("button", name="Go on with the interview").click()
    expect(page.get_by_role("button", name="Leave the lab without a submit")).to_be_visible(timeout=90_000)
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_role("heading", name="Submitted: 0 of")).to_be_visible(timeout=90_000)
    page.get_by_role("link", name="Go on with the interview").click()
    page.get_by_role("button", name="Go on", exact=True).click()
    expect(page.get_by_text("debrief 1 of")).to_be_visible(timeout=90_000)
