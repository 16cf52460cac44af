"""The first files of a new lab, which verify until the author replaces them one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from viva.exceptions import UsageError
from viva.labs._lab import Lab, load_lab

_MANIFEST: Final = """schema = 1
id = "{id}"
version = "0.1.0"
title = "Double a number"
kind = "code"
topics = ["new-ml-problem"]
step = "live-coding"
difficulty = 1
minutes = 10

[files]
editable = ["solution.py"]
entry = "solution.py"

[[checks]]
id = "doubles"
title = "doubles a number"
rubric = "Twice the input"
points = 1
public = true

[[checks]]
id = "doubles-arrays"
title = "doubles every element of an array"
rubric = "Elementwise, and the input is left alone"
points = 2

[[expect]]
solution = "starter/solution.py"
score = [0, 0]

[[expect]]
solution = "solutions/good.py"
score = [3, 3]
"""
_WRONG: Final = {
    "squares": ("return x * x", 'fails = ["doubles", "doubles-arrays"]', "[0, 0]"),
    "adds_one": ("return x + 1", 'fails = ["doubles", "doubles-arrays"]', "[0, 0]"),
    "sums": (
        "return 2 * x.sum() if hasattr(x, 'sum') else 2 * x",
        'fails = ["doubles-arrays"]',
        "[1, 1]",
    ),
    "truncates": ("return 2 * int(x)", 'fails = ["doubles-arrays"]', "[0, 1]"),
}
_FILES: Final = {
    "README.md": "# Double a number\n\n`double(21)` gives 42; arrays are doubled elementwise.\n",
    "CHANGES": "0.1.0  First version\n",
    "starter/solution.py": "def double(x):\n    raise NotImplementedError\n",
    "solutions/good.py": "def double(x):\n    return 2 * x\n",
    "tests/public.py": (
        "from viva_kit import check, close\n\n\n"
        '@check("doubles")\ndef _(sub, rng):\n'
        "    x = float(rng.normal())\n"
        '    close(sub.double(x), 2 * x, "double of a number")\n'
    ),
    "hidden/checks.py": (
        "from viva_kit import check, close\n\n\n"
        '@check("doubles-arrays")\ndef _(sub, rng):\n'
        "    x = rng.normal(size=(3, 2))\n"
        '    close(sub.double(x), 2 * x, "double of an array")\n'
    ),
    "hints/1.md": "Multiplication by two works for numbers and arrays alike.\n",
    "debrief.toml": "".join(
        f'[[question]]\nid = "why-{n}"\nask = "Why does the same code work for arrays?"\n'
        'strong = ["Arithmetic on an array acts on each element."]\n'
        'adequate = "Says that NumPy does it."\nweak = ["Python loops over it."]\n\n'
        for n in (1, 2, 3)
    ),
}


def new_lab(id: str, folder: Path) -> Lab:
    """Make the lab `id` in ``folder/id`` and return it. Raises UsageError if that exists."""
    root = folder / id
    if root.exists():
        raise UsageError(f"{str(root)!r} exists already; choose another id or remove it")
    manifest = _MANIFEST.format(id=id)
    files = dict(_FILES)
    for name, (body, fails, score) in _WRONG.items():
        files[f"solutions/{name}.py"] = f"def double(x):\n    {body}\n"
        manifest += f'\n[[expect]]\nsolution = "solutions/{name}.py"\nscore = {score}\n{fails}\n'
    for name, text in {**files, "lab.toml": manifest}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return load_lab(root)
