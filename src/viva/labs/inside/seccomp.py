"""The filter of system calls, as the kernel's classic BPF, without libseccomp.

What the filter says, in order:

1. Another instruction set's calls (32-bit, x32) end the process: their numbers mean other things.
2. A number that the table has not heard of answers ENOSYS, and so does ``clone3``, whose flags a
   filter can't read; the C library then falls back to ``clone``.
3. The calls in DENIED answer EPERM. Among them are those that Landlock does not govern and that
   would let an unprivileged box reach what its user owns: ``chmod``, ``utime``, ``setpriority``…
4. The calls in ARGUMENTS are allowed for some values of one argument only.
5. Everything else is allowed.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from typing import Final, NamedTuple

from . import syscalls

_DENIED_WORDS: Final = """
fork vfork execve execveat ptrace process_vm_readv process_vm_writev process_madvise
process_mrelease kcmp pidfd_open pidfd_getfd pidfd_send_signal rt_sigqueueinfo
rt_tgsigqueueinfo tkill unshare setns chroot pivot_root mount umount2 open_tree move_mount
fsopen fsconfig fsmount fspick mount_setattr quotactl quotactl_fd swapon swapoff reboot acct
syslog sethostname setdomainname iopl ioperm modify_ldt personality vhangup init_module
finit_module delete_module kexec_load kexec_file_load bpf perf_event_open userfaultfd
fanotify_init inotify_init inotify_init1 name_to_handle_at open_by_handle_at io_uring_setup
io_uring_enter io_uring_register add_key request_key keyctl settimeofday adjtimex
clock_settime clock_adjtime mbind migrate_pages move_pages memfd_create memfd_secret socket
shmget shmat shmctl semget semop semctl msgget msgsnd msgrcv msgctl mq_open mq_unlink flock
truncate chmod fchmod fchmodat chown fchown lchown fchownat utime utimes futimesat utimensat
setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr setpgid setpriority
sched_setparam sched_setscheduler sched_setaffinity sched_setattr ioprio_set
"""
DENIED: Final = tuple(_DENIED_WORDS.split())

_CLONE_THREAD: Final = 0x10000
_AF_UNIX: Final = 1
# What terminals and pipes are asked by Python itself: TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO,
# FIONCLEX, FIOCLEX. TIOCSTI, which types into a terminal, is not among them.
_IOCTLS: Final = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
# F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC. Among those left out, F_SETOWN and
# F_SETSIG send signals to other processes, F_SETLEASE delays them, F_SETPIPE_SZ takes memory.
_FCNTLS: Final = (0, 1, 2, 3, 4, 1030)
# PR_SET_PDEATHSIG and PR_SET_DUMPABLE undo what hardening set.
_PRCTLS_REFUSED: Final = (1, 4)


class Argument(NamedTuple):
    """A call allowed by the value of one argument: one of `values`, or none of them."""

    call: str
    position: int
    values: tuple[int, ...]
    refuse: bool = False


def _arguments(pid: int) -> list[Argument]:
    return [
        Argument("socketpair", 0, (_AF_UNIX,)),  # asyncio wakes itself through one
        Argument("kill", 0, (pid,)),
        Argument("tgkill", 0, (pid,)),
        Argument("prlimit64", 0, (0, pid)),
        Argument("ioctl", 1, _IOCTLS),
        Argument("fcntl", 1, _FCNTLS),
        Argument("prctl", 0, _PRCTLS_REFUSED, refuse=True),
    ]


_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER_OFFSET, _ARCH_OFFSET, _ARGUMENTS_OFFSET = 0, 4, 16
_X32_BIT = 0x40000000


class _Assembler:
    def __init__(self) -> None:
        self.code: list[bytes] = []

    def put(self, op: int, k: int, *, then: int = 0, otherwise: int = 0) -> None:
        self.code.append(struct.pack("<HBBI", op, then, otherwise, k))

    def give(self, verdict: int) -> None:
        self.put(_RETURN, verdict)

    def when_call(self, number: int, verdict: int) -> None:
        self.put(_EQUAL, number, otherwise=1)
        self.give(verdict)

    def when_argument(self, number: int, rule: Argument) -> None:
        match, other = _ALLOW, _ERRNO | errno.EPERM
        if rule.refuse:
            match, other = other, match
        n = len(rule.values)
        self.put(_EQUAL, number, otherwise=2 * n + 2)
        # Little-endian: the low half of an argument comes first.
        self.put(_LOAD, _ARGUMENTS_OFFSET + 8 * rule.position)
        for value in rule.values:
            self.put(_EQUAL, value, otherwise=1)
            self.give(match)
        self.give(other)


def program(machine: syscalls.Machine, pid: int) -> bytes:
    """The filter for `machine`, in which only the process `pid` may be signalled."""
    assembler = _Assembler()
    assembler.put(_LOAD, _ARCH_OFFSET)
    assembler.put(_EQUAL, machine.audit_arch, then=1)
    assembler.give(_KILL)
    assembler.put(_LOAD, _NUMBER_OFFSET)
    assembler.put(_AT_LEAST, _X32_BIT, otherwise=1)
    assembler.give(_KILL)
    assembler.put(_AT_LEAST, syscalls.FIRST_UNKNOWN, otherwise=1)
    assembler.give(_ERRNO | errno.ENOSYS)
    assembler.when_call(machine.numbers["clone3"], _ERRNO | errno.ENOSYS)
    for name in DENIED:
        if name in machine.numbers:
            assembler.when_call(machine.numbers[name], _ERRNO | errno.EPERM)
    for rule in _arguments(pid):
        assembler.when_argument(machine.numbers[rule.call], rule)
    _threads_only(assembler, machine.numbers["clone"])
    assembler.give(_ALLOW)
    return b"".join(assembler.code)


def _threads_only(assembler: _Assembler, clone: int) -> None:
    assembler.put(_EQUAL, clone, otherwise=4)
    assembler.put(_LOAD, _ARGUMENTS_OFFSET)
    assembler.put(_ANY_BIT, _CLONE_THREAD, otherwise=1)
    assembler.give(_ALLOW)
    assembler.give(_ERRNO | errno.EPERM)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def apply() -> None:
    """Put this process, and every thread it will start, behind the filter, for good.

    Raises OSError where the kernel refuses, or on a machine without a table.
    """
    code = program(syscalls.this_machine(), os.getpid())
    buffer = ctypes.create_string_buffer(code, len(code))
    bpf = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, set_seccomp, filter_mode = 38, 22, 2
    if libc.prctl(no_new_privileges, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs was refused")
    if libc.prctl(set_seccomp, filter_mode, ctypes.byref(bpf), 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel refused the filter of system calls")
