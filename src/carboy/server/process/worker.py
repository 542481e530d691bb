"""A worker process: loads the app, serves it, and stops without dropping a request."""

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
from carboy.server.app_loader import (
    install_engine,
    load_target,
    refuse_monkey_patches,
)
from carboy.server.http import granian
from carboy.server.http.call_app import make_respond
from carboy.server.http.connections import count_connections
from carboy.server.http.event_streams import EventStreams
from carboy.server.http.granian import GranianServer
from carboy.server.http.granian_types import GranianRequest
from carboy.server.http.request_body import BodyReader
from carboy.server.http.request_head import (
    IncomingRequest,
    RejectedRequestError,
    RequestHeadParser,
)
from carboy.server.http.response import (
    RequestHandler,
    refuse,
    use_problem_documents,
)
from carboy.server.listeners import Listener
from carboy.server.logs import join_log_of_app, log
from carboy.server.options import App, ServeOptions, StartCheck
from carboy.server.site_options import (
    answers_json,
    apply_site_settings,
    pack_applied,
)
from carboy.server.threads.event_loop import EventLoop, WorkerLoop
from carboy.server.threads.inline_views import InlineViews, LatencyHistory
from carboy.server.threads.view_threads import RunningView, ViewPool

from .control_channel import ControlChannel
from .resources import get_memory_mb

_BEAT = 1.0
# Seconds for the supervisor to read why this worker could not start.
_LAST_MESSAGE = 10.0
_POLL_INTERVAL = 0.05
_BUSY = RejectedRequestError(503, "The server is busy. Try again in a moment.")
Dispatch = Callable[[IncomingRequest], None]


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """What a worker needs to start."""

    target: str | App
    options: ServeOptions
    listeners: tuple[Listener, ...]
    on_start: StartCheck | None
    number: int


def run_worker(config: WorkerConfig, channel: ControlChannel) -> None:
    """Serve until the supervisor says otherwise; never returns."""
    code = 1
    is_json: bool | None = None
    try:
        app = _load(config)
        is_json = join_log_of_app(f"worker-{config.number + 1}")
        problems = config.on_start(app) if config.on_start else None
        if problems:
            channel.send("failed", code=3, lines=problems, json_log=is_json)
            code = 3
        else:
            _run_start_hooks(app)
            # Made anew, so that they read their files again: those may be new too.
            options = replace(apply_site_settings(config.options, app))
            use_problem_documents(are_used=answers_json(app))
            worker = ServerWorker(replace(config, options=options), app, channel)
            worker.serve(was_checked=problems is not None, is_json_log=is_json)
            code = 0
    except ConfigError as error:
        channel.send("failed", code=2, lines=[str(error)], json_log=is_json)
        code = 2
    except Exception as error:  # noqa: BLE001 - whatever the app raises
        log.exception("A worker could not start.")
        lines = [f"{type(error).__name__}: {error}"]
        channel.send("failed", code=3, lines=lines, json_log=is_json)
        code = 3
    finally:
        channel.flush(_LAST_MESSAGE)
        _exit(code)


def _load(config: WorkerConfig) -> App:
    install_engine()
    target = config.target
    app = load_target(target) if isinstance(target, str) else target
    refuse_monkey_patches(str(target))
    return app


def _run_start_hooks(app: App) -> None:
    """Run the start hooks of a Carboy app; its stop hooks run when the process ends."""
    run_start_hooks = getattr(app, "run_start_hooks", None)
    if run_start_hooks is not None:
        run_start_hooks()


def _exit(code: int) -> None:
    """Exit without waiting for threads that may never end."""
    atexit._run_exitfuncs()  # noqa: SLF001 - the process ends by _exit
    os._exit(code)


class ServerWorker:
    """Connects the parts and runs the event loop."""

    def __init__(self, config: WorkerConfig, app: App, channel: ControlChannel) -> None:
        self._options = options = config.options
        self._channel = channel
        self._loop = WorkerLoop()
        asyncio.set_event_loop(self._loop)
        self._event_loop = EventLoop(self._loop)
        listeners = config.listeners
        self._addresses = {_get_address(each) for each in listeners}
        self._parser = RequestHeadParser(options, _get_server(listeners[0]))
        self._is_leaving = False
        self._event_streams = EventStreams(
            options.limits.events_per_worker,
            self._event_loop,
            lambda: self._is_leaving,
        )
        self._handler = RequestHandler(
            options, make_respond(app), self._event_loop, self._event_streams.open
        )
        history = LatencyHistory()
        self._pool: ViewPool[IncomingRequest] = ViewPool(
            options.threads, self._handler.run, history.on_done
        )
        self._inline_views = self._make_inline_views(history)
        inline = self._inline_views
        # With a body: those may take their time, and their thread never runs a view.
        enqueue = inline.enqueue if inline else self._pool.put
        self._dispatch: Dispatch = inline.dispatch if inline else self._pool.put
        self._bodies = BodyReader(
            options.limits,
            enqueue,
            self._event_loop,
            keeps_chunked=options.is_lenient,
        )
        self._servers = [
            GranianServer(each, options, config.number + 1) for each in listeners
        ]
        for each in listeners:
            each.socket.close()
        self._stopped = asyncio.Event()
        self._draining: asyncio.Task[None] | None = None
        self._max_requests = _spread(options.max_requests)
        self._closed = 0

    def serve(self, *, was_checked: bool = False, is_json_log: bool = False) -> None:
        """Serve until drained."""
        loop = self._loop
        loop.add_signal_handler(signal.SIGTERM, self._drain, "drain")
        loop.add_reader(self._channel.fileno(), self._on_message)
        self._event_loop.call_every(_BEAT, self._beat)
        self._event_loop.call_every(_BEAT, self._bodies.drop_slow)
        if self._options.view_timeout:
            self._event_loop.call_every(_BEAT / 2, self._report_late)
        gc.collect()
        gc.freeze()
        self._pool.start()
        for server in self._servers:
            server.open(loop, self._on_request, self._on_closed)
        applied = pack_applied(self._options)
        self._channel.send(
            "ready", json_log=is_json_log, was_checked=was_checked, **applied
        )
        loop.run_until_complete(self._stopped.wait())
        self._handler.flush()

    def _make_inline_views(
        self, history: LatencyHistory
    ) -> InlineViews[IncomingRequest] | None:
        # Who asks for one view thread may have views that need to be on it; and
        # without the direct door, requests come on the event loop.
        if self._options.threads == 1 or granian.MISMATCHES:
            return None
        return InlineViews(self._pool, self._handler.run, history)

    def _on_request(self, incoming: GranianRequest) -> None:
        """Parse and dispatch a request; on Granian's thread."""
        protocol = incoming.proto
        if self._pool.count_waiting() >= self._options.limits.max_waiting:
            refuse(protocol, _BUSY)
            return
        try:
            request = self._parser.parse(incoming.scope)
        except RejectedRequestError as error:
            refuse(protocol, error)
            return
        request.protocol = protocol
        request.event_loop = self._event_loop
        if request.has_body:
            self._bodies.start(request)
        else:
            self._dispatch(request)

    def _on_message(self) -> None:
        messages = self._channel.receive()
        if messages is None:
            os._exit(1)
        for message in messages:
            if message["kind"] in {"drain", "stop"}:
                self._drain(str(message["kind"]))

    def _beat(self) -> None:
        options = self._options
        if self._is_stuck(options.hang_timeout):
            log.critical("No view has ended for %gs.", options.hang_timeout)
            return
        is_used_up = 0 < self._max_requests <= self._handler.answered or (
            0 < options.max_memory_mb <= get_memory_mb(os.getpid())
        )
        self._channel.offer(
            "beat",
            recycle=is_used_up and not self._is_leaving,
            answered=self._handler.answered,
            streams=self._event_streams.count_open(),
        )

    def _is_stuck(self, seconds: float) -> bool:
        inline = self._inline_views
        return self._pool.is_stuck(seconds) or (
            inline is not None and inline.is_stuck(seconds)
        )

    def _report_late(self) -> None:
        for view in self._pool.list_late(self._options.view_timeout):
            _report(view, "runs for")

    def _drain(self, kind: str) -> None:
        if self._draining is None:
            self._is_leaving = True
            self._draining = self._loop.create_task(self._leave(kind))

    async def _leave(self, kind: str) -> None:
        """Finish what is in flight, let all clients disconnect, then stop."""
        options = self._options
        self._handler.is_closing = True
        for server in self._servers:
            server.stop_accepting()
        self._event_streams.close_all()
        idle = 1.0 if kind == "stop" else options.limits.header_timeout
        deadline = time.monotonic() + options.drain_timeout
        await self._wait_until_disconnected(min(deadline, time.monotonic() + idle))
        for server in self._servers:
            server.close()
        if self._inline_views is not None:
            self._inline_views.close()
        while self._count_open() and time.monotonic() < deadline:
            await asyncio.sleep(_POLL_INTERVAL)
        if self._count_open():
            for view in self._pool.list_running():
                _report(view, "was cut off after")
            self._stopped.set()
        await asyncio.sleep(max(0.0, deadline - time.monotonic()))
        self._stopped.set()

    async def _wait_until_disconnected(self, deadline: float) -> None:
        while time.monotonic() < deadline and count_connections(self._addresses):
            await asyncio.sleep(_POLL_INTERVAL)

    def _count_open(self) -> int:
        return self._pool.count_open() + self._bodies.count_open()

    def _on_closed(self) -> None:
        """Count a server that has closed; on a thread of Granian's."""
        self._closed += 1
        if self._closed == len(self._servers):
            self._event_loop.call(self._stopped.set)


def _report(view: RunningView, words: str) -> None:
    log.warning(
        "%s %s %s %.1fs, and is here:\n%s",
        view.method,
        ascii(view.path)[1:-1],
        words,
        view.seconds,
        view.stack,
    )


def _spread(count: int) -> int:
    """Vary a count by a tenth, so that workers are not all replaced at once."""
    return count + random.randint(0, count // 10) if count else 0  # noqa: S311 - no secret


def _get_server(listener: Listener) -> tuple[str, int]:
    name = listener.socket.getsockname()
    return (name[0], name[1]) if isinstance(name, tuple) else ("localhost", 80)


def _get_address(listener: Listener) -> object:
    name = listener.socket.getsockname()
    return name[1] if isinstance(name, tuple) else name
