"""Landlock: this process gives up the file system but for named paths, without any privilege.

Kernel documentation: ``Documentation/userspace-api/landlock.rst``. Landlock governs opening,
listing, making, removing and renaming. It does not govern ``stat``, ``chmod`` and the like; the
filter of system calls takes those that change something.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from typing import Final

READ_FILE: Final = 1 << 2
READ_DIR: Final = 1 << 3

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_PATH_BENEATH: Final = 1
# How many rights on files each version of the interface knows (13 in the first, 16 in the fifth).
_N_FILE_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15}
_N_FILE_RIGHTS_LATEST: Final = 16
_ALL_NETWORK: Final = 3  # bind and connect of TCP, from version 4
_ALL_SCOPES: Final = 3  # abstract sockets and signals, from version 6


def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return libc


def version() -> int:
    """The version of the interface that the running kernel offers; 0 where it has none."""
    try:
        found = _libc().syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    except (AttributeError, OSError):
        return 0
    return max(0, int(found))


def apply(readable: Iterable[str], listed: Iterable[str] = ()) -> None:
    """Leave only reading: of `readable` paths and all below, and listing of `listed` folders.

    A path that does not exist is passed over. Raises OSError where the kernel refuses.
    """
    found = version()
    if not found:
        raise OSError("this kernel has no Landlock")
    libc = _libc()
    rights = (1 << _N_FILE_RIGHTS.get(found, _N_FILE_RIGHTS_LATEST)) - 1
    network, scopes = (_ALL_NETWORK if found >= 4 else 0), (_ALL_SCOPES if found >= 6 else 0)
    size = 24 if found >= 6 else 16 if found >= 4 else 8
    attributes = struct.pack("<QQQ", rights, network, scopes)
    ruleset = libc.syscall(_CREATE, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0))
    if ruleset < 0:
        raise OSError(ctypes.get_errno(), "Landlock refused to make a set of rules")
    for path in readable:
        _allow(libc, ruleset, path, READ_FILE | READ_DIR)
    for path in listed:
        _allow(libc, ruleset, path, READ_DIR)
    libc.prctl(38, 1, 0, 0, 0)  # no_new_privs, which the next call asks for
    if libc.syscall(_RESTRICT, ruleset, ctypes.c_uint32(0)):
        raise OSError(ctypes.get_errno(), "Landlock refused to restrict this process")
    os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(parent).st_mode):
            rights &= READ_FILE
        rule = struct.pack("<Qi", rights, parent)
        if libc.syscall(_ADD, ruleset, _PATH_BENEATH, rule, ctypes.c_uint32(0)):
            raise OSError(ctypes.get_errno(), f"Landlock refused the path {path!r}")
    finally:
        os.close(parent)
