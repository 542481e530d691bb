"""Kill a writer with SIGKILL, and return what it has acknowledged."""

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

# Forked from a process that has imported everything, so that twenty are cheap.
CONTEXT = multiprocessing.get_context("forkserver")


def kill_writer(write: Callable[..., None], *arguments: Any, after: float) -> list[Any]:
    """Run `write(*arguments, acknowledge)`, kill it, return its acknowledgements."""
    CONTEXT.set_forkserver_preload([write.__module__])
    receiver, sender = CONTEXT.Pipe(duplex=False)
    writer = CONTEXT.Process(target=_run, args=(write, arguments, sender))
    writer.start()
    sender.close()
    acknowledged = [receiver.recv()]
    deadline = time.monotonic() + after
    while time.monotonic() < deadline:
        acknowledged.append(receiver.recv())
    writer.kill()
    writer.join()
    acknowledged += _drain(receiver)
    receiver.close()
    writer.close()
    return acknowledged


def _run(write: Callable[..., None], arguments: Any, sender: Connection) -> None:
    write(*arguments, sender.send)


def _drain(receiver: Connection) -> list[Any]:
    messages = []
    try:
        while True:
            messages.append(receiver.recv())
    except (EOFError, OSError):
        # The end, or a message that was cut off by the kill.
        return messages
