"""Taking the candidate's files: by name, regular, bounded, never through a link."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from viva.exceptions import InputError
from viva.labs import Lab
from viva.labs._snapshot import MAX_FILE_BYTES, take_folder, take_texts


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def test_only_the_editable_files_are_taken(lab: Lab, work: Path) -> None:
    (work / "solution.py").write_bytes(b"x = 1\n")
    (work / "conftest.py").write_text("evil")
    assert take_folder(lab, work) == {"solution.py": b"x = 1\n"}


def test_a_link_is_refused_even_to_a_file_one_may_read(lab: Lab, work: Path) -> None:
    (work / "solution.py").symlink_to(lab.folder / "solutions/good.py")
    with pytest.raises(InputError, match=r"solution\.py"):
        take_folder(lab, work)


def test_a_linked_folder_on_the_way_is_refused(lab: Lab, work: Path, tmp_path: Path) -> None:
    nested = lab.model_copy(update={"files": lab.files.model_copy(update={"editable": ("a/solution.py",)})})
    (tmp_path / "real").mkdir()
    (tmp_path / "real/solution.py").write_text("x = 1\n")
    (work / "a").symlink_to(tmp_path / "real")
    with pytest.raises(InputError, match="solution"):
        take_folder(nested, work)


def test_a_named_pipe_is_refused_without_waiting(lab: Lab, work: Path) -> None:
    os.mkfifo(work / "solution.py")
    with pytest.raises(InputError, match="regular"):
        take_folder(lab, work)


def test_a_sparse_file_of_two_gigabytes_is_refused_unread(lab: Lab, work: Path) -> None:
    with open(work / "solution.py", "wb") as file:
        file.truncate(2 << 30)
    with pytest.raises(InputError, match="at most"):
        take_folder(lab, work)


def test_a_missing_file_is_named(lab: Lab, work: Path) -> None:
    with pytest.raises(InputError, match=r"solution\.py"):
        take_folder(lab, work)


def test_texts_must_be_exactly_the_lab_s_files(lab: Lab) -> None:
    assert take_texts(lab, {"solution.py": "é\n"}) == {"solution.py": "é\n".encode()}
    with pytest.raises(InputError, match="exactly"):
        take_texts(lab, {})
    with pytest.raises(InputError, match=r"\.\./x"):
        take_texts(lab, {"solution.py": "", "../x": ""})
    with pytest.raises(InputError, match="at most"):
        take_texts(lab, {"solution.py": "x" * (MAX_FILE_BYTES + 1)})
