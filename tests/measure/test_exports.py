from __future__ import annotations

import ast
import inspect
from pathlib import Path

import viva.measure as measure

ROOM = Path(inspect.getfile(measure)).parent


def test_the_list_is_what_the_room_imports_sorted() -> None:
    tree = ast.parse((ROOM / "__init__.py").read_text(encoding="utf-8"))
    imported = {n.name for node in tree.body if isinstance(node, ast.ImportFrom) for n in node.names}
    assert set(measure.__all__) == imported
    constants_types_functions = sorted(
        measure.__all__, key=lambda n: (not n.isupper(), not n[0].isupper(), n)
    )
    assert list(measure.__all__) == constants_types_functions


def test_every_public_function_and_type_says_what_it_is() -> None:
    silent = [
        name
        for name in measure.__all__
        if name != "Model"  # an alias of strings
        and callable(getattr(measure, name))
        and not (getattr(measure, name).__doc__ or "").strip()
    ]
    assert silent == []


def test_the_room_reads_no_files_clocks_or_other_rooms() -> None:
    forbidden = {"os", "pathlib", "io", "time", "datetime", "random", "csv", "json"}
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                assert name.split(".")[0] not in forbidden, f"{path.name} imports {name}"
                if name.startswith("viva."):
                    assert name.startswith(("viva.measure", "viva.exceptions")), path.name
