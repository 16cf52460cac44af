from __future__ import annotations

import csv
import sqlite3
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

from viva.bank import Bank
from viva.doors.exchange import PACKAGE, QTI, write_anki, write_csv, write_qti


def test_the_table_has_a_line_for_every_criterion(bank: Bank, tmp_path: Path) -> None:
    n = write_csv(bank, tmp_path / "bank.csv")
    with (tmp_path / "bank.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == n == sum(len(q.criteria) for q in bank)
    claims = {(q.id, c.id): c.claim for q in bank for c in q.criteria}
    assert all(claims[(row["question"], row["criterion"])] == row["claim"] for row in rows)


def test_a_deck_opens_and_a_newer_one_updates_the_same_cards(bank: Bank, tmp_path: Path) -> None:
    def guids(name: str) -> set[str]:
        n = write_anki(bank, tmp_path / f"{name}.apkg")
        with zipfile.ZipFile(tmp_path / f"{name}.apkg") as package:
            package.extract("collection.anki2", tmp_path / name)
        db = sqlite3.connect(tmp_path / name / "collection.anki2")
        found = {row[0] for row in db.execute("SELECT guid FROM notes")}
        db.close()
        assert len(found) == n
        return found

    assert guids("one") == guids("two")


def test_a_package_lists_every_item_and_each_has_prompt_and_scorers_rubric(
    bank: Bank, tmp_path: Path
) -> None:
    n = write_qti(list(bank), tmp_path / "bank.zip")
    with zipfile.ZipFile(tmp_path / "bank.zip") as package:
        manifest = ET.fromstring(package.read("imsmanifest.xml"))
        listed = [e.get("href", "") for e in manifest.iter(f"{{{PACKAGE}}}resource")]
        assert sorted([*listed, "imsmanifest.xml"]) == sorted(package.namelist())
        items = [ET.fromstring(package.read(href)) for href in listed]
    assert len(items) == n == len(bank)
    for item in items:
        prompt = item.find(f".//{{{QTI}}}qti-prompt")
        rubric = item.find(f".//{{{QTI}}}qti-rubric-block")
        assert prompt is not None
        assert prompt.text
        assert rubric is not None
        assert rubric.get("view") == "scorer"
