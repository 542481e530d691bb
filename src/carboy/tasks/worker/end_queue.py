"""Ends of runs that wrote nothing: the main process of a worker writes many at once.

A process of the pool that wrote them itself would wait for the database after each run.
"""

import json
import logging
import os
import select
import threading

from carboy.tasks.failures import log_takeover
from carboy.tasks.ledger.endings import End
from carboy.tasks.ledger.ledger import Ledger
from carboy.tasks.ledger.tables import DONE

from .fork_lock import fork_lock

log = logging.getLogger("carboy.tasks")

_READ_BYTES = 65_536
_PATIENCE = 5.0
_RETRY_PERIOD = 1.0


class EndQueue:
    """A pipe from the processes of a pool to the thread that writes ends."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._writing, False)
        self._ends: list[End] = []
        self._is_closed = threading.Event()
        self._flushed = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name="carboy-ends", daemon=True
        )

    def start(self) -> None:
        """Begin to write; what was put before is written then."""
        self._thread.start()

    def put(self, run_id: str, token: int, result: str) -> bool:
        """Hand over the end of a run; False if the caller has to write it."""
        line = f"{json.dumps([run_id, token, result])}\n".encode()
        # Longer ones could be mixed with those of other processes.
        if len(line) > select.PIPE_BUF:
            return False
        try:
            return os.write(self._writing, line) == len(line)
        except OSError:
            # The pipe is full: the database is slow, or away.
            return False

    def list_tags(self) -> set[str]:
        """Return the claims that are still to be ended, as `run:token`."""
        return {f"{end.run}:{end.token}" for end in tuple(self._ends)}

    def flush(self, patience: float = _PATIENCE) -> bool:
        """Wait until all that was put so far is written; False if it takes too long."""
        if not self._thread.is_alive():
            return False
        self._flushed.clear()
        try:
            os.write(self._writing, b"\n")
        except OSError:
            return False
        return self._flushed.wait(patience)

    def close(self) -> None:
        """Write what is left, and end the thread."""
        self.flush()
        self._is_closed.set()
        self.flush(0.0)
        if self._thread.is_alive():
            self._thread.join(_PATIENCE)

    def _run(self) -> None:
        rest = b""
        while not self._is_closed.is_set():
            *lines, rest = (rest + os.read(self._reading, _READ_BYTES)).split(b"\n")
            for run, token, result in map(json.loads, filter(None, lines)):
                self._ends.append(End(run=run, state=DONE, token=token, result=result))
            while self._ends and not self._is_closed.is_set():
                try:
                    self._write()
                except Exception:
                    # The database may be away; it comes back.
                    log.debug("The ends of runs have to wait.", exc_info=True)
                    self._is_closed.wait(_RETRY_PERIOD)
            if b"" in lines:
                self._flushed.set()

    def _write(self) -> None:
        with fork_lock.lock:
            if self._ledger.end(*self._ends):
                self._ends.clear()
            # Some claim was lost: one after the other.
            while self._ends:
                if not self._ledger.end(self._ends[0]):
                    log_takeover(self._ends[0].run)
                del self._ends[0]
