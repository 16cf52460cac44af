"""A submission against a lab's checks, in real boxes: what earns points and what can't."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.labs.conftest import write_checks
from viva.exceptions import InputError, SandboxError
from viva.labs import BackendName, Lab, Report, find_lab, grade_texts, prepare
from viva.labs._orchestrator import run

GOOD = "def double(x):\n    return 2 * x\n"


def grade(lab: Lab, source: str, backend: BackendName, *, seed: int = 1) -> Report:
    return grade_texts(lab, {"solution.py": textwrap.dedent(source)}, "submit", backend, seed=seed)


def statuses(report: Report) -> dict[str, str]:
    return {check.id: check.status for check in report.checks}


def test_a_right_solution_gets_every_point_in_each_sandbox(lab: Lab, backend: BackendName) -> None:
    report = grade(lab, GOOD, backend)
    assert (report.score, report.counts, report.internal) == (3.0, True, False)
    assert report.backend == backend
    assert report.files_sha256 is not None


def test_one_seed_gives_one_report_in_every_sandbox(backend: BackendName) -> None:
    lab = find_lab("attention-core")
    source = (lab.folder / "solutions/mask_after.py").read_text()
    report = grade_texts(lab, {"attention.py": source}, "submit", backend, seed=4711)
    assert [(c.id, c.earned) for c in report.checks if c.status != "pass"] == [("attention-mask", 0.0)]
    again = grade_texts(lab, {"attention.py": source}, "submit", backend, seed=4711)
    assert [c.message for c in report.checks] == [c.message for c in again.checks]


def test_check_runs_the_public_checks_alone(lab: Lab, any_backend: BackendName) -> None:
    report = grade_texts(lab, {"solution.py": GOOD}, "check", any_backend)
    assert list(statuses(report)) == ["doubles"]
    assert report.debrief == ()


def test_what_the_candidate_prints_is_shown_and_is_no_answer(lab: Lab, any_backend: BackendName) -> None:
    report = grade(
        lab, "print('hello \\x1b[2J')\ndef double(x):\n    print(x)\n    return 2 * x\n", any_backend
    )
    assert report.score == 3
    assert "hello" in report.log
    assert "\x1b" not in report.log


def test_an_exception_names_the_candidate_s_own_line(lab: Lab, any_backend: BackendName) -> None:
    report = grade(lab, "def double(x):\n    return x.nothing\n", any_backend)
    assert report.score == 0
    assert "AttributeError" in report.checks[0].message
    assert "solution.py:2" in report.checks[0].message


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("def double(x): return object()", "can't be returned"),
        ("def double(x):\n    while True: pass", "time limit"),
        ("import os\ndef double(x): os._exit(0)", "died"),
        ("def double(x): return 'x' * (1 << 25)", "bytes"),
        ("def double(", "SyntaxError"),
        ("\0", "while importing"),
        ("double = 3", "not callable"),
        ("x = 1", "defines no `double`"),
    ],
)
def test_each_way_to_fail_is_said_and_earns_nothing(
    lab: Lab, any_backend: BackendName, source: str, what: str
) -> None:
    quick = lab.model_copy(update={"limits": lab.limits.model_copy(update={"call_seconds": 0.2})})
    report = grade(quick, source, any_backend)
    assert report.score == 0
    assert what in report.checks[0].message
    assert not report.internal


def test_a_dead_box_costs_its_check_and_not_the_next(lab: Lab, any_backend: BackendName) -> None:
    source = """
        import os, numpy as np
        def double(x):
            if not isinstance(x, np.ndarray):
                os._exit(1)
            return 2 * x
    """
    report = grade(lab, source, any_backend)
    assert statuses(report) == {"doubles": "fail", "doubles-arrays": "pass"}
    assert report.n_boxes == 2


def test_a_sleeper_is_ended_by_the_clock(lab: Lab, any_backend: BackendName) -> None:
    limits = lab.limits.model_copy(update={"call_seconds": 0.1, "total_seconds": 1.0})
    started = time.monotonic()
    source = "import time\ndef double(x): time.sleep(60)"
    report = grade(lab.model_copy(update={"limits": limits}), source, any_backend)
    assert report.score == 0
    assert time.monotonic() - started < 15


def test_work_on_the_processor_is_counted_and_waiting_for_it_is_not(
    lab: Lab, any_backend: BackendName
) -> None:
    limits = lab.limits.model_copy(update={"call_seconds": 0.3, "total_seconds": 10.0})
    source = "import time\ndef double(x):\n    time.sleep(0.5)\n    return 2 * x\n"
    assert grade(lab.model_copy(update={"limits": limits}), source, any_backend).score == 3


HIDDEN = """
from viva_kit import Fail, Partial, check

@check("doubles-arrays")
def _(sub, rng):
    {body}
"""


@pytest.mark.parametrize(
    ("body", "earned", "status"),
    [
        ("raise Partial(0.25, 'a quarter')", 0.5, "partial"),
        ("raise Partial(float('nan'), 'nothing')", 0.0, "fail"),
        ("raise Partial(9, 'greedy')", 2.0, "pass"),
        ("raise Fail('wrong')", 0.0, "fail"),
        ("1 / 0", 0.0, "error"),
    ],
)
def test_a_check_s_outcome_becomes_points_of_the_manifest(
    lab: Lab, any_backend: BackendName, body: str, earned: float, status: str
) -> None:
    report = grade(write_checks(lab, HIDDEN.format(body=body)), GOOD, any_backend)
    assert (report.checks[1].earned, report.checks[1].status) == (earned, status)
    assert report.internal is (status == "error")
    assert report.counts is (status != "error")


@pytest.mark.parametrize("body", ["import os; os._exit(0)", "import sys; sys.exit(0)"])
def test_a_checker_that_dies_earns_nothing_and_does_not_count(
    lab: Lab, any_backend: BackendName, body: str
) -> None:
    report = grade(write_checks(lab, HIDDEN.format(body=body)), GOOD, any_backend)
    assert report.checks[1].earned == 0
    assert (report.internal, report.counts) == (True, False)


def test_a_check_that_is_missing_from_the_files_is_the_lab_s_fault(
    lab: Lab, any_backend: BackendName
) -> None:
    report = grade(write_checks(lab, "import viva_kit\n"), GOOD, any_backend)
    assert report.internal
    assert "doubles-arrays" in report.notes[0]


def test_a_check_after_one_that_failed_is_not_run(lab: Lab, any_backend: BackendName) -> None:
    ordered = write_checks(
        lab,
        (lab.folder / "hidden/checks.py").read_text(),
        **{"points = 2": 'points = 2\nafter = ["doubles"]'},
    )
    source = "def double(x):\n    return 2 * x if hasattr(x, 'shape') else 0\n"
    report = grade(ordered, source, any_backend)
    assert statuses(report) == {"doubles": "fail", "doubles-arrays": "not run"}
    assert "needs doubles first" in report.checks[1].message


def test_a_fresh_check_sees_nothing_that_earlier_ones_left(lab: Lab, any_backend: BackendName) -> None:
    fresh = write_checks(
        lab, (lab.folder / "hidden/checks.py").read_text(), **{"points = 2": "points = 2\nfresh = true"}
    )
    source = "n = 0\ndef double(x):\n    global n\n    n += 1\n    return 2 * x if n == 1 else 0\n"
    assert grade(fresh, source, any_backend).score == 3
    assert grade(lab, source, any_backend).score == 1


def test_a_check_of_a_pack_can_t_reach_the_host_either(
    lab: Lab, any_backend: BackendName, tmp_path: Path
) -> None:
    canary = tmp_path / "canary"
    canary.write_text("alive")
    body = f"open({str(canary)!r}, 'w').write('dead')"
    report = grade(write_checks(lab, HIDDEN.format(body=body)), GOOD, any_backend)
    assert report.internal
    assert canary.read_text() == "alive"


def test_hidden_checks_and_solutions_are_absent_from_the_submission_s_box(backend: BackendName) -> None:
    lab = find_lab("attention-core")
    source = """
import os
def softmax(x):
    seen = []
    for root in ("/work", "/home", "/root", "/tmp", "/srv", "/opt", "/usr"):
        for folder, _, files in os.walk(root):
            for name in files:
                if name in ("checks.py", "reference.py", "good.py", "lab.toml"):
                    try:
                        seen.append(open(os.path.join(folder, name)).read()[:20])
                    except OSError:
                        pass
    raise ValueError("read %d files" % len(seen))
def attention(q, k, v, mask=None): return None
def attention_backward(q, k, v, d): return None
"""
    report = grade_texts(lab, {"attention.py": source}, "check", backend)
    assert "read 0 files" in report.checks[0].message


def test_a_library_that_the_lab_does_not_list_can_t_be_imported(lab: Lab, backend: BackendName) -> None:
    source = """
        import sys
        def double(x):
            sys.path += %r
            import scipy
            return 2 * x
    """ % [path for path in sys.path if path.endswith("site-packages")]
    report = grade(lab, source, backend)
    assert report.score == 0
    assert "scipy" in report.checks[0].message


def test_files_that_do_not_fit_are_refused_before_anything_runs(lab: Lab, any_backend: BackendName) -> None:
    with pytest.raises(InputError):
        grade_texts(lab, {"other.py": "x"}, "check", any_backend)


def test_a_pair_is_started_ahead_and_serves_one_run(lab: Lab, any_backend: BackendName) -> None:
    pair = prepare(lab, "submit", any_backend)
    report = grade_texts(lab, {"solution.py": GOOD}, "submit", any_backend, prepared=pair)
    assert report.score == 3
    assert not pair._folder.exists()


def test_a_package_that_is_not_installed_is_named(lab: Lab, any_backend: BackendName) -> None:
    needs = lab.model_copy(update={"packages": ("numpy", "pandas")})
    try:
        import pandas  # noqa: F401
    except ImportError:
        with pytest.raises(SandboxError, match="pandas"):
            prepare(needs, "check", any_backend)
    else:
        pytest.skip("pandas is installed here")


def test_hostile_submissions_beside_honest_ones_change_no_honest_score(
    lab: Lab, any_backend: BackendName
) -> None:
    hostile = [
        "def double(x):\n    while True: pass",
        "def double(x): return [b'x' * (1 << 20)] * 1000",
        "import os\nos._exit(0)",
        "def double(x):\n    print('y' * (9 << 20))\n    return 2",
    ]
    limits = lab.limits.model_copy(update={"call_seconds": 0.3, "total_seconds": 4.0})
    quick = lab.model_copy(update={"limits": limits})
    sources = [GOOD, hostile[0], GOOD, hostile[1], GOOD, hostile[2], GOOD, hostile[3], GOOD]
    with ThreadPoolExecutor(6) as pool:
        reports = list(pool.map(lambda source: grade(quick, source, any_backend), sources))
    assert [r.score for r, s in zip(reports, sources, strict=True) if s == GOOD] == [3.0] * 5
    assert [r.score for r, s in zip(reports, sources, strict=True) if s != GOOD] == [0.0] * 4


def test_boxes_end_with_the_process_that_started_them(lab: Lab, backend: BackendName, tmp_path: Path) -> None:
    code = """
import sys, time
from pathlib import Path
from viva.labs import load_lab, prepare
pair = prepare(load_lab(Path(sys.argv[1])), "check", sys.argv[2])
pair.box.wait_ready()
print("ready", flush=True)
time.sleep(60)
"""
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    os.chmod(tmp_path, 0o755)
    argv = [sys.executable, "-c", code, str(lab.folder), backend]
    with subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == b"ready\n"
        assert boxes(tmp_path)
        server.send_signal(signal.SIGKILL)
    for _ in range(50):
        if not boxes(tmp_path):
            return
        time.sleep(0.1)
    pytest.fail(f"boxes outlived their server: {boxes(tmp_path)}")


def boxes(folder: Path) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in line and b"inside/__main__.py" in line:
            found.append(entry.name)
    return found


def test_without_a_sandbox_the_report_says_so_and_never_counts(lab: Lab) -> None:
    report = run(prepare(lab, "submit", "none"), {"solution.py": GOOD.encode()}, seed=1)
    assert (report.score, report.backend, report.counts) == (3.0, "none", False)
