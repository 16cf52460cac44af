"""Numbers of the system calls that the filter names, per machine.

From the kernel's own tables: ``arch/x86/entry/syscalls/syscall_64.tbl`` and, for aarch64,
``include/uapi/asm-generic/unistd.h``. A name that a machine lacks (``fork`` on aarch64) is absent.
"""

from __future__ import annotations

import platform
from typing import Final, NamedTuple


class Machine(NamedTuple):
    """One instruction set: the audit constant, and the numbers by name."""

    audit_arch: int
    numbers: dict[str, int]


def _table(text: str) -> dict[str, int]:
    words = text.split()
    return {name: int(number) for name, number in zip(words[::2], words[1::2], strict=True)}


# From 424 on all machines share their numbers.
_COMMON: Final = """
pidfd_send_signal 424 io_uring_setup 425 io_uring_enter 426 io_uring_register 427 open_tree 428
move_mount 429 fsopen 430 fsconfig 431 fsmount 432 fspick 433 pidfd_open 434 clone3 435
pidfd_getfd 438 process_madvise 440 mount_setattr 442 quotactl_fd 443 memfd_secret 447
process_mrelease 448
"""

_X86_64: Final = """
socket 41 socketpair 53 clone 56 fork 57 vfork 58 execve 59 kill 62 fcntl 72 flock 73 truncate 76
chmod 90 fchmod 91 chown 92 fchown 93 lchown 94 ptrace 101
syslog 103 setpgid 109 utime 132 personality 135 setpriority 141 sched_setparam 142
sched_setscheduler 144 vhangup 153 modify_ldt 154 pivot_root 155 prctl 157 adjtimex 159
setrlimit 160 chroot 161 acct 163 settimeofday 164 mount 165 umount2 166 swapon 167 swapoff 168
reboot 169 sethostname 170 setdomainname 171 iopl 172 ioperm 173 init_module 175
delete_module 176 quotactl 179 setxattr 188 lsetxattr 189 fsetxattr 190 removexattr 197
lremovexattr 198 fremovexattr 199 tkill 200 sched_setaffinity 203 utimes 235 tgkill 234 mbind 237
mq_open 240 mq_unlink 241 kexec_load 246 add_key 248 request_key 249 keyctl 250 ioprio_set 251
inotify_init 253 migrate_pages 256 fchownat 260 futimesat 261 fchmodat 268
unshare 272 move_pages 279 utimensat 280 inotify_init1 294 rt_sigqueueinfo 129
rt_tgsigqueueinfo 297 perf_event_open 298 fanotify_init 300 prlimit64 302 name_to_handle_at 303
open_by_handle_at 304 clock_adjtime 305 clock_settime 227 setns 308 process_vm_readv 310
process_vm_writev 311 kcmp 312 finit_module 313 sched_setattr 314 memfd_create 319
kexec_file_load 320 bpf 321 execveat 322 userfaultfd 323 ioctl 16 shmget 29 shmat 30 shmctl 31
semget 64 semop 65 semctl 66 msgget 68 msgsnd 69 msgrcv 70 msgctl 71
"""

_AARCH64: Final = """
setxattr 5 lsetxattr 6 fsetxattr 7 removexattr 14 lremovexattr 15 fremovexattr 16
inotify_init1 26 fcntl 25 ioctl 29 ioprio_set 30 flock 32 umount2 39 mount 40
pivot_root 41 truncate 45 chroot 51 fchmod 52 fchmodat 53 fchownat 54 fchown 55 vhangup 58
quotactl 60 utimensat 88 acct 89 personality 92 unshare 97 kexec_load 104 init_module 105
delete_module 106 clock_settime 112 syslog 116 ptrace 117 sched_setparam 118
sched_setscheduler 119 sched_setaffinity 122 kill 129 tkill 130 tgkill 131 rt_sigqueueinfo 138
setpriority 140 reboot 142 setpgid 154 sethostname 161 setdomainname 162 setrlimit 164 prctl 167
settimeofday 170 adjtimex 171 mq_open 180 mq_unlink 181 msgget 186 msgctl 187 msgrcv 188
msgsnd 189 semget 190 semctl 191 semop 193 shmget 194 shmctl 195 shmat 196 socket 198
socketpair 199 add_key 217 request_key 218 keyctl 219 clone 220 execve 221 swapon 224
swapoff 225 mbind 235 migrate_pages 238 move_pages 239 rt_tgsigqueueinfo 240
perf_event_open 241 prlimit64 261 fanotify_init 262 name_to_handle_at 264 open_by_handle_at 265
clock_adjtime 266 setns 268 process_vm_readv 270 process_vm_writev 271 kcmp 272
finit_module 273 sched_setattr 274 memfd_create 279 bpf 280 execveat 281 userfaultfd 282
kexec_file_load 294
"""

_MACHINES: Final = {
    "x86_64": Machine(0xC000003E, _table(_X86_64 + _COMMON)),
    "aarch64": Machine(0xC00000B7, _table(_AARCH64 + _COMMON)),
}

FIRST_UNKNOWN: Final = 451
"""From here on the tables name nothing, so the filter answers "no such call"."""


def this_machine() -> Machine:
    """The running machine's table. Raises OSError on one that has none."""
    name = platform.machine()
    machine = _MACHINES.get("aarch64" if name == "arm64" else name)
    if machine is None:
        raise OSError(f"no table of system calls for {name!r}; there is one for {list(_MACHINES)}")
    return machine


def machines() -> dict[str, Machine]:
    """Every table there is, by the name that ``platform.machine`` gives."""
    return dict(_MACHINES)
