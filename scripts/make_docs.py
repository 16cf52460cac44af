"""Makes what the documents take from the program: help, the state diagram, schemas, the README's run.

usage: python scripts/make_docs.py [--check]   (--check: write nothing, exit 1 when something is out of date)
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from viva.app import GradeInput, GradeOutput
from viva.bank import Question
from viva.session import TRANSITIONS

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (
    "", "interview", "ask", "report", "sessions", "export", "forget", "grade", "bank", "bank list",
    "bank show", "bank check", "bank stats", "bank schema", "bank export", "bank import", "bench",
    "bench answers", "bench lab-attacks", "items", "items analyze", "items calibrate", "form",
    "form assemble", "form kit", "form simulate", "fairness", "progress", "lab", "lab list",
    "lab start", "lab check", "lab submit", "lab watch", "lab hint",
    "lab diff", "lab reset", "lab debrief", "lab report", "lab new", "lab schema", "lab verify",
    "lab doctor", "serve", "serve admin", "study", "study due", "study plan",
    "speech", "speech doctor", "speech fetch", "transcribe",
)  # fmt: skip
CLI_INTRO = """# The command line

Made from the program's own help. Answers can be typed, or come from a file (`--answers FILE.yaml`): a list
used in order, or a mapping from what is asked (`<question>`, `<question>/<variant>`,
`<question>#<criterion>`, `default`) to a text or to `{text, confidence}`.
"""


def main() -> None:
    """Write or check every made text."""
    made = {
        ROOT / "docs/cli.md": cli_page(),
        ROOT / "docs/session.md": between("docs/session.md", "diagram", diagram()),
        ROOT / "docs/schemas/grade-input.json": schema(GradeInput.model_json_schema()),
        ROOT / "docs/schemas/grade-output.json": schema(GradeOutput.model_json_schema(mode="serialization")),
        ROOT / "docs/schemas/question.json": schema(Question.model_json_schema()),
        ROOT / "README.md": between("README.md", "run", f"```console\n{readme_run()}\n```"),
    }
    stale = [path for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        print(f"{'out of date' if '--check' in sys.argv else 'wrote'}: {path.relative_to(ROOT)}")
        if "--check" not in sys.argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[path], "utf-8")
    sys.exit(bool(stale) and "--check" in sys.argv)


def viva(*args: str, home: str) -> str:
    """What a command prints, on a terminal of 100 columns without colour."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("VIVA_")}
    env |= {"VIVA_HOME": home, "COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1"}
    env |= {"VIVA_CACHE": str(ROOT / ".cache")}
    command = [sys.executable, "-m", "viva", *args]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout


def cli_page() -> str:
    """The page with every command's help."""
    parts = [CLI_INTRO]
    for command in COMMANDS:
        text = viva(*command.split(), "--help", home="/nowhere")
        text = "\n".join(line.rstrip() for line in text.strip("\n").splitlines())
        parts.append(f"## `{' '.join(['viva', command]).strip()}`\n\n```text\n{text.strip()}\n```\n")
    return "\n".join(parts)


def diagram() -> str:
    """The transition table as a Mermaid state diagram; what leads back to the same state is a note."""
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> new"]
    for (state, event), to in TRANSITIONS.items():
        if state is not to:
            lines.append(f"    {state.value} --> {to.value}: {event.__name__}")
    lines += ["    closed --> [*]", "```", "", "Allowed where they stand, without a change of state:", ""]
    stays: dict[str, list[str]] = {}
    for (state, event), to in TRANSITIONS.items():
        if state is to:
            stays.setdefault(event.__name__, []).append(state.value)
    lines += [f"- `{event}`: {', '.join(states)}" for event, states in stays.items()]
    return "\n".join(lines)


def schema(made: dict[str, object]) -> str:
    """A JSON Schema as a file."""
    return json.dumps(made, indent=2) + "\n"


def readme_run() -> str:
    """A real run for the README."""
    with tempfile.TemporaryDirectory() as home:
        text = viva("ask", "bias-variance", "--answers", "tests/doors/answers.yaml", home=home)
    lines = [line.rstrip() for line in text.strip("\n").splitlines()]
    return "\n".join(["$ viva ask bias-variance --answers tests/doors/answers.yaml", *lines])


def between(file: str, name: str, text: str) -> str:
    """The file with what stands between its markers for `name` replaced."""
    source = (ROOT / file).read_text("utf-8")
    pattern = re.compile(rf"(<!-- {name}: [^\n]*-->\n).*?(<!-- end -->)", re.DOTALL)
    if not pattern.search(source):
        raise SystemExit(f"{file}: no markers for {name!r}")
    return pattern.sub(lambda m: f"{m[1]}{text}\n{m[2]}", source)


if __name__ == "__main__":
    main()
