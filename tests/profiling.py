"""Counts calls of functions, the measure of cost that is the same everywhere."""

import gc
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import CodeType
from typing import Any


def count_calls(call: Callable[[], object]) -> int:
    """Count the Python functions that `call` enters, itself included."""
    return sum(isinstance(entered, CodeType) for entered in list_calls(call))


def list_calls(call: Callable[[], object]) -> list[Any]:
    """List what `call` enters: the code of a Python function, or a built-in one.

    It is called several times: what is made once is there then, and whatever else
    the interpreter did in between is in no more than one of the lists.
    """
    # Apps of earlier tests may have receivers of signals, which cost calls of ours.
    gc.collect()
    call()
    # A thread of its own: other tests may have left greenlets in this one, and under
    # those the interpreter's profiling has been seen never to end.
    with ThreadPoolExecutor(1) as pool:
        return min((pool.submit(_list, call).result() for _ in range(3)), key=len)


def _list(call: Callable[[], object]) -> list[Any]:
    entered: list[Any] = []

    def note(frame: Any, event: str, argument: Any) -> None:
        if event == "call":
            entered.append(frame.f_code)
        elif event == "c_call":
            entered.append(argument)

    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(None)
    # The last one is the call that ended this.
    return entered[:-1]
