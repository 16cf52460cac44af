"""Joins the writing passes into one file a question.

usage: python -m training.merge PARTS   (PARTS/<writer>/<question>.jsonl → training/answers/<question>.jsonl)
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

ANSWERS = Path(__file__).parent / "answers"


def main(parts: Path) -> None:
    """Write every question's answers, writers in order."""
    lines: dict[str, list[str]] = defaultdict(list)
    for path in sorted(parts.glob("*/*.jsonl")):
        lines[path.stem] += path.read_text("utf-8").splitlines()
    for question, rows in sorted(lines.items()):
        (ANSWERS / f"{question}.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    print(f"{sum(map(len, lines.values()))} answers to {len(lines)} questions")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
