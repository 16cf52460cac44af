"""The command line as a person meets it: a real process, a real terminal."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import jsonschema
import pexpect
import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
VIVA = [sys.executable, "-m", "viva"]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("VIVA_", "COV_"))}
    cache = ROOT / ".cache"
    return kept | {
        "VIVA_HOME": str(tmp_path / "home"),
        "VIVA_CACHE": str(cache),
        "VIVA_GRADER": "lexical.v1",
        "COLUMNS": "100",
        "TERM": "dumb",
    }


def viva(env: dict[str, str], *args: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*VIVA, *map(str, args)], env=env, input=stdin, capture_output=True, text=True, timeout=60
    )


def interview(env: dict[str, str], *args: object) -> subprocess.CompletedProcess[str]:
    return viva(env, "interview", "--answers", HERE / "answers.yaml", "--seed", 1, "--minutes", 12, *args)


def test_a_scripted_interview_runs_from_warm_up_to_report(env: dict[str, str]) -> None:
    done = interview(env)
    assert done.returncode == 0, done.stderr
    for part in ("warm-up", "question 1", "variant", "Report of session", "Confidence:"):
        assert part in done.stdout


def test_json_is_the_report_and_nothing_else(env: dict[str, str]) -> None:
    report = json.loads(interview(env, "--json").stdout)
    assert report["state"] == "closed"
    assert {t["step"] for t in report["turns"]} >= {"warm-up", "question", "variant"}


def test_the_html_report_stands_alone_and_escapes_what_was_said(env: dict[str, str], tmp_path: Path) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text(
        'default: "<script>alert(1)</script> & variance is how much the fit changes between samples"'
    )
    viva(env, "ask", "bias-variance", "--answers", answers)
    page = tmp_path / "report.html"
    assert viva(env, "report", "--html", page).returncode == 0
    html = page.read_text("utf-8")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert not re.search(r"(?:src|href)=", html)
    assert "<mark" in html


def test_a_person_types_an_answer_is_interrupted_and_goes_on(env: dict[str, str]) -> None:
    child = pexpect.spawn(VIVA[0], [*VIVA[1:], "ask", "overfitting"], env=env, encoding="utf-8", timeout=30)
    child.expect("> ")
    child.sendline("it learns the noise in the training data")
    child.expect("> ")
    child.sendintr()
    child.expect(r"Go on with: (viva interview --resume --session \S+)")
    command = child.match[1].split()[1:]
    child.expect(pexpect.EOF)
    child = pexpect.spawn(VIVA[0], [*VIVA[1:], *command], env=env, encoding="utf-8", timeout=30)
    child.expect("you had typed:")
    child.expect("it learns the noise")
    child.expect("> ")
    child.sendline("so it does badly on new data")
    child.expect("> ")
    child.sendline("")
    child.expect("How sure are you")
    child.sendline("a lot")
    child.expect("found 'a lot'; wanted a number from 0 to 100")
    child.sendline("80")
    child.expect(r"\d\.\d/10 \(90% interval")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    exported = [json.loads(line)["event"] for line in viva(env, "export").stdout.splitlines()]
    said = next(e["text"] for e in exported if e["type"] == "ResponseGiven")
    assert said == "it learns the noise in the training data\nso it does badly on new data"


def test_a_kill_in_mid_answer_loses_no_typed_line(env: dict[str, str]) -> None:
    child = pexpect.spawn(VIVA[0], [*VIVA[1:], "ask", "rag"], env=env, encoding="utf-8", timeout=30)
    child.expect("> ")
    child.sendline("first it searches the documents")
    child.expect("> ")
    child.kill(signal.SIGKILL)
    child.expect(pexpect.EOF)
    child = pexpect.spawn(
        VIVA[0], [*VIVA[1:], "interview", "--resume"], env=env, encoding="utf-8", timeout=30
    )
    child.expect("first it searches the documents")
    child.close(force=True)


def test_grading_a_file_answers_every_line_and_says_so_in_the_exit_status(
    env: dict[str, str], tmp_path: Path
) -> None:
    given, got = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    good = {
        "id": "1",
        "question": "rag",
        "text": "it searches documents and gives them to the model to answer",
    }
    given.write_text(json.dumps(good) + "\nnot json\n")
    done = viva(env, "grade", given, "-o", got)
    assert done.returncode == 3
    assert "1 of 2 lines" in done.stderr
    schema = json.loads(viva(env, "grade", "--schema").stdout)
    jsonschema.validate(good, schema["input"])
    results = [json.loads(line) for line in got.read_text().splitlines()]
    for result in results:
        jsonschema.validate(result, schema["output"])
    assert [r["status"] for r in results] == ["graded", "error"]


def test_grading_reads_and_writes_pipes(env: dict[str, str]) -> None:
    line = json.dumps({"id": 1, "ask": "Why?", "reference": "Because it rains.", "text": "because of rain"})
    done = viva(env, "grade", stdin=line + "\n")
    assert done.returncode == 0
    assert json.loads(done.stdout)["id"] == 1


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["ask", "bias-varience"], "no question 'bias-varience' .*did you mean 'bias-variance'"),
        (["interview", "--topic", "cooking"], "no topic 'cooking' in the bank; wanted: "),
        (["interview", "--resume"], "no open session to resume; start one with `viva interview`"),
        (["report", "nope"], "no session starts with 'nope'; see `viva sessions`"),
        (["grade", "/nowhere.jsonl"], "/nowhere.jsonl: No such file.*wanted a file of JSON lines"),
        (["grade", "--grader", "magic.v9"], "no grader 'magic.v9'; wanted: one of "),
        (["bank", "show", "nope"], "no question 'nope'"),
        (["bank", "import", "/nowhere", "--name", "x"], "no such folder; wanted a folder or a Git URL"),
    ],
)  # fmt: skip
def test_an_error_is_one_line_that_says_what_to_do(env: dict[str, str], args: list[str], says: str) -> None:
    done = viva(env, *args, stdin='{"id": 1}\n')
    assert done.returncode == 1
    assert re.search(f"^viva: .*{says}", done.stderr), done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_wrong_setting_is_named(env: dict[str, str]) -> None:
    done = viva(env | {"VIVA_LOG_LEVEL": "loud"}, "sessions")
    assert done.returncode == 1
    assert "VIVA_LOG_LEVEL: found 'loud'" in done.stderr


def test_a_script_that_runs_out_leaves_the_session_to_resume(env: dict[str, str], tmp_path: Path) -> None:
    short = tmp_path / "short.yaml"
    short.write_text("- only one answer about held out data\n")
    done = viva(env, "interview", "--answers", short, "--seed", 1)
    assert done.returncode == 1
    assert "has 1 answers; turn 2 needs one" in done.stderr
    assert interview(env, "--resume").returncode == 0


def test_the_log_never_holds_the_persons_words(env: dict[str, str], tmp_path: Path) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text('default: "my secret project at Acme overfitted"')
    done = viva(env, "--log-level", "debug", "--log-json", "ask", "overfitting", "--answers", answers)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert any("ResponseGiven" in line["message"] for line in lines)
    assert "Acme" not in done.stderr


def test_forgetting_a_session_removes_its_words_from_the_file(env: dict[str, str]) -> None:
    session = json.loads(interview(env, "--json").stdout)["session"]
    assert viva(env, "forget", session, "--yes").returncode == 0
    assert viva(env, "export").stdout == ""


@pytest.mark.parametrize(
    "command",
    ["", "interview", "ask", "report", "sessions", "export", "forget", "grade", "bank list", "bank show",
     "bank check", "bank stats", "bank schema", "bank export", "bank import", "bench answers"],
)  # fmt: skip
def test_every_command_has_help(env: dict[str, str], command: str) -> None:
    done = viva(env, *command.split(), "--help")
    assert done.returncode == 0
    assert "Usage: " in done.stdout
