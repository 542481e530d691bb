"""Counts calls of functions, the measure of cost that is the same everywhere."""

import gc
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
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
    counted: Future[list[Any]] = Future()

    def count() -> None:
        try:
            counted.set_result(min((_list(call) for _ in range(3)), key=len))
        except BaseException as error:  # noqa: BLE001 - it is raised where it is read
            counted.set_exception(error)

    # A thread of its own: other tests may have left greenlets in this one. It cannot
    # hold up the end of the run, whatever happens in it.
    threading.Thread(target=count, daemon=True).start()
    return counted.result(30)


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
