"""The attack runner, on a handful of hostile submissions; the whole suite runs from the bench."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from viva.exceptions import InputError
from viva.labs import BackendName, run_attacks
from viva.labs._attacks import CANARIES

BODY = """
def softmax(x): return _go()
def attention(q, k, v, mask=None): return _go()
def attention_backward(q, k, v, d): return _go()
"""
FORGE = """
# PURPOSE: writes frames of its own to every descriptor, and patches the worker
import os, struct, sys
for module in list(sys.modules.values()):
    if getattr(module, "__name__", "").endswith("codec"):
        module.encode = lambda value: b"T"
def _go():
    for fd in range(3, 12):
        try: os.write(fd, struct.pack("<I", 17) + b"\\0" * 16 + b"T")
        except OSError: pass
    return 1.0
"""
META = """
# PURPOSE: changes what Landlock does not govern: modes, times, owners, other processes' limits
import os, resource
def _go():
    done = []
    for name, act in {
        "chmod": lambda: os.chmod("/tmp/viva-canary/canary.txt", 0o600),
        "utime": lambda: os.utime("/tmp/viva-canary/canary.txt", (1, 1)),
        "chown": lambda: os.chown("/tmp/viva-canary/canary.txt", os.getuid(), -1),
        "setxattr": lambda: os.setxattr("/tmp/viva-canary/canary.txt", "user.x", b"1"),
        "truncate": lambda: os.truncate("/tmp/viva-canary/canary.txt", 0),
        "prlimit": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CORE, (0, 0)),
        "nice": lambda: os.setpriority(os.PRIO_USER, 0, 19),
        "affinity": lambda: os.sched_setaffinity(os.getppid(), {0}),
        "memfd": lambda: os.memfd_create("x"),
    }.items():
        try: act(); done.append(name)
        except OSError: pass
    raise RuntimeError("MA" "RK:" + ",".join(done) if done else "nothing")
"""
NOISE = """
# PURPOSE: fills the log and its error with control characters and markup
def _go():
    print("\\x1b[2J\\u202e" * 100)
    raise ValueError("\\x1b]0;evil\\x07<script>\\u200b")
"""


@pytest.fixture
def attacks(tmp_path: Path) -> Path:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", 18999)) == 0 or CANARIES.exists():
            pytest.skip("another suite of attacks is running on this machine")
    folder = tmp_path / "attacks"
    folder.mkdir()
    for name, source in {"forge": FORGE, "meta": META, "noise": NOISE}.items():
        (folder / f"{name}.py").write_text(source + BODY)
    return folder


def test_hostile_submissions_and_files_are_held(attacks: Path, backend: BackendName) -> None:
    os.chmod(attacks, 0o755)
    results = {result.name: result for result in run_attacks(attacks, backend)}
    assert set(results) == {"forge", "meta", "noise", "d02_symlink", "d03_fifo", "d04_sparse"}
    assert [str(result) for result in results.values() if not result.held] == []
    assert results["meta"].purpose.startswith("changes what Landlock")
    assert not CANARIES.exists()


def test_without_a_sandbox_the_runner_sees_what_got_through(attacks: Path) -> None:
    results = {result.name: result for result in run_attacks(attacks, "none")}
    assert not results["meta"].held
    assert any("MARK" in breach for breach in results["meta"].breaches)


def test_a_folder_without_attacks_is_refused(tmp_path: Path, any_backend: BackendName) -> None:
    with pytest.raises(InputError, match="holds no attack"):
        next(run_attacks(tmp_path, any_backend))
