"""Child processes that end with their parent."""

import ctypes
import os
import signal
import sys
from collections.abc import Mapping

PARENT_VARIABLE = "CARBOY_PARENT"
_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int, number: signal.Signals = signal.SIGKILL) -> None:
    """Ask the kernel to send this process `number` when `parent` has ended.

    Only Linux can do that; elsewhere a killed parent leaves its children behind. Call
    it in a thread that lives as long as the process.
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
    """Stop this process with SIGTERM when its parent ends, if the parent wants that."""
    parent = os.environ.pop(PARENT_VARIABLE, None)
    if parent is not None:
        die_with_parent(int(parent), signal.SIGTERM)
