"""A worker process: loads the app, serves it, leaves without dropping anything."""

from __future__ import annotations

import asyncio
import atexit
import gc
import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from carboy.errors import ConfigError
from carboy.server.app_loader import load_target
from carboy.server.http.apps import make_respond, prepare_process
from carboy.server.http.connections import count_connections
from carboy.server.http.event_streams import EventStreams
from carboy.server.http.granian import GranianServer
from carboy.server.http.granian_types import GranianRequest
from carboy.server.http.request_body import BodyReader
from carboy.server.http.request_head import RequestParser, RefusedError, IncomingRequest
from carboy.server.http.response import RequestHandler, refuse
from carboy.server.listeners import Listener
from carboy.server.logs import log
from carboy.server.options import App, ServeOptions, StartCheck
from carboy.server.site_options import apply_site_settings, pack_applied
from carboy.server.threads.event_loop import EventLoop
from carboy.server.threads.inline_views import InlineViews
from carboy.server.threads.view_threads import Busy, ViewPool

from .control_channel import ControlChannel
from .os_process import get_memory_mb

_BEAT = 1.0
# Seconds for the supervisor to read why this worker could not start.
_LAST_MESSAGE = 10.0
_LOOK = 0.05
LetIn = Callable[[IncomingRequest], None]
_BUSY = RefusedError(503, "The server is busy. Try again in a moment.")


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """What a worker is told at its birth."""

    target: str | App
    options: ServeOptions
    listeners: tuple[Listener, ...]
    on_start: StartCheck | None
    number: int


def run_worker(config: WorkerConfig, channel: ControlChannel) -> None:
    """Be a worker until told otherwise; never returns."""
    code = 1
    try:
        app = _load(config)
        problems = config.on_start(app) if config.on_start else []
        if problems:
            channel.send("failed", code=3, lines=problems)
            code = 3
        else:
            # Made anew, so that they look at their files again: those may be new too.
            options = replace(apply_site_settings(config.options, app))
            Worker(replace(config, options=options), app, channel).serve()
            code = 0
    except ConfigError as error:
        channel.send("failed", code=2, lines=[str(error)])
        code = 2
    except Exception as error:  # noqa: BLE001 (whatever the app raises)
        log.exception("A worker could not start.")
        channel.send("failed", code=3, lines=[f"{type(error).__name__}: {error}"])
        code = 3
    finally:
        channel.flush(_LAST_MESSAGE)
        _leave(code)


def _load(config: WorkerConfig) -> App:
    prepare_process()
    target = config.target
    return load_target(target) if isinstance(target, str) else target


def _leave(code: int) -> None:
    """End without waiting for threads that may never end."""
    atexit._run_exitfuncs()  # noqa: SLF001 (the process ends by _exit)
    os._exit(code)


class Worker:
    """Puts the parts together and runs the event_loop."""

    def __init__(self, config: WorkerConfig, app: App, channel: ControlChannel) -> None:
        self._options = options = config.options
        self._channel = channel
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self._event_loop = EventLoop(self._loop)
        listeners = config.listeners
        self._places = {_get_place(each) for each in listeners}
        self._gate = RequestParser(options, _get_server(listeners[0]))
        respond = make_respond(app)
        self._exchange = RequestHandler(options, respond, self._event_loop)
        self._event_streams = EventStreams(
            options.limits.events_per_worker,
            self._event_loop,
            lambda: self._exchange.is_closing,
        )
        self._exchange.carry = self._event_streams.take
        run = self._exchange.run
        self._pool: ViewPool[IncomingRequest] = ViewPool(options.threads, run)
        self._inline_views: InlineViews[IncomingRequest] | None = None
        self._let_in: LetIn = self._pool.put
        with_body: LetIn = self._pool.put
        if options.threads > 1:
            # Whoever asks for one view thread may have views that need to be on it.
            self._inline_views = InlineViews(self._pool, run)
            self._let_in = self._inline_views.admit
            with_body = self._inline_views.hand_over
        self._bodies = BodyReader(options.limits, with_body)
        self._edges = [GranianServer(each, options) for each in listeners]
        for each in listeners:
            each.socket.close()
        self._stopped = asyncio.Event()
        self._draining: asyncio.Task[None] | None = None
        self._quota = _spread(options.max_requests)
        self._is_leaving = False
        self._closed = 0

    def serve(self) -> None:
        """Serve until drained."""
        loop = self._loop
        loop.add_signal_handler(signal.SIGTERM, self._drain, "drain")
        loop.add_reader(self._channel.fileno(), self._listen)
        self._event_loop.tick(_BEAT, self._beat)
        self._event_loop.tick(_BEAT, self._bodies.drop_slow)
        if self._options.view_timeout:
            self._event_loop.tick(_BEAT / 2, self._report_late)
        gc.collect()
        gc.freeze()
        self._pool.start()
        for edge in self._edges:
            edge.open(loop, self._admit, self._note_closed)
        self._channel.send("ready", **pack_applied(self._options))
        loop.run_until_complete(self._stopped.wait())
        self._exchange.flush()

    def _admit(self, arrival: GranianRequest) -> None:
        """Send an arrival on its way; on Granian's thread."""
        if self._pool.count_waiting() >= self._options.limits.max_waiting:
            refuse(arrival.proto, _BUSY)
            return
        try:
            source = self._gate.read(arrival.scope)
        except RefusedError as error:
            refuse(arrival.proto, error)
            return
        source.conn = arrival.proto
        if source.has_body:
            self._event_loop.call(lambda: self._bodies.start(source))
        else:
            self._let_in(source)

    def _listen(self) -> None:
        messages = self._channel.receive()
        if messages is None:
            os._exit(1)
        for message in messages:
            if message["kind"] in {"drain", "stop"}:
                self._drain(str(message["kind"]))

    def _beat(self) -> None:
        options = self._options
        if self._pool.is_stuck(options.hang_timeout):
            log.critical("No view has ended for %gs.", options.hang_timeout)
            return
        recycle = 0 < self._quota <= self._exchange.answered or (
            0 < options.max_memory_mb <= get_memory_mb(os.getpid())
        )
        self._channel.offer(
            "beat",
            recycle=recycle and not self._is_leaving,
            answered=self._exchange.answered,
            streams=self._event_streams.count_open(),
        )

    def _report_late(self) -> None:
        for busy in self._pool.list_late(self._options.view_timeout):
            _report(busy, "runs for")

    def _drain(self, kind: str) -> None:
        if self._draining is None:
            self._is_leaving = True
            self._draining = self._loop.create_task(self._leave(kind))

    async def _leave(self, kind: str) -> None:
        """Let what is under way end, and everybody else go, before the end."""
        options = self._options
        self._exchange.is_closing = True
        for edge in self._edges:
            edge.stop_accepting()
        self._event_streams.close_all()
        idle = 1.0 if kind == "stop" else options.limits.header_timeout
        deadline = time.monotonic() + options.drain_timeout
        await self._wait_until_gone(min(deadline, time.monotonic() + idle))
        for edge in self._edges:
            edge.close()
        if self._inline_views is not None:
            self._inline_views.close()
        while self._count_open() and time.monotonic() < deadline:
            await asyncio.sleep(_LOOK)
        if self._count_open():
            for busy in self._pool.list_busy():
                _report(busy, "was cut off after")
            self._stopped.set()
        await asyncio.sleep(max(0.0, deadline - time.monotonic()))
        self._stopped.set()

    async def _wait_until_gone(self, deadline: float) -> None:
        while time.monotonic() < deadline and count_connections(self._places):
            await asyncio.sleep(_LOOK)

    def _count_open(self) -> int:
        return self._pool.count_open() + self._bodies.count_open()

    def _note_closed(self) -> None:
        """Note that an edge has closed; on a thread of Granian's."""
        self._closed += 1
        if self._closed == len(self._edges):
            self._event_loop.call(self._stopped.set)


def _report(busy: Busy, words: str) -> None:
    log.warning(
        "%s %s %s %.1fs, and is here:\n%s",
        busy.method,
        ascii(busy.path)[1:-1],
        words,
        busy.seconds,
        busy.stack,
    )


def _spread(count: int) -> int:
    """Vary a count by a tenth, so that workers do not all tire at once."""
    return count + random.randint(0, count // 10) if count else 0  # noqa: S311 (no secret)


def _get_server(listener: Listener) -> tuple[str, int]:
    name = listener.socket.getsockname()
    return (name[0], name[1]) if isinstance(name, tuple) else ("localhost", 80)


def _get_place(listener: Listener) -> object:
    name = listener.socket.getsockname()
    return name[1] if isinstance(name, tuple) else name
