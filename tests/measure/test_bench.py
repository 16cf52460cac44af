from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_benchmark_runs_small() -> None:
    done = subprocess.run(
        [sys.executable, "bench/measure.py", "--quick", "--only", "speed", "streaming", "selection"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for part in ("speed", "streaming", "selection"):
        assert f"\n{part}\n" in done.stdout
    assert "RMSE a" in done.stdout
