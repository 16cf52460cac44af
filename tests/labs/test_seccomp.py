"""The filter of system calls, run by an interpreter of our own: what the kernel will answer."""

from __future__ import annotations

import errno
import struct

import pytest

from viva.labs.inside import seccomp, syscalls

PID = 4242
ALLOW, KILL = 0x7FFF0000, 0x80000000
EPERM, ENOSYS = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
MACHINES = syscalls.machines()


def verdict(code: bytes, arch: int, number: int, arguments: tuple[int, ...] = ()) -> int:
    """Classic BPF over struct seccomp_data: number, arch, instruction pointer, six arguments."""
    padded = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("<IIQ6Q", number, arch, 0, *(a & 2**64 - 1 for a in padded))
    at, accumulator = 0, 0
    while True:
        op, then, otherwise, k = struct.unpack_from("<HBBI", code, 8 * at)
        at += 1
        if op == 0x06:
            return int(k)
        if op == 0x20:
            accumulator = struct.unpack_from("<I", data, k)[0]
            continue
        test = {0x15: accumulator == k, 0x35: accumulator >= k, 0x45: bool(accumulator & k)}[op]
        at += then if test else otherwise


@pytest.fixture(params=sorted(MACHINES))
def machine(request: pytest.FixtureRequest) -> syscalls.Machine:
    return MACHINES[request.param]


def ask(machine: syscalls.Machine, call: str | int, *arguments: int) -> int:
    number = machine.numbers[call] if isinstance(call, str) else call
    return verdict(seccomp.program(machine, PID), machine.audit_arch, number, arguments)


def test_every_denied_call_answers_eperm(machine: syscalls.Machine) -> None:
    for name in seccomp.DENIED:
        if name in machine.numbers:
            assert ask(machine, name) == EPERM, name


def test_every_denied_name_is_known_on_one_machine_at_least() -> None:
    known = set().union(*(machine.numbers for machine in MACHINES.values()))
    assert set(seccomp.DENIED) <= known


def test_reading_and_writing_are_allowed() -> None:
    assert ask(MACHINES["x86_64"], 0) == ALLOW
    assert ask(MACHINES["x86_64"], 1) == ALLOW
    assert ask(MACHINES["aarch64"], 63) == ALLOW


def test_another_instruction_set_ends_the_process(machine: syscalls.Machine) -> None:
    code = seccomp.program(machine, PID)
    assert verdict(code, 0x40000003, 11) == KILL  # i386's execve
    assert verdict(code, machine.audit_arch, 0x40000000 + 59) == KILL  # x32's


def test_calls_newer_than_the_table_do_not_exist(machine: syscalls.Machine) -> None:
    assert ask(machine, 451) == ENOSYS
    assert ask(machine, 466) == ENOSYS
    assert ask(machine, "clone3") == ENOSYS


def test_threads_are_allowed_and_processes_are_not(machine: syscalls.Machine) -> None:
    assert ask(machine, "clone", 0x10000 | 0x100) == ALLOW
    assert ask(machine, "clone", 17) == EPERM


def test_only_the_box_itself_can_be_signalled(machine: syscalls.Machine) -> None:
    for call in ("kill", "tgkill"):
        assert ask(machine, call, PID, 9) == ALLOW
        assert ask(machine, call, 1, 9) == EPERM
        assert ask(machine, call, 2**32 - 1, 9) == EPERM  # everyone: minus one
        assert ask(machine, call, 0, 9) == EPERM


def test_only_the_box_s_own_limits_can_be_read_or_set(machine: syscalls.Machine) -> None:
    assert ask(machine, "prlimit64", 0) == ALLOW
    assert ask(machine, "prlimit64", PID + 1) == EPERM


def test_a_terminal_can_be_asked_for_but_not_typed_into(machine: syscalls.Machine) -> None:
    assert ask(machine, "ioctl", 1, 0x5401) == ALLOW
    assert ask(machine, "ioctl", 1, 0x5412) == EPERM


def test_descriptors_can_be_flagged_but_not_made_to_signal_others(machine: syscalls.Machine) -> None:
    assert ask(machine, "fcntl", 3, 4) == ALLOW
    assert ask(machine, "fcntl", 3, 8) == EPERM


def test_hardening_cannot_be_undone_by_prctl(machine: syscalls.Machine) -> None:
    assert ask(machine, "prctl", 15) == ALLOW
    assert ask(machine, "prctl", 1) == EPERM
    assert ask(machine, "prctl", 4) == EPERM


def test_the_filter_fits_the_kernel_s_bound(machine: syscalls.Machine) -> None:
    assert len(seccomp.program(machine, PID)) // 8 <= 4096
