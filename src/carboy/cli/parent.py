"""A process that another one started for its work ends when that one does."""

import ctypes
import os
import signal
import sys

VARIABLE = "CARBOY_PARENT"
_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Ask the system to stop this process when the one that started it is gone.

    Only Linux can be asked; elsewhere a parent that is killed leaves its children.
    """
    parent = os.environ.pop(VARIABLE, None)
    if parent is None or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    # It may have gone before the system knew what to do about it.
    if os.getppid() != int(parent):
        os.kill(os.getpid(), signal.SIGTERM)
