"""What a process inside the sandbox takes from itself: resources by rlimit, system calls by seccomp.

The filter is a list of what is refused, with EPERM so that a program sees an ordinary exception: starting processes
and programs, signals to others, sockets, namespaces and mounts, tracing, shared memory that no limit counts, and parts
of the kernel that a solution has no use for. Threads are allowed. Numbers of system calls: the kernel's tables for
x86-64 (`arch/x86/entry/syscalls/syscall_64.tbl`) and AArch64 (`include/uapi/asm-generic/unistd.h`).
"""

import ctypes
import os
import platform
import resource
import struct

_NAMES = (
    "execve kill tkill ptrace socket shmget semget msgget setpriority sched_setparam sched_setscheduler "
    "sched_setaffinity personality pivot_root chroot acct mount umount2 swapon swapoff reboot sethostname "
    "setdomainname init_module delete_module quotactl add_key request_key keyctl ioprio_set mq_open kexec_load "
    "unshare perf_event_open rt_sigqueueinfo rt_tgsigqueueinfo name_to_handle_at open_by_handle_at setns "
    "process_vm_readv process_vm_writev kcmp finit_module sched_setattr memfd_create kexec_file_load bpf execveat "
    "userfaultfd migrate_pages move_pages"
)
_X86_64 = [
    59, 62, 200, 101, 41, 29, 64, 68, 141, 142, 144, 203, 135, 155, 161, 163, 165, 166, 167, 168, 169, 170, 171,
    175, 176, 179, 248, 249, 250, 251, 240, 246, 272, 298, 129, 297, 303, 304, 308, 310, 311, 312, 313, 314, 319,
    320, 321, 322, 323, 256, 279, 57, 58, 172, 173,
]  # fmt: skip  # the last four are fork, vfork, iopl and ioperm, which AArch64 has not
_AARCH64 = [
    221, 129, 130, 117, 198, 194, 190, 186, 140, 118, 119, 122, 92, 41, 51, 89, 40, 39, 224, 225, 142, 161, 162,
    105, 106, 60, 217, 218, 219, 30, 180, 104, 97, 241, 138, 240, 264, 265, 268, 270, 271, 272, 273, 274, 279, 294,
    280, 281, 282, 238, 239,
]  # fmt: skip
# pidfd_*, io_uring_*, mount API, process_madvise, quotactl_fd, memfd_secret: numbered alike everywhere
_SINCE_5_1 = [424, 425, 426, 427, 428, 429, 430, 431, 432, 433, 434, 438, 440, 442, 443, 447]
_CLONE3 = 435
# audit number, refused calls, clone, tgkill, prlimit64
_MACHINES = {
    "x86_64": (0xC000003E, _X86_64, 56, 234, 302),
    "aarch64": (0xC00000B7, _AARCH64, 220, 131, 261),
}
_LOAD, _EQUAL, _AT_LEAST, _SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS = 1, 38
_CLONE_THREAD = 0x00010000
_NUMBER, _ARCH, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data, low words
_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 4, 22, 38


def supported() -> bool:
    """Whether the filter is known for this machine."""
    return platform.machine() in _MACHINES


def limit(*, memory: int, file_size: int, threads: int) -> None:
    """Set limits for this process: bytes of address space, bytes of a file, threads (0: none set)."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if threads:
        resource.setrlimit(resource.RLIMIT_NPROC, (threads, threads))


def limit_seconds(seconds: int, at_most: int) -> None:
    """Limit processor time; at `seconds` comes a signal, at `at_most` one that cannot be ignored."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, at_most))


def hide() -> None:
    """No other process may trace this one or its forks, nor read their memory."""
    _prctl(_PR_SET_DUMPABLE, 0)


def refuse_calls() -> None:
    """Install the filter for this process and all its threads to come."""
    program = _filter(os.getpid())
    code = ctypes.create_string_buffer(program)
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code)))
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _prctl(_PR_SET_SECCOMP, 2, ctypes.addressof(header))


def _prctl(option: int, value: int, pointer: int = 0) -> None:
    call = ctypes.CDLL(None, use_errno=True).prctl
    if call(option, ctypes.c_ulong(value), ctypes.c_ulong(pointer), ctypes.c_ulong(0), ctypes.c_ulong(0)) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _filter(me: int) -> bytes:
    """The filter in classic BPF: eight bytes an instruction; jumps skip the given number of instructions."""
    audit, refused, clone, tgkill, prlimit = _MACHINES[platform.machine()]
    denied = (_RETURN, 0, 0, _ERRNO | _EPERM)
    code = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, 0x40000000),  # the x32 variants of x86-64
        denied,
        (_EQUAL, 0, 1, _CLONE3),  # its arguments lie in memory, out of sight; the C library then takes clone
        (_RETURN, 0, 0, _ERRNO | _ENOSYS),
    ]
    for number in refused + _SINCE_5_1:
        code += [(_EQUAL, 0, 1, number), denied]
    allowed = (_RETURN, 0, 0, _ALLOW)
    code += [(_EQUAL, 0, 4, clone), (_LOAD, 0, 0, _FIRST_ARGUMENT), (_SET, 1, 0, _CLONE_THREAD), denied, allowed]
    code += [(_EQUAL, 0, 4, tgkill), (_LOAD, 0, 0, _FIRST_ARGUMENT), (_EQUAL, 1, 0, me), denied, allowed]
    code += [(_EQUAL, 0, 4, prlimit), (_LOAD, 0, 0, _FIRST_ARGUMENT), (_EQUAL, 1, 0, 0), denied, allowed]
    code += [allowed]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in code)
