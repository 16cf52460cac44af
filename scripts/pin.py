"""Writes constraints.txt: the versions in this environment of all that Viva and its tests need.

usage: .venv/bin/python scripts/pin.py
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Follow the requirements from Viva and the tests' list."""
    todo = ["vivavoce", *(ROOT / "requirements-test.txt").read_text().splitlines()]
    found: dict[str, str] = {}
    while todo:
        line = todo.pop().split("#")[0].strip()
        if not line:
            continue
        name = re.sub(r"[-_.]+", "-", Requirement(line).name).lower()
        if name in found:
            continue
        try:
            dist = distribution(name)
        except PackageNotFoundError:  # only needed on another system or Python
            continue
        found[name] = dist.version
        todo += [r for r in dist.requires or [] if _applies(r)]
    found.pop("vivavoce")
    lines = [f"{name}=={version}" for name, version in sorted(found.items())]
    head = "# The versions Viva is developed with; made by scripts/pin.py.\n"
    (ROOT / "constraints.txt").write_text(head + "\n".join(lines) + "\n")
    print(f"{len(lines)} versions, Python {sys.version_info.major}.{sys.version_info.minor}")


def _applies(requirement: str) -> bool:
    marker = Requirement(requirement).marker
    return marker is None or marker.evaluate({"extra": ""})


if __name__ == "__main__":
    main()
