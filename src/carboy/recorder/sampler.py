"""A profiler that looks at the threads of recorded requests every few milliseconds."""

import os
import sys
import threading
from collections import Counter
from types import FrameType

from carboy.bounded_dict import BoundedDict

from .call_sites import is_own_file
from .recording import Recording

_MAX_DEPTH = 150
# Of calls between libraries, the innermost say enough.
_MAX_OF_LIBRARY = 6
_MAX_STACKS = 2000
_WITHOUT_OWN = 12
# Rounds without a request after which the thread waits for the next one.
_IDLE_ROUNDS = 200

_names: BoundedDict[tuple[str, str, int], str] = BoundedDict(20_000)


class Sampler:
    """Counts the stacks of requests that are being recorded.

    One thread for all of them: what it costs does not grow with the requests, and a
    request that ends before the first look costs nothing but two items of a dict.
    """

    def __init__(self, period: float) -> None:
        self._period = period
        self._active: dict[int, tuple[Recording, Counter[str]]] = {}
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._process = 0
        self._is_stopped = False

    def begin(self, recording: Recording) -> None:
        """Look at the thread of `recording` from now on."""
        if not self._period:
            return
        self._active[recording.thread] = (recording, Counter())
        if self._thread is None or self._process != os.getpid():
            self._start()
        elif not self._wake.is_set():
            self._wake.set()

    def end(self, recording: Recording) -> None:
        """Look no more, and keep what was seen in the trace."""
        found = self._active.get(recording.thread)
        if found is not None and found[0] is recording:
            del self._active[recording.thread]
            recording.detail.samples = dict(found[1])

    def stop(self) -> None:
        """End the thread."""
        self._is_stopped = True
        self._wake.set()
        if self._thread is not None and self._process == os.getpid():
            self._thread.join(timeout=5)
        self._thread = None

    def _start(self) -> None:
        self._process = os.getpid()
        self._is_stopped = False
        self._wake.set()
        self._thread = threading.Thread(
            target=self._run, name="carboy-recorder", daemon=True
        )
        self._thread.start()

    def _run(self) -> None:
        idle = 0
        pause = threading.Event()
        while not self._is_stopped:
            if self._active:
                idle = 0
                self._look()
            elif (idle := idle + 1) > _IDLE_ROUNDS:
                idle = 0
                self._wake.clear()
                if not self._active:
                    self._wake.wait()
            pause.wait(self._period)

    def _look(self) -> None:
        frames = sys._current_frames()  # noqa: SLF001 - there is no public name for it
        for thread, (_, stacks) in list(self._active.items()):
            frame = frames.get(thread)
            if frame is not None and len(stacks) < _MAX_STACKS:
                stacks[_write_stack(frame)] += 1


def _write_stack(frame: FrameType) -> str:
    """Return the calls from the site's first own one on, separated by newlines.

    Where none is the site's own, the last few calls say what a library does.
    """
    calls: list[str] = []
    first_own = _WITHOUT_OWN
    of_library = depth = 0
    current: FrameType | None = frame
    while current is not None and depth < _MAX_DEPTH:
        code = current.f_code
        is_own = is_own_file(code.co_filename)
        of_library = 0 if is_own else of_library + 1
        if of_library <= _MAX_OF_LIBRARY:
            calls.append(_name(code.co_filename, code.co_qualname, code.co_firstlineno))
        if is_own:
            first_own = len(calls)
        current = current.f_back
        depth += 1
    return "\n".join(reversed(calls[:first_own]))


def _name(file: str, function: str, line: int) -> str:
    key = (file, function, line)
    known = _names.get(key)
    if known is None:
        _, _, short = file.rpartition("/site-packages/")
        known = _names[key] = f"{function} {short or file}:{line}"
    return known
