"""PDFs, read back with a reader that knows nothing of how they were made."""

from __future__ import annotations

import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.doors.test_cli import HERE, env, viva
from viva.app import Report, Viva
from viva.app.forms import assemble_questions, kit_of
from viva.doors.paper import Grid, Heading, Line, Paper, Points, Room, cell, kit_paper, line, report_paper
from viva.doors.pdf import render
from viva.hiring import Blueprint, Kit

__all__ = ["env"]  # the fixture


def squeezed(text: str) -> str:
    """Without the white space, which a page breaks anew."""
    return re.sub(r"\s+", "", text)


def pages(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(data)).pages]


def body(data: bytes) -> str:
    """All pages without their feet, squeezed."""
    every = pages(data)
    return squeezed("".join(re.sub(r"[^\n]*\s*page \d+ of \d+", "", text) for text in every))


@pytest.fixture
def kit(viva: Viva) -> Kit:
    return kit_of(viva, assemble_questions(viva, Blueprint(minutes=30, cuts=(0.5,))))


def test_every_question_claim_probe_and_anchor_of_the_kit_is_in_its_pdf(kit: Kit) -> None:
    found = body(render(kit_paper(kit)))
    assert len(kit.questions) >= 4
    for q in kit.questions:
        wanted = [q.title, q.ask_peer, q.ask_stakeholder, q.variant]
        wanted += [text for c in q.criteria for text in (c.claim, c.probe, c.note, *c.phrasings)]
        wanted += [text for m in q.misconceptions for text in (m.says[0], m.because)]
        wanted += [text for a in q.anchors for text in (a.name, a.shows, a.example)]
        for text in wanted:
            assert squeezed(text) in found, (q.id, text)


def test_pages_are_numbered_and_each_question_begins_one_and_stands_in_the_outline(kit: Kit) -> None:
    data = render(kit_paper(kit))
    every = pages(data)
    for number, text in enumerate(every, 1):
        assert f"page {number} of {len(every)}" in text
    reader = PdfReader(BytesIO(data))
    starts = {
        str(entry["/Title"]): reader.get_destination_page_number(entry) for entry in flat(reader.outline)
    }
    for number, q in enumerate(kit.questions, 1):
        title = f"{number}. {q.title}"
        first_line = every[starts[title]].strip().replace("\n", " ")  # type: ignore[index]
        assert squeezed(title) in squeezed(first_line)[: len(squeezed(title)) + 80]
    assert reader.metadata is not None
    assert (
        reader.metadata.title == f"Interviewer's kit: {len(kit.questions)} questions, {kit.minutes} minutes"
    )


def flat(outline: object) -> list[dict[str, object]]:
    assert isinstance(outline, list)
    return [e for part in outline for e in (flat(part) if isinstance(part, list) else [part])]


def test_the_same_kit_gives_the_same_bytes(kit: Kit) -> None:
    assert render(kit_paper(kit)) == render(kit_paper(kit))


def test_greek_arrows_ticks_and_accents_are_set_and_what_no_font_has_is_counted() -> None:
    text = "softmax(θ/τ) → “naïve” Žagar ė ✓ a ≤ b, √2, κ²"
    found = body(render(Paper("t", (line(text),))))
    assert squeezed(text.replace("ė", "e")) in found
    assert "missingfromthefonts" not in found
    found = body(render(Paper("t", (line("how? 你好"),))))
    assert "how???" in found
    assert "2charactersaremissingfromthefonts" in found


def test_markup_in_an_answer_stays_text() -> None:
    text = "<b>bold</b> & <font size=99>x</font> <para>"
    assert squeezed(text) in body(render(Paper("<i>t</i>", (line(text), Heading(2, text)))))


def test_a_cell_longer_than_a_page_goes_on_on_the_next_with_the_head_repeated() -> None:
    words = [f"word{i}" for i in range(3000)]
    grid = Grid(("Left", "Right"), ((cell(" ".join(words)), cell("short")),), (0.5, 0.5))
    data = render(Paper("t", (grid,)))
    every = pages(data)
    assert len(every) > 2
    assert all("Left" in text for text in every)
    assert re.findall(r"word\d+", body(data).replace("LeftRight", "")) == words


def test_empty_parts_and_a_word_wider_than_the_page_break_nothing() -> None:
    paper = Paper("t", (Points(()), Grid(("a",), (), (1.0,)), Line(()), Room(10), line("x" * 400)))
    assert "x" * 400 in body(render(paper))


def test_the_report_in_pdf_has_every_word_said_every_verdict_and_what_to_add(
    env: dict[str, str], tmp_path: Path
) -> None:
    done = viva(env, "interview", "--answers", HERE / "answers.yaml", "--seed", 1, "--minutes", 12)
    assert done.returncode == 0, done.stderr
    file = tmp_path / "report.pdf"
    done = viva(env, "report", "--pdf", file, "--json")
    assert done.returncode == 0, done.stderr
    report = Report.model_validate_json(done.stdout)
    found = body(file.read_bytes())
    assert report.turns
    for turn in report.turns:
        said = "".join(s.text for s in turn.transcript)
        plain = re.sub(r"\[[✓½✗!]\]", "", found)  # the signs beside the marks
        for text in (turn.title, turn.ask, said, turn.grader):
            assert squeezed(text) in plain, (turn.number, text)
        for f in turn.findings:
            assert squeezed(f"{f.claim}({f.level})") in found
        for f in turn.missing:
            assert squeezed(f.teach) in found
    for text in report.in_words:
        assert squeezed(text) in found
    assert found == body(render(report_paper(report)))


def test_a_kit_is_written_as_pdf_from_the_command_line(env: dict[str, str], tmp_path: Path) -> None:
    form, file = tmp_path / "form.yaml", tmp_path / "kit.pdf"
    assert viva(env, "form", "assemble", "--minutes", 10, "-o", form).returncode == 0
    done = viva(env, "form", "kit", form, "--pdf", file)
    assert (done.returncode, done.stdout) == (0, f"wrote {file}\n"), done.stderr
    assert "Interviewer's kit" in pages(file.read_bytes())[0]


def test_without_reportlab_one_line_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['reportlab'] = None\n"
        "from pathlib import Path\n"
        "from viva.doors.cli._write import write_pdf\n"
        "from viva.doors.paper import Paper\n"
        f"write_pdf(Path({str(tmp_path / 'x.pdf')!r}), Paper('t', ()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "UsageError: PDFs need reportlab; install it with: pip install 'vivavoce[pdf]'" in done.stderr
