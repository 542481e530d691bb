"""Limits, signals and memory of processes."""

import faulthandler
import os
import resource
import signal
from contextlib import suppress
from pathlib import Path


def raise_descriptor_limit(wanted: int) -> int:
    """Raise the limit of open descriptors up to `wanted`; return the new limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            return most
    return soft


def dump_stacks_on_abort() -> None:
    """Write the stacks of all threads to standard error when SIGABRT comes."""
    faulthandler.enable(all_threads=True)


def get_memory_mb(pid: int) -> float:
    """Return the resident memory of a process; 0 where it is unknown."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / (1024 * 1024)


def reset_signals() -> None:
    """Reset in a new worker the signal handlers of the supervisor."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    # A terminal sends Ctrl-C to all processes; the supervisor decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def describe_exit(code: int) -> str:
    """Describe how a process ended; a negative code is the signal that killed it."""
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"
