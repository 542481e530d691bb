"""Processes that end with the one that started them."""

import ctypes
import os
import signal
import sys
from collections.abc import Mapping

PARENT_VARIABLE = "CARBOY_PARENT"
_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int, number: signal.Signals = signal.SIGKILL) -> None:
    """Send this process `number` as soon as `parent` has ended, however it ended.

    Only Linux can be asked; elsewhere a killed parent leaves its children behind.
    Call this in the thread that lives as long as the process.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
    # The parent may have ended before the kernel was asked.
    if os.getppid() != parent:
        os.kill(os.getpid(), number)


def child_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return `environment` for a child that calls `end_with_parent` when it starts."""
    return {**environment, PARENT_VARIABLE: str(os.getpid())}


def end_with_parent() -> None:
    """Stop this process with SIGTERM once the parent that asked for it has ended."""
    parent = os.environ.pop(PARENT_VARIABLE, None)
    if parent is not None:
        die_with_parent(int(parent), signal.SIGTERM)
