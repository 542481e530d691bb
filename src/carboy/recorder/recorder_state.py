"""What the recorder has for one app: its settings and the file of traces."""

import logging
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import WeakSet

import msgspec
from blinker import Signal
from flask import Flask

from carboy.core import AppState

from .recording import Recording
from .ring_file import RingFile
from .sampler import Sampler
from .settings import RecorderSettings
from .trace import Detail, Summary, Trace

log = logging.getLogger("carboy.recorder")

Guard = Callable[[], bool]

FILE = Path("recorder") / "traces.ring"
# How many of the last traces are searched for one by its id.
_SEARCHED = 4096

# Those that listen to signals.
open_recorders: WeakSet["RecorderState"] = WeakSet()

_encode = msgspec.msgpack.Encoder(enc_hook=str).encode
_decode_summary = msgspec.msgpack.Decoder(Summary).decode
_decode_detail = msgspec.msgpack.Decoder(Detail).decode


class RecorderState:
    """Which requests are recorded, and what was recorded."""

    def __init__(self, app: Flask, settings: RecorderSettings, share: float) -> None:
        self.settings = settings
        self.guard: Guard | None = None
        self.sampler = Sampler(settings.sample_period)
        self._share = share
        self._is_warned = False
        self._receivers: list[tuple[Signal, Callable[..., Any]]] = []
        open_recorders.add(self)
        self._ring = RingFile(
            Path(app.instance_path) / FILE, size=settings.size_mb * 1_000_000
        )

    def is_chosen(self) -> bool:
        """Return whether the next request is recorded."""
        return self._share >= 1 or random.random() < self._share  # noqa: S311 - a sample, not a secret

    def save(self, recording: Recording) -> None:
        """Write a trace to the file.

        A full disk or a folder that cannot be written is logged once, and is never an
        error of the request.
        """
        trace = recording.finish()
        head = _encode(trace.summary)
        try:
            if not self._ring.append(head, _encode(trace.detail)):
                # Its page would be larger than a browser shows.
                trace.detail.events.clear()
                self._ring.append(head, _encode(trace.detail))
        except OSError as error:
            if not self._is_warned:
                log.warning(
                    "Traces are not kept: %s. Free the disk, or make %s writable.",
                    error.strerror or error,
                    self._ring.path,
                )
            self._is_warned = True
        else:
            self._is_warned = False

    def list_summaries(self, limit: int = 200) -> list[Summary]:
        """Return the last traces, the newest first."""
        return [_decode_summary(head) for _, head in self._ring.read_heads(limit)]

    def find(self, trace_id: str) -> Trace | None:
        """Return the trace with this id, or None; `last` is the last one."""
        for number, head in self._ring.read_heads(_SEARCHED):
            summary = _decode_summary(head)
            if trace_id in {summary.id, "last"}:
                body = self._ring.read_body(number)
                if body is None:
                    return None
                return Trace(summary=summary, detail=_decode_detail(body))
        return None

    def clear(self) -> None:
        """Forget all traces."""
        self._ring.clear()

    def listen(self, signal: Signal, receiver: Callable[..., Any], app: Flask) -> None:
        """Call `receiver` with each `signal` of `app`, until this is closed."""
        signal.connect(receiver, app, weak=False)
        self._receivers.append((signal, receiver))

    def close(self) -> None:
        """Record no more: leave the signals, stop the profiler, close the file."""
        for signal, receiver in self._receivers:
            signal.disconnect(receiver)
        self._receivers.clear()
        self.sampler.stop()
        self._ring.close()


recorder_state: AppState[RecorderState] = AppState("carboy.recorder")
