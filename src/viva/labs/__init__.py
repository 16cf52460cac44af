"""Runs a candidate's code in a sandbox and reports facts; the points are lab.toml's."""

from viva.labs._attacks import AttackResult, run_attacks
from viva.labs._backends import BACKENDS, BackendName, available_backends
from viva.labs._debrief import choose_debrief, debrief_key, debrief_question, lead_in
from viva.labs._doctor import Diagnosis, choose_backend, doctor
from viva.labs._lab import (
    CheckSpec,
    DebriefQuestion,
    Lab,
    find_lab,
    lab_schema,
    list_labs,
    load_lab,
)
from viva.labs._orchestrator import Prepared
from viva.labs._report import CheckResult, Mode, Report, to_html, to_text
from viva.labs._runs import WarmPairs, check, grade_texts, new_seed, prepare, submit
from viva.labs._scaffold import new_lab
from viva.labs._verify import Verification, verify
from viva.labs._watch import Checked, watch
from viva.labs._workspace import Attempt, Progress, Workspace, start

__all__ = [
    "BACKENDS",
    "AttackResult",
    "Attempt",
    "BackendName",
    "CheckResult",
    "CheckSpec",
    "Checked",
    "DebriefQuestion",
    "Diagnosis",
    "Lab",
    "Mode",
    "Prepared",
    "Progress",
    "Report",
    "Verification",
    "WarmPairs",
    "Workspace",
    "available_backends",
    "check",
    "choose_backend",
    "choose_debrief",
    "debrief_key",
    "debrief_question",
    "doctor",
    "find_lab",
    "grade_texts",
    "lab_schema",
    "lead_in",
    "list_labs",
    "load_lab",
    "new_lab",
    "new_seed",
    "prepare",
    "run_attacks",
    "start",
    "submit",
    "to_html",
    "to_text",
    "verify",
    "watch",
]
