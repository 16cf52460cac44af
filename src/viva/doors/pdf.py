"""A `Paper` as a PDF: A4, page numbers, an outline, tables whose head comes again on the next page.

Needs the extra ``pdf`` (reportlab). The fonts are Bitstream Vera, which come with reportlab and are
embedded. A character that Vera lacks is set in Symbol (Greek, arrows, mathematics) or ZapfDingbats
(ticks), two fonts that every reader of PDF has; else without its accent; else as "?", and the last
page says how many.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from io import BytesIO
from itertools import groupby
from typing import Any, Literal
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from viva.doors.paper import Block, Grid, Heading, Line, NewPage, Paper, Points, Room, Span, line

MARGIN = 16 * mm
FOOT = 8 * mm
WIDTH = A4[0] - 2 * MARGIN
FACES = {"Vera": "Vera", "Vera-b": "VeraBd", "Vera-i": "VeraIt", "Vera-bi": "VeraBI"}
"""Our names for the faces → reportlab's files."""
SPARE = {"Symbol": "symbolpdfdoc", "ZapfDingbats": "zapfdingbatspdfdoc"}
"""Fonts for what Vera lacks → the codec that tells what they have."""
INSTEAD = {"◐": "½", "☐": "❏", "□": "❏", "‑": "-", "\u00ad": "", "\u200b": "", "\ufeff": "", "\r": ""}
"""Characters written by another, as no font here has them."""
_SOFT, _RULE, _SHADE = (colors.HexColor(c) for c in ("#57606a", "#b8bfc6", "#f3f5f7"))
_PADDED = 3
_TALL = 0.8 * (A4[1] - 2 * MARGIN)

_STYLES: dict[str, dict[str, Any]] = {
    "plain": {"spaceAfter": 3},
    "soft": {"textColor": _SOFT, "spaceAfter": 3},
    "ask": {"fontName": "Vera-b", "spaceAfter": 4},
    "quote": {"fontSize": 7.5, "leading": 10, "backColor": _SHADE, "borderPadding": 2, "spaceBefore": 5},
    "answer": {"leftIndent": 8, "borderPadding": 4, "spaceBefore": 5, "spaceAfter": 8, "backColor": _SHADE},
    "number": {"alignment": 2},
    "head": {"fontName": "Vera-b", "fontSize": 8},
    "head-number": {"fontName": "Vera-b", "fontSize": 8, "alignment": 2},
    "h1": {"fontName": "Vera-b", "fontSize": 16, "leading": 20, "spaceAfter": 6},
    "h2": {"fontName": "Vera-b", "fontSize": 12, "leading": 16, "spaceBefore": 10, "spaceAfter": 4},
    "h3": {"fontName": "Vera-b", "fontSize": 9.5, "leading": 13, "spaceBefore": 7, "spaceAfter": 3},
}
_LOOKS = {
    "plain": "{}",
    "bold": "<b>{}</b>",
    "italic": "<i>{}</i>",
    "soft": '<font color="#57606a">{}</font>',
    "met": '<font backColor="#d7f5dd">{}</font>',
    "partly": '<font backColor="#fff3bf">{}</font>',
    "contradicted": '<font backColor="#ffdcd7">{}</font>',
    "wrong": '<font backColor="#ffdcd7">{}</font>',
}


def render(paper: Paper) -> bytes:
    """The document's bytes; the same paper gives the same bytes. Set twice, to know how many pages."""
    _fonts()
    blocks = paper.blocks
    if lost := _lost(paper):
        what = "1 character is" if lost == 1 else f"{lost} characters are"
        note = line(f"{what} missing from the fonts of this file and shown as “?”; the HTML page has them.")
        blocks = (*blocks, note)
    _, n_pages = _set(paper.title, blocks, None)
    return _set(paper.title, blocks, n_pages)[0]


class _Sheet(BaseDocTemplate):
    """Pages with a foot, and headings in the outline."""

    def __init__(self, file: BytesIO, title: str, n_pages: int | None) -> None:
        super().__init__(file, pagesize=A4, title=title, author="Viva", lang="en", invariant=1)
        self.heading = title
        self.of = "" if n_pages is None else f" of {n_pages}"
        self.n_headings, self.depth = 0, -1
        frame = Frame(MARGIN, MARGIN + 2 * mm, WIDTH, A4[1] - 2 * MARGIN - 2 * mm, 0, 0, 0, 0)
        self.addPageTemplates([PageTemplate("page", [frame], onPage=self.foot)])

    def foot(self, canvas: Canvas, _: object) -> None:
        canvas.setFont("Vera", 7.5)
        canvas.setFillColor(_SOFT)
        canvas.drawString(MARGIN, FOOT, _plain(self.heading))
        canvas.drawRightString(A4[0] - MARGIN, FOOT, f"page {canvas.getPageNumber()}{self.of}")

    def afterFlowable(self, flowable: Flowable) -> None:
        """Called by reportlab after each flowable."""
        if (level := getattr(flowable, "outline_level", None)) is not None:
            key = f"heading-{self.n_headings}"
            self.n_headings += 1
            self.canv.bookmarkPage(key)
            self.depth = min(level, self.depth + 1)  # an outline can't skip a level
            self.canv.addOutlineEntry(flowable.getPlainText(), key, self.depth, closed=False)  # type: ignore[attr-defined]


def _set(title: str, blocks: Iterable[Block], n_pages: int | None) -> tuple[bytes, int]:
    file = BytesIO()
    sheet = _Sheet(file, title, n_pages)
    sheet.build([flowable for block in blocks for flowable in _flowables(block)])
    return file.getvalue(), int(sheet.page)


def _flowables(block: Block) -> list[Flowable]:
    match block:
        case Heading():
            return _heading(block)
        case Line():
            return [_paragraph(block)]
        case Points():
            return [_points(block), Spacer(1, 3)] if block.entries else []
        case Grid():
            return [_table(block), Spacer(1, 4)]
        case Room(height_mm):
            box = Table([[""]], colWidths=[WIDTH], rowHeights=[height_mm * mm])
            box.setStyle([("BOX", (0, 0), (-1, -1), 0.5, _RULE)])
            return [box]
        case NewPage():
            return [PageBreak()]


def _heading(block: Heading) -> list[Flowable]:
    made = Paragraph(_markup(Span(block.text)), _style(f"h{block.level}"))
    if block.level < 3:
        made.outline_level = block.level - 1  # type: ignore[attr-defined] # read by `afterFlowable`
    return [CondPageBreak((28 if block.level < 3 else 22) * mm), made]


def _paragraph(text: Line, style: str | None = None) -> Paragraph:
    return Paragraph("".join(_markup(s) for s in text.spans), _style(style or text.style))


def _points(block: Points) -> Table:
    """A table and not a list, so that the mark may be any character."""
    mark = Paragraph(_markup(Span(block.mark)), _style("plain"))
    rows = [[[mark], [_paragraph(entry)]] for entry in block.entries]
    widths = [12, WIDTH - 12]
    table = Table(rows, colWidths=widths, splitInRow=_in_row(rows, widths))
    table.setStyle(
        [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
         ("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 1)]
    )  # fmt: skip
    return table


def _table(block: Grid) -> Table:
    first = enumerate(block.rows[0] if block.rows else ())
    numeric = {i for i, cell in first if cell and cell[0].style == "number"}
    styles = ["head-number" if i in numeric else "head" for i in range(len(block.header))]
    head = [_paragraph(line(name), style) for name, style in zip(block.header, styles, strict=True)]
    rows = [[[_paragraph(text) for text in cell] for cell in row] for row in block.rows]
    widths = [WIDTH * share for share in block.shares]
    table = Table([head, *rows], colWidths=widths, repeatRows=1, splitInRow=_in_row(rows, widths))
    table.setStyle(
        [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.4, _RULE),
         ("BACKGROUND", (0, 0), (-1, 0), _SHADE), ("LEFTPADDING", (0, 0), (-1, -1), _PADDED),
         ("RIGHTPADDING", (0, 0), (-1, -1), _PADDED), ("TOPPADDING", (0, 0), (-1, -1), 2),
         ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]
    )  # fmt: skip
    return table


def _in_row(rows: list[list[list[Paragraph]]], widths: list[float]) -> Literal[0, 1]:
    """Whether some row is taller than a page, so that it must be cut; else rows stay whole."""
    tallest = max(
        (
            sum(
                p.wrap(width - 2 * _PADDED, A4[1])[1] + p.style.spaceBefore + p.style.spaceAfter for p in cell
            )
            for row in rows
            for cell, width in zip(row, widths, strict=True)
        ),
        default=0.0,
    )
    return 1 if tallest > _TALL else 0


@cache
def _style(name: str) -> ParagraphStyle:
    base: dict[str, Any] = {"fontName": "Vera", "fontSize": 8.5, "leading": 11.5, "splitLongWords": 1}
    return ParagraphStyle(name, **(base | _STYLES[name]))


@cache
def _fonts() -> frozenset[int]:
    """Registers Vera once; the characters that it has."""
    for name, file in FACES.items():
        pdfmetrics.registerFont(TTFont(name, f"{file}.ttf"))
    pdfmetrics.registerFontFamily("Vera", *FACES)
    pdfmetrics.registerFontFamily("Vera-b", "Vera-b", "Vera-b", "Vera-bi", "Vera-bi")
    return frozenset(pdfmetrics.getFont("Vera").face.charToGlyph)  # type: ignore[attr-defined]


@cache
def _written(character: str) -> tuple[str, str]:
    """A character as (font, text); text is "?" where no font has it, or anything like it."""
    text = INSTEAD.get(character, character)
    if text == "\n" or all(ord(c) in _fonts() for c in text):
        return "Vera", text
    for font, codec in SPARE.items():
        if text.encode(codec, "ignore"):
            return font, text
    if unicodedata.category(text) in ("Cc", "Cf", "Mn"):
        return "Vera", ""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if ord(c) in _fonts())
    return "Vera", bare or "?"


def _lost(paper: Paper) -> int:
    return sum(c != "?" and _written(c)[1] == "?" for block in paper.blocks for c in _text(block))


def _text(block: Block) -> str:
    match block:
        case Heading(_, text):
            return text
        case Line(spans):
            return "".join(s.text for s in spans)
        case Points(entries):
            return "".join(map(_text, entries))
        case Grid(header, rows):
            return "".join(header) + "".join(_text(part) for row in rows for cell in row for part in cell)
        case _:
            return ""


def _plain(text: str) -> str:
    """A text for a canvas, which sets one font only."""
    return "".join(w if font == "Vera" else "?" for font, w in map(_written, text))


def _markup(span: Span) -> str:
    """A span in reportlab's markup; runs that Vera lacks name their font."""
    parts = []
    for font, run in groupby(
        map(_written, unicodedata.normalize("NFC", span.text)), key=lambda pair: pair[0]
    ):
        text = escape("".join(w for _, w in run)).replace("  ", "\u00a0 ").replace("\n", "<br/>")
        parts.append(text if font == "Vera" else f'<font face="{font}">{text}</font>')
    return _LOOKS[span.look].format("".join(parts))
