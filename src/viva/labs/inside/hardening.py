"""What a box gives up before it sees a line of the candidate's code; nothing of it comes back.

The order matters. The private root needs the privileges that dropping the user gives away; limits
on processes count against the user dropped to; Landlock must open the paths it allows; the filter
comes last because it refuses what the steps before it do.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from typing import Any, Final

from . import landlock, seccomp

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4
_CLONE_NEWNS: Final = 0x00020000
_MS_REC, _MS_PRIVATE, _MS_BIND = 0x4000, 1 << 18, 0x1000
_MS_REMOUNT, _MS_RDONLY, _MS_NOSUID, _MS_NODEV = 0x20, 0x1, 0x2, 0x4
_DEVICES: Final = ("/dev/null", "/dev/urandom")


def apply(config: dict[str, Any]) -> None:
    """Harden this process as `config` says; see ``viva.labs._backends.hardening`` for its keys.

    Raises OSError where a step fails: the box must then never load a submission.
    """
    if config["private_root"]:
        _enter_private_root(config["root"], config["bound"])
    # Setting the user clears the signal for the parent's death, so the user comes first.
    if os.geteuid() == 0 and config["uid"]:
        _drop_user(config["uid"])
    _die_with_parent(config["parent"])
    _limit(config["limits"])
    if config["landlock"]:
        landlock.apply([*config["readable"], *_DEVICES], config["listed"])
    if config["seccomp"]:
        seccomp.apply()


def _drop_user(uid: int) -> None:
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def _die_with_parent(parent: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if parent and os.getppid() != parent:
        os._exit(0)


def _limit(limits: dict[str, int]) -> None:
    for name, (soft, hard) in _bounds(limits).items():
        resource.setrlimit(getattr(resource, name), (soft, hard))


def _bounds(limits: dict[str, int]) -> dict[str, tuple[int, int]]:
    cpu = limits["cpu_seconds"]
    same = {
        "RLIMIT_AS": limits["memory_bytes"],
        "RLIMIT_NOFILE": limits["n_files"],
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
    }
    if limits["n_threads"]:  # 0 where the user's other processes would be counted as well
        same["RLIMIT_NPROC"] = limits["n_threads"]
    return {"RLIMIT_CPU": (cpu, cpu + 2)} | {name: (n, n) for name, n in same.items()}


def _enter_private_root(root: str, paths: list[str]) -> None:
    """Make a root of read-only binds of `paths` at `root`, seen by this process alone.

    Needed by a box started by root whose Python the dropped user can't reach (under ``/root``,
    say): in the new root the folders above each path are open to all.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNS):
        raise OSError(ctypes.get_errno(), "a mount namespace was refused")
    _mount(libc, "none", "/", "", _MS_REC | _MS_PRIVATE)
    _mount(libc, "tmpfs", root, "tmpfs", _MS_NOSUID, "mode=755,size=1m")
    for path in [*paths, *_DEVICES]:
        if os.path.exists(path):
            _bind(libc, path, root + path)
    _mount(libc, "none", root, "", _MS_REMOUNT | _MS_RDONLY | _MS_NOSUID)
    os.chroot(root)
    os.chdir("/")


def _bind(libc: ctypes.CDLL, path: str, target: str) -> None:
    real = os.path.realpath(path)
    if os.path.isdir(real):
        os.makedirs(target, mode=0o755, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), mode=0o755, exist_ok=True)
        if not os.path.lexists(target):
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    _mount(libc, real, target, "", _MS_BIND | _MS_REC)
    if path not in _DEVICES:
        _mount(libc, "none", target, "", _MS_BIND | _MS_REMOUNT | _MS_RDONLY | _MS_NOSUID)


def _mount(libc: ctypes.CDLL, source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    arguments = [s.encode() for s in (source, target, kind)]
    if libc.mount(*arguments, ctypes.c_ulong(flags), data.encode()):
        raise OSError(ctypes.get_errno(), f"mounting {target!r} was refused")
