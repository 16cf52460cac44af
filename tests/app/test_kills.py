from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_interviews_killed_at_random_moments_lose_no_accepted_answer() -> None:
    command = [sys.executable, "bench/kills.py", "--interviews", "6", "--seed", "5"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    seen = json.loads(done.stdout)
    assert (seen["lost"], seen["wrong_turn"]) == (0, 0)
    assert seen["kills"] >= 6
    assert seen["accepted"] >= 6
