"""The kinds of box, and which is taken: bubblewrap, else Landlock, else none and a refusal.

    name      wall around the files          wall around the rest
    bwrap     own mounts, seccomp            namespaces, seccomp, limits
    landlock  Landlock rules, seccomp        no sockets, no signals, seccomp, limits
    none      -                              limits only; for `--unsafe`, and never counts

The same programs run and the same protocol is spoken in each.
"""

from __future__ import annotations

import itertools
import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from viva.exceptions import SandboxError, UsageError
from viva.labs._box import Box, Command, Watch
from viva.labs._lab import Limits
from viva.labs._runtime import INSIDE, View
from viva.labs.inside import codec, landlock, syscalls

BackendName = Literal["bwrap", "landlock", "none"]
Role = Literal["worker", "checker"]

_N_FILES: Final = 64
_N_THREADS: Final = 64
# One user a box, so that the limit on processes counts one box only. Above what systems hand out.
_UIDS: Final[Iterator[int]] = itertools.cycle(range(61_000, 65_000))


@dataclass(frozen=True)
class Backend:
    """One kind of box: why it can't be used here ("" when it can), and how a box is started."""

    name: BackendName
    counts: bool
    missing: Callable[[], str]
    argv: Callable[[View, tuple[str, ...]], tuple[str, ...]]
    uses_landlock: bool
    uses_seccomp: bool


@dataclass(frozen=True)
class BoxPlan:
    """All that a box is told: its role, what it sees, what it may use, what is its own."""

    role: Role
    view: View
    site: str
    root: str
    """An empty folder of this run's own, over which a private root may be mounted."""
    limits: Limits
    config: dict[str, Any]


def start_box(name: BackendName, plan: BoxPlan) -> Box:
    """Start a box; it hardens itself before it takes its first question.

    Raises SandboxError when the program can't be started.
    """
    backend = BACKENDS[name]
    program = (plan.view.python, "-I", "-S", "-B", f"{INSIDE}/__main__.py", plan.role, plan.site)
    command = Command(
        argv=backend.argv(plan.view, program),
        environment=_environment(plan.view),
        config=codec.encode({**plan.config, "hardening": hardening(backend, plan)}),
    )
    watch = Watch(plan.limits.resident_mb << 20, plan.limits.log_kb << 10)
    return Box(command, watch, nonce_first=plan.role == "worker")


def hardening(backend: Backend, plan: BoxPlan) -> dict[str, Any]:
    """What ``inside.hardening.apply`` is told."""
    as_root = os.geteuid() == 0
    boxed = backend.name != "none"
    return {
        "uid": next(_UIDS) if as_root and boxed else 0,
        "private_root": as_root and backend.uses_landlock and not _open_to_all(plan.view.bound),
        "root": plan.root,
        "bound": list(plan.view.bound),
        "readable": list(plan.view.readable),
        "listed": list(plan.view.listed),
        "landlock": backend.uses_landlock,
        "seccomp": backend.uses_seccomp,
        # Within bubblewrap the parent is bubblewrap, which sees to the ending itself.
        "parent": 0 if backend.name == "bwrap" else os.getpid(),
        "limits": {
            "cpu_seconds": plan.limits.cpu_seconds,
            "memory_bytes": plan.limits.memory_mb << 20,
            "n_files": _N_FILES,
            "n_threads": _N_THREADS if as_root or backend.name == "bwrap" else 0,
        },
    }


def _environment(view: View) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": "/",
        "LD_LIBRARY_PATH": view.library_path,
        # More threads than one fail under the limits on a machine with many cores.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "JOBLIB_MULTIPROCESSING": "0",
    }


def _open_to_all(paths: tuple[str, ...]) -> bool:
    return all(_reachable(path) for path in paths)


@cache
def _reachable(path: str) -> bool:
    for folder in Path(path).parents:
        if not folder.stat().st_mode & stat.S_IXOTH:
            return False
    return bool(os.stat(path).st_mode & stat.S_IROTH)


def _plain_argv(_view: View, program: tuple[str, ...]) -> tuple[str, ...]:
    return program


def _bwrap_argv(view: View, program: tuple[str, ...]) -> tuple[str, ...]:
    argv = [_bwrap() or "bwrap", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    if os.geteuid() == 0:
        # Root can mount what the dropped user could not reach, and needs no user namespace; the
        # program keeps these two rights for as long as it takes to drop the user.
        argv += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
        argv += ["--unshare-cgroup-try", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        argv += ["--unshare-all", "--unshare-user", "--disable-userns", "--uid", "1000"]
        argv += ["--gid", "1000"]
    argv += ["--hostname", "box"]
    # Folders that bubblewrap makes by itself on the way are closed to the dropped user.
    for folder in _folders_above(view.bound):
        argv += ["--perms", "0755", "--dir", folder]
    for path in view.bound:
        argv += ["--ro-bind", path, path]
    for path in view.hidden:
        argv += ["--size", "4096", "--tmpfs", path, "--remount-ro", path]
    # bubblewrap's /dev holds a writable /dev/shm without a bound; hence the remount.
    argv += ["--dev", "/dev", "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/", "--"]
    return (*argv, *program)


def _folders_above(paths: tuple[str, ...]) -> list[str]:
    above = {str(folder) for path in paths for folder in Path(path).parents} - {"/"}
    return sorted(f for f in above if not any(Path(f).is_relative_to(path) for path in paths))


def _bwrap() -> str | None:
    return shutil.which("bwrap")


@cache
def _bwrap_missing() -> str:
    path = _bwrap()
    if path is None:
        return "bubblewrap is not installed (Debian, Ubuntu, Fedora: the package `bubblewrap`)"
    trial = [path, "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "--", "true"]
    if os.geteuid() == 0:
        trial.remove("--unshare-user")
    done = subprocess.run(trial, capture_output=True, text=True, check=False, timeout=20)
    if done.returncode:
        return f"bubblewrap is installed but can't make namespaces here: {done.stderr.strip()}"
    return _seccomp_missing()


@cache
def _landlock_missing() -> str:
    if not landlock.version():
        return "the kernel has no Landlock (Linux 5.13 or later, with Landlock among its LSMs)"
    return _seccomp_missing()


def _seccomp_missing() -> str:
    try:
        syscalls.this_machine()
    except OSError as error:
        return str(error)
    return ""


def _never_missing() -> str:
    return ""


BACKENDS: Final[dict[BackendName, Backend]] = {
    "bwrap": Backend("bwrap", True, _bwrap_missing, _bwrap_argv, False, True),
    "landlock": Backend("landlock", True, _landlock_missing, _plain_argv, True, True),
    "none": Backend("none", False, _never_missing, _plain_argv, False, False),
}
CHAIN: Final[tuple[BackendName, ...]] = ("bwrap", "landlock")


def find_backend(name: str) -> Backend:
    """The back-end `name`. Raises UsageError for an unknown one, SandboxError for a missing one."""
    for backend in BACKENDS.values():
        if backend.name == name:
            if reason := backend.missing():
                raise SandboxError(f"the sandbox {name!r} can't be used: {reason}")
            return backend
    raise UsageError(f"there is no sandbox {name!r}; there are {', '.join(BACKENDS)}")


def available_backends() -> tuple[BackendName, ...]:
    """The safe back-ends that this machine has, best first."""
    return tuple(name for name in CHAIN if not BACKENDS[name].missing())


def refusal() -> SandboxError:
    """The error for a machine without any sandbox: what was looked for, and what to install."""
    reasons = "; ".join(f"{name}: {BACKENDS[name].missing()}" for name in CHAIN)
    return SandboxError(
        f"no sandbox can be used here, so nothing was run ({reasons}). Install bubblewrap, or use "
        "a Linux kernel with Landlock; `--unsafe` runs your own code without one, and the result "
        "never counts"
    )
