"""The doctor's submission: tries what a box must refuse, and says what it got away with.

Each probe is harmless where it succeeds. `probe` takes two files of the host's, one to read and
one to write, and the doctor's process id; it returns a name and an outcome for each probe.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import socket
from collections.abc import Callable


def probe(secret: str, outside: str, host: int) -> dict[str, bool]:
    """Whether each thing could be done: true means that the box leaks."""
    return {name: _succeeds(attempt) for name, attempt in _probes(secret, outside, host).items()}


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        return bool(attempt())
    except BaseException:  # refused in whatever way
        return False


def _probes(secret: str, outside: str, host: int) -> dict[str, Callable[[], object]]:
    libc = ctypes.CDLL(None)
    libc.syscall.restype = ctypes.c_long
    new_user, ptrace_seize = 0x10000000, 0x4206
    return {
        "reads a file of the host": lambda: open(secret).read(),
        "writes a file of the host": lambda: open(outside, "a").write("x"),
        "changes a file's mode": lambda: _changes_mode(outside),
        "makes a file": lambda: any(_makes_file(d) for d in ("/dev/shm", "/tmp", os.getcwd())),
        "opens an internet socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "opens a local socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
        "opens a socket to the hypervisor": lambda: socket.socket(40, socket.SOCK_STREAM),
        "forks": _forks,
        "runs a program": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "signals another process": lambda: any(_signals(p) for p in (host, os.getppid(), -1)),
        "reads another process's limits": lambda: resource.prlimit(host, resource.RLIMIT_CORE),
        "attaches to another process": lambda: libc.ptrace(ptrace_seize, host, None, None) == 0,
        "makes a user namespace": lambda: libc.unshare(new_user) == 0,
        "sets up io_uring": lambda: libc.syscall(425, 4, ctypes.create_string_buffer(120)) >= 0,
        "reaches the keyring": lambda: libc.syscall(_keyctl(), 0, -3, 1) >= 0,
        "takes 3 GB of memory": lambda: bytearray(3 << 30),
        "lifts its own limits": _lifts_limits,
        "sees the host's environment": lambda: "VIVA_DOCTOR" in os.environ,
        "stays the superuser": lambda: os.geteuid() == 0,
    }


def _changes_mode(path: str) -> bool:
    os.chmod(path, 0o666)
    return True


def _makes_file(folder: str) -> bool:
    path = os.path.join(folder, f"viva-doctor-{os.getpid()}")
    with contextlib.suppress(OSError):
        with open(path, "wb") as file:
            file.write(b"x")
        os.unlink(path)
        return True
    return False


def _forks() -> bool:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return True


def _signals(pid: int) -> bool:
    with contextlib.suppress(OSError):
        os.kill(pid, 0)
        return True
    return False


def _lifts_limits() -> bool:
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard == resource.RLIM_INFINITY:
        return True
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return True


def _keyctl() -> int:
    return 250 if os.uname().machine == "x86_64" else 219
