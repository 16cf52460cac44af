"""Measures the labs' sandboxes: how quick they are, and whether they hold.

    python bench/labs.py latency            ready, check, watch and submit, against a bare NumPy import
    python bench/labs.py mixed              100 honest and hostile submissions at once
    python bench/labs.py attacks FOLDER     every attack in a folder, and three made by the runner

The baseline is timed in the same rounds as what it is compared with, so that the machine's other
work falls on both. Run the attacks in a PID and network namespace of their own:
`unshare -pfn --mount-proc sh -c 'ip link set lo up; python bench/labs.py attacks FOLDER'`.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from viva.labs import (
    BackendName,
    Lab,
    Report,
    WarmPairs,
    available_backends,
    find_lab,
    grade_texts,
    run_attacks,
    start,
    watch,
)

LAB = "attention-core"
HOSTILE = {
    "loops for ever": "def softmax(x):\n    while True: pass\nattention = attention_backward = softmax\n",
    "takes memory": "def softmax(x): return bytearray(3 << 30)\nattention = attention_backward = softmax\n",
    "dies": "import os\ndef softmax(x): os._exit(0)\nattention = attention_backward = softmax\n",
    "prints": "def softmax(x): print('x' * (9 << 20))\nattention = attention_backward = softmax\n",
    "forges": "import os\ndef softmax(x): os.write(4, b'1' * 64)\nattention = attention_backward = softmax\n",
}


def milliseconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return 1000 * (time.perf_counter() - started)


def bare_import() -> None:
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    subprocess.run([sys.executable, "-I", "-c", "import numpy"], check=True, env=environment)


def one_box(lab: Lab, backend: BackendName) -> float:
    """Milliseconds until the submission's box of a pair is ready, started alone."""
    from viva.labs._orchestrator import Prepared

    class Alone(Prepared):
        def _start_checker(self):  # type: ignore[no-untyped-def]
            return None

    started = time.perf_counter()
    pair = Alone(lab, "check", backend)
    assert pair.box is not None
    pair.box.wait_ready()
    spent = 1000 * (time.perf_counter() - started)
    pair.close()
    return spent


def latency(rounds: int) -> None:
    lab = find_lab(LAB)
    good = {"attention.py": (lab.folder / "solutions/good.py").read_text()}
    for backend in available_backends():
        figures = [one_round(lab, good, backend) for _ in range(rounds)]
        print(f"{backend}: median of {rounds} rounds")
        for name in figures[0]:
            print(f"  {name:24} {statistics.median(f[name] for f in figures):7.0f} ms")
        ratio = statistics.median(f["box ready"] / f["bare import"] for f in figures)
        print(f"  box ready / bare import, paired {ratio:.2f}")
        print(f"  save to report in watch  {watched(lab, backend, rounds):7.0f} ms")
        if backend != "bwrap":  # whose grandchildren's time is not handed up
            print(f"  cold submits a second and core {1 / cpu_seconds(lab, good, backend):.1f}")


def one_round(lab: Lab, good: dict[str, str], backend: BackendName) -> dict[str, float]:
    found = {"bare import": milliseconds(bare_import), "box ready": one_box(lab, backend)}
    found["check, cold"] = milliseconds(lambda: grade_texts(lab, good, "check", backend))
    warm = WarmPairs(backend)
    warm.warm(lab, "check")
    time.sleep(0.8)
    pair = warm.take(lab, "check")
    found["check, started ahead"] = milliseconds(
        lambda: grade_texts(lab, good, "check", backend, prepared=pair)
    )
    found["submit, cold"] = milliseconds(lambda: grade_texts(lab, good, "submit", backend))
    return found


def watched(lab: Lab, backend: BackendName, rounds: int) -> float:
    source = (lab.folder / "solutions/good.py").read_text()
    found = []
    with tempfile.TemporaryDirectory() as folder:
        workspace = start(lab, Path(folder) / "work", at=datetime.now(UTC))
        events = watch(workspace, backend)
        while next(events) is None:
            pass
        for n in range(rounds):
            settled = time.monotonic() + 0.8
            while time.monotonic() < settled:
                next(events)
            (workspace.folder / "attention.py").write_text(source + f"# {n}\n")
            saved = time.perf_counter()
            while next(events) is None:
                pass
            found.append(1000 * (time.perf_counter() - saved))
        events.close()  # type: ignore[attr-defined]
    return statistics.median(found)


def cpu_seconds(lab: Lab, texts: dict[str, str], backend: BackendName, n: int = 5) -> float:
    def used() -> float:
        total = 0.0
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
            usage = resource.getrusage(who)
            total += usage.ru_utime + usage.ru_stime
        return total

    before = used()
    for _ in range(n):
        grade_texts(lab, texts, "submit", backend)
    return (used() - before) / n


def mixed(n: int) -> None:
    """`n` submissions at once, every second one hostile: each honest score as when run alone."""
    lab = find_lab(LAB)
    honest = [e.solution for e in lab.expect if e.solution not in ("solutions/loops.py",)]
    sources = {name: (lab.folder / name).read_text() for name in honest}
    for backend in available_backends():
        alone = {
            k: grade_texts(lab, {"attention.py": s}, "submit", backend, seed=7).score
            for k, s in sources.items()
        }
        jobs = []
        for k in range(n // 2):
            name, evil = honest[k % len(honest)], list(HOSTILE.values())[k % len(HOSTILE)]
            jobs += [(name, sources[name]), ("", evil)]

        def grade(job: tuple[str, str], backend: BackendName = backend) -> tuple[str, Report]:
            return job[0], grade_texts(lab, {"attention.py": job[1]}, "submit", backend, seed=7)

        started = time.perf_counter()
        with ThreadPoolExecutor(16) as pool:
            done = list(pool.map(grade, jobs))
        changed = sum(report.score != alone[name] for name, report in done if name)
        gained = sum(report.score > 0 for name, report in done if not name)
        slowest = max(report.seconds for name, report in done if not name)
        peak = max(report.peak_mb for _, report in done)
        print(
            f"{backend}: {n} submissions in {time.perf_counter() - started:.0f} s; {changed} honest scores "
            f"changed, {gained} hostile ones earned; dearest hostile {slowest:.1f} s, {peak} MB"
        )


def attacks(folder: Path, backends: list[BackendName]) -> int:
    lost = 0
    for backend in backends:
        results = []
        for result in run_attacks(folder, backend):
            results.append(result)
            if not result.held:
                print(result, flush=True)
        held = sum(result.held for result in results)
        dearest = max(results, key=lambda result: result.seconds)
        print(f"{backend}, user {os.geteuid()}: {held} of {len(results)} held; dearest {dearest}")
        lost += len(results) - held
    return lost


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["latency", "mixed", "attacks"])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--backend", choices=["bwrap", "landlock", "none"])
    parser.add_argument("-n", type=int, help="rounds (latency, 15) or submissions (mixed, 100)")
    chosen = parser.parse_args()
    if chosen.what == "latency":
        latency(chosen.n or 15)
    elif chosen.what == "mixed":
        mixed(chosen.n or 100)
    elif chosen.folder is None:
        parser.error("attacks: which folder?")
    else:
        return attacks(chosen.folder, [chosen.backend] if chosen.backend else list(available_backends()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
