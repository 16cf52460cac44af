"""The doctor: what is safe is proved, and what isn't is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from viva.exceptions import SandboxError, UsageError
from viva.labs import BACKENDS, BackendName, Diagnosis, choose_backend, doctor
from viva.labs import _doctor as module
from viva.labs._backends import refusal


@pytest.fixture(autouse=True)
def _forgetful(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "_proved", set())
    monkeypatch.setattr(module, "_memory_file", lambda: tmp_path / "lab-doctor.json")


def test_a_sandbox_refuses_every_probe(backend: BackendName) -> None:
    (diagnosis,) = doctor((backend,))
    assert diagnosis.leaks == ()
    assert diagnosis.n_probes >= 13
    assert diagnosis.is_safe
    assert "safe" in str(diagnosis)


def test_a_plain_subprocess_is_found_out() -> None:
    (diagnosis,) = doctor(("none",))
    assert not diagnosis.is_safe
    assert {"reads a file of the host", "writes a file of the host", "forks"} <= set(diagnosis.leaks)
    assert "UNSAFE" in str(diagnosis)


def test_no_sandbox_is_only_had_by_asking_for_it() -> None:
    assert choose_backend(unsafe=True) == "none"
    with pytest.raises(SandboxError, match="unsafe"):
        choose_backend("none")
    with pytest.raises(UsageError, match="docker"):
        choose_backend("docker")


def test_a_machine_without_a_sandbox_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("bwrap", "landlock"):
        missing = replace(BACKENDS[name], missing=lambda name=name: f"no {name} here")  # type: ignore[misc]
        monkeypatch.setitem(BACKENDS, name, missing)
    with pytest.raises(SandboxError, match=r"nothing was run .*no bwrap here.*no landlock here.*[Ii]nstall"):
        choose_backend()
    assert "--unsafe" in str(refusal())


def test_a_sandbox_that_leaks_is_not_used(any_backend: BackendName, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "examine", lambda name: Diagnosis(name, "", ("forks",), 19, 0.1))
    with pytest.raises(SandboxError, match=r"nothing was run .*UNSAFE, it lets through: forks"):
        choose_backend(any_backend)
    with pytest.raises(SandboxError, match="UNSAFE"):
        choose_backend()


def test_a_proof_is_remembered_for_this_boot_and_a_server_proves_anew(
    any_backend: BackendName, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert choose_backend(any_backend) == any_backend
    monkeypatch.setattr(module, "_proved", set())
    monkeypatch.setattr(module, "examine", lambda name: pytest.fail(f"{name} was examined again"))
    assert choose_backend(any_backend) == any_backend
    with pytest.raises(pytest.fail.Exception, match="examined"):
        choose_backend(any_backend, remember=False)
