"""Runs a program as another user, tied to the life of the process that asked.

A script of its own: it becomes the program, so the user never needs to be able to
read this folder. Usage: leash.py PARENT USER become|adopt COMMAND...
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
    """Become USER and turn into COMMAND; with `adopt`, stay as its parent.

    The program ends with PARENT. A parent is there for programs that start daemons:
    those would leave the tree, and are adopted and ended with it.
    """
    parent, user, mode, *command = arguments
    if user != "-":
        account = pwd.getpwnam(user)
        os.initgroups(user, account.pw_gid)
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
        os.environ.update(HOME=account.pw_dir, USER=user, LOGNAME=user)
    # After the change of user, which would clear it.
    adopts = mode == "adopt"
    die_with_parent(signal.SIGHUP if adopts else signal.SIGKILL)
    if os.getppid() != int(parent):
        raise SystemExit("The process that asked for this one is gone already.")
    if not adopts:
        os.execv(command[0], command)  # noqa: S606 - the program is found, not typed
    return _adopt(command)


def die_with_parent(number: signal.Signals = signal.SIGKILL) -> None:
    """Ask the kernel for `number` when the parent of this process ends."""
    _prctl(PR_SET_PDEATHSIG, number)


def _adopt(command: list[str]) -> int:
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    signal.signal(signal.SIGHUP, lambda *_: _end_children())
    child = os.fork()
    if not child:
        os.execv(command[0], command)  # noqa: S606 - the program is found, not typed
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
    """Kill what hangs below this process; what that leaves behind comes here too."""
    for entry in Path("/proc/self/task").glob("*/children"):
        for pid in entry.read_text().split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
