"""The bank in formats that other tools read: Anki decks, CSV tables, IMS QTI 3.0 packages."""

from __future__ import annotations

import csv
import hashlib
import zipfile
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from xml.etree import ElementTree as ET

from viva.bank import Criterion, Question
from viva.exceptions import UsageError

QTI = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
PACKAGE = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
CSV_COLUMNS = (
    "question", "topic", "kind", "levels", "minutes", "ask_peer", "ask_stakeholder", "criterion", "level",
    "claim", "probe", "teach", "sources",
)  # fmt: skip


def write_csv(questions: Iterable[Question], path: Path) -> int:
    """A line a criterion; how many lines."""
    n = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(CSV_COLUMNS)
        for q in questions:
            for c in q.criteria:
                writer.writerow(_csv_row(q, c))
                n += 1
    return n


def _csv_row(q: Question, c: Criterion) -> tuple[object, ...]:
    return (
        q.id, q.topic, q.kind, " ".join(q.levels), q.minutes, q.ask.peer, q.ask.stakeholder, c.id,
        c.level.value, c.claim, c.probe, c.teach, "; ".join(c.sources),
    )  # fmt: skip


def write_anki(questions: Iterable[Question], path: Path) -> int:
    """A deck with a card a question and a card a criterion; how many cards.

    Identities come from ids, so that importing a newer deck updates cards and keeps their history. Raises
    UsageError when the extra that makes decks isn't installed.
    """
    try:
        import genanki  # an optional extra
    except ImportError:
        raise UsageError("Anki decks need genanki; install it with: pip install 'vivavoce[anki]'") from None
    model = genanki.Model(
        _number("viva-model"),
        "Viva",
        fields=[{"name": "Front"}, {"name": "Back"}],
        templates=[{"name": "Card", "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr>{{Back}}"}],
    )
    decks = []
    for q in questions:
        deck = genanki.Deck(_number(f"viva-deck-{q.topic}"), f"Viva::{q.topic}")
        for name, front, back in _cards(q):
            guid = genanki.guid_for("viva", q.id, name)
            deck.add_note(genanki.Note(model=model, fields=[front, back], guid=guid, tags=[q.id, q.topic]))
        decks.append(deck)
    genanki.Package(decks).write_to_file(str(path))
    return sum(len(deck.notes) for deck in decks)


def _cards(q: Question) -> Iterable[tuple[str, str, str]]:
    claims = "".join(f"<li>{escape(c.claim)} <i>({c.level.value})</i></li>" for c in q.criteria)
    yield "ask", escape(q.ask.peer), f"<ul>{claims}</ul>"
    for c in q.criteria:
        sources = "; ".join(c.sources)
        back = f"<b>{escape(c.claim)}</b><br>{escape(c.teach)}<br><small>{escape(sources)}</small>"
        yield c.id, f"{escape(q.title)}: {escape(c.probe)}", back


def _number(name: str) -> int:
    """A stable number for a name, of the size Anki wants (31 bits)."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") >> 1


def write_qti(questions: Sequence[Question], path: Path) -> int:
    """A QTI 3.0 package: an extended-text item a question, scored by a person; how many items."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("imsmanifest.xml", _xml(_manifest(questions)))
        for q in questions:
            package.writestr(_item_path(q), _xml(_item(q)))
    return len(questions)


def _item_path(q: Question) -> str:
    return f"items/{q.id.replace('/', '-')}.xml"


def _manifest(questions: Sequence[Question]) -> ET.Element:
    root = ET.Element("manifest", xmlns=PACKAGE, identifier="viva-bank")
    metadata = ET.SubElement(root, "metadata")
    ET.SubElement(metadata, "schema").text = "QTI Package"
    ET.SubElement(metadata, "schemaversion").text = "3.0.0"
    ET.SubElement(root, "organizations")
    resources = ET.SubElement(root, "resources")
    for q in questions:
        resource = ET.SubElement(
            resources, "resource", identifier=_identifier(q), type="imsqti_item_xmlv3p0", href=_item_path(q)
        )
        ET.SubElement(resource, "file", href=_item_path(q))
    return root


def _identifier(q: Question) -> str:
    return f"viva-{q.id.replace('/', '-')}"


def _item(q: Question) -> ET.Element:
    attributes = {"xmlns": QTI, "identifier": _identifier(q), "title": q.title, "xml:lang": "en"}
    attributes |= {"adaptive": "false", "time-dependent": "false"}
    item = ET.Element("qti-assessment-item", attributes)
    declared = {"identifier": "RESPONSE", "cardinality": "single", "base-type": "string"}
    ET.SubElement(item, "qti-response-declaration", declared)
    score = {"identifier": "SCORE", "cardinality": "single", "base-type": "float"}
    score |= {"external-scored": "human", "normal-maximum": "10", "normal-minimum": "0"}
    ET.SubElement(item, "qti-outcome-declaration", score)
    body = ET.SubElement(item, "qti-item-body")
    _rubric(body, q)
    asked = ET.SubElement(
        body, "qti-extended-text-interaction", {"response-identifier": "RESPONSE", "expected-lines": "12"}
    )
    ET.SubElement(asked, "qti-prompt").text = q.ask.peer
    return item


def _rubric(body: ET.Element, q: Question) -> None:
    """The key, shown to the scorer alone."""
    block = ET.SubElement(body, "qti-rubric-block", {"use": "scoring", "view": "scorer"})
    content = ET.SubElement(block, "qti-content-body")
    claims = ET.SubElement(content, "ul")
    for c in q.criteria:
        ET.SubElement(claims, "li").text = f"{c.level.value}: {c.claim}"


def _xml(root: ET.Element) -> bytes:
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
