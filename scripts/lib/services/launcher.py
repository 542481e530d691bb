"""Runs a program as another user, and ends it with the process that started it.

A separate script that imports nothing of the project: it replaces itself by the
program, so that the other user never needs to read this folder.
Usage: launcher.py PARENT USER become|adopt COMMAND...
"""

import contextlib
import ctypes
import os
import pwd
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def main(arguments: list[str]) -> int:
    """Change to USER and execute COMMAND; with `adopt`, stay as its parent.

    The program ends with PARENT. `adopt` is for programs that start daemons, which
    would leave the process tree: they are adopted and ended with it.
    """
    parent, user, mode, *command = arguments
    if user != "-":
        account = pwd.getpwnam(user)
        os.initgroups(user, account.pw_gid)
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
        os.environ.update(HOME=account.pw_dir, USER=user, LOGNAME=user)
    # After the change of user, which clears it.
    adopts = mode == "adopt"
    die_with_parent(signal.SIGHUP if adopts else signal.SIGKILL)
    if os.getppid() != int(parent):
        raise SystemExit("The parent of this process has ended already.")
    if not adopts:
        os.execv(command[0], command)  # noqa: S606 - the path comes from a search, not from a user
    return _adopt(command)


def die_with_parent(number: signal.Signals = signal.SIGKILL) -> None:
    """Ask the kernel for `number` when the parent of this process ends."""
    _prctl(PR_SET_PDEATHSIG, number)


def _adopt(command: list[str]) -> int:
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    signal.signal(signal.SIGHUP, lambda *_: _end_children())
    child = os.fork()
    if not child:
        os.execv(command[0], command)  # noqa: S606 - the path comes from a search, not from a user
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
    status: int | None = None
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, code = os.wait()
            if pid == child:
                status = os.waitstatus_to_exitcode(code)
            if status is not None:
                _end_children()
    return abs(status or 0)


def _end_children() -> None:
    """Kill all child processes; their own children are adopted and killed as well."""
    for entry in Path("/proc/self/task").glob("*/children"):
        for pid in entry.read_text().split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
