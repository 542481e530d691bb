"""The only file that knows Granian's inside: its Rust side accepts, parses and writes.

Requests are taken where Granian schedules them, before it makes a coroutine for each.
That direct door is not part of its documented interface, so this file compares what it
stands on with the shape that it knows. If something differs, requests come through the
documented RSGI callable instead: slower, on the event loop, and without inline views.
"""

import asyncio
import importlib
import inspect
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from granian import _granian
from granian.http import HTTP1Settings

from carboy.errors import ConfigError
from carboy.server.listeners import Listener
from carboy.server.options import ServeOptions

from .granian_types import (
    GranianProtocol,
    GranianRequest,
    GranianScope,
    GranianTransport,
    Headers,
)

Dispatch = Callable[[GranianRequest], None]

_BLOCKING_THREADS = 512
_STACK_VARIABLE, _STACK_SIZE = "RUST_MIN_STACK", 8 * 1024 * 1024
_TEN_YEARS = 10 * 365 * 86_400
# Class, its parameters if we call it, and the attributes that we use.
_DIRECT_DOOR = {
    "CallbackScheduler": (
        ("event_loop", "cb", "aio_task", "aio_tenter", "aio_texit"),
        ("_schedule_fn",),
    ),
    "RSGIHTTPScope": (
        (),
        (
            *("method", "scheme", "http_version", "path", "query_string"),
            *("authority", "client", "headers"),
        ),
    ),
    "RSGIHTTPProtocol": (
        (),
        (
            *("__call__", "__aiter__", "client_disconnect", "response_bytes"),
            *("response_file", "response_file_range", "response_stream"),
        ),
    ),
}


def list_mismatches(inside: object = _granian) -> list[str]:
    """Return what differs from the Granian that the direct door was written for."""
    mismatches = []
    for name, (parameters, attributes) in _DIRECT_DOOR.items():
        kind = getattr(inside, name, None)
        if not isinstance(kind, type):
            mismatches.append(f"{name} is missing")
            continue
        signature = _parameter_names(kind)
        if parameters and signature != parameters:
            mismatches.append(f"{name} takes {', '.join(signature) or 'nothing'}")
        missing = [each for each in attributes if not hasattr(kind, each)]
        if missing:
            mismatches.append(f"{name} has no {', '.join(missing)}")
    return mismatches


def _parameter_names(kind: type) -> tuple[str, ...]:
    try:
        return tuple(inspect.signature(kind).parameters)
    except (TypeError, ValueError):
        return ()


MISMATCHES = list_mismatches()


def describe_mismatches() -> str:
    """Return one sentence about what differs, or an empty text."""
    if not MISMATCHES:
        return ""
    return (
        f"Granian {version('granian')} differs from the one that this Carboy knows "
        f"({'; '.join(MISMATCHES)}), so requests come through its documented "
        "interface: slower, and no view runs inline."
    )


class GranianServer:
    """One listening socket of one worker."""

    def __init__(
        self, listener: Listener, options: ServeOptions, worker_number: int = 1
    ) -> None:
        self._number = worker_number
        self._fd = os.dup(listener.socket.fileno())
        self._is_unix = listener.is_unix
        self._options = options
        self._signal = _granian.WorkerSignal()

    def open(
        self,
        loop: asyncio.AbstractEventLoop,
        dispatch: Dispatch,
        on_closed: Callable[[], None],
    ) -> None:
        """Start to accept; `on_closed` is called from another thread after `close`."""
        self._signal.add_cb(on_closed)
        if MISMATCHES:
            scheduler = _make_rsgi_scheduler(loop, dispatch)
        else:
            scheduler = _make_direct_scheduler(loop, dispatch)
        worker = self._make_worker()
        serve = getattr(worker, "serve_str_uds" if self._is_unix else "serve_str")
        with _large_stacks():
            serve(scheduler, loop, self._signal)

    def stop_accepting(self) -> None:
        """Leave new connections to other workers; open ones stay as they are.

        The descriptor is pointed at a socket that nobody can reach, so that the Rust
        side goes on to poll it and never gets a connection.
        """
        family = socket.AF_UNIX if self._is_unix else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as unreachable:
            unreachable.settimeout(0)
            unreachable.bind("" if self._is_unix else ("127.0.0.1", 0))
            unreachable.listen(1)
            os.dup2(unreachable.fileno(), self._fd, inheritable=False)

    def close(self) -> None:
        """Finish requests in flight, close idle connections, then call `on_closed`."""
        self._signal.set()

    def _make_worker(self) -> object:
        limits = self._options.limits
        holder: Any = _granian.SocketHolder
        kind: Any = _granian.RSGIWorker  # the stubs lack some of the arguments
        has_inline_views = self._options.threads > 1 and not MISMATCHES
        try:
            return kind(
                worker_id=self._number,
                sock=(None, holder(self._fd, self._is_unix, self._options.backlog)),
                ipc=None,
                threads=1,
                blocking_threads=_BLOCKING_THREADS,
                py_threads=2 if has_inline_views else 1,
                # Neither may end: the one that is left could be the one that rests.
                py_threads_idle_timeout=_TEN_YEARS,
                backpressure=limits.max_connections,
                http_mode="1",
                http1_opts=HTTP1Settings(
                    header_read_timeout=int(limits.header_timeout * 1000),
                    max_buffer_size=limits.max_header_size,
                ),
                http2_opts=None,
                websockets_enabled=False,
                static_files=None,
                metrics=(None, None),
                **self._tls_arguments(),
            )
        except TypeError as error:
            raise ConfigError(
                f"Granian {version('granian')} does not fit this version of Carboy: "
                f"{error}. Install the version that Carboy asks for."
            ) from error

    def _tls_arguments(self) -> dict[str, Any]:
        tls = self._options.tls
        if tls is None:
            return {"ssl_enabled": False}
        return {
            "ssl_enabled": True,
            "ssl_cert": _resolve(tls.certificate),
            "ssl_key": _resolve(tls.key),
            "ssl_key_password": tls.password,
            "ssl_protocol_min": f"tls{tls.minimum}",
            "ssl_ca": _resolve(tls.client_ca) if tls.client_ca else None,
            "ssl_crl": [],
            "ssl_client_verify": tls.client_ca is not None,
        }


def _make_direct_scheduler(
    loop: asyncio.AbstractEventLoop, dispatch: Dispatch
) -> object:
    """Return a scheduler that passes each request to a function, not to a coroutine."""

    class DirectScheduler(_granian.CallbackScheduler):
        __slots__ = ()

        def __init__(self, *_: object) -> None:
            super().__init__()
            self._schedule_fn = dispatch

    # The Rust side reads the loop from the arguments.
    return DirectScheduler(loop, dispatch, None, None, None)


def _make_rsgi_scheduler(loop: asyncio.AbstractEventLoop, dispatch: Dispatch) -> object:
    """Return the scheduler that Granian's own servers use for an RSGI callable."""

    async def answer(scope: GranianScope, protocol: GranianProtocol) -> None:
        # Granian answers for a callable that returns before it has responded.
        is_answered = asyncio.Event()
        notify = lambda: loop.call_soon_threadsafe(is_answered.set)  # noqa: E731 - one expression
        dispatch(_RsgiRequest(scope, _NotifyingProtocol(protocol, notify)))
        await is_answered.wait()

    adapters: Any = importlib.import_module("granian._futures")
    scheduler: object = adapters._new_cbscheduler(  # noqa: SLF001 - as Granian itself calls it
        loop,
        adapters._future_watcher_wrapper(answer),  # noqa: SLF001 - as above
        impl_asyncio=True,
    )
    return scheduler


@dataclass(slots=True)
class _RsgiRequest:
    scope: GranianScope
    proto: GranianProtocol


class _NotifyingProtocol:
    """Granian's object for one request; notifies once a response has been sent."""

    def __init__(self, protocol: GranianProtocol, notify: Callable[[], object]) -> None:
        self._protocol = protocol
        self._notify = notify

    def __call__(self) -> Any:
        """Read the whole body."""
        return self._protocol()

    def __aiter__(self) -> Any:
        """Read the body in pieces."""
        return self._protocol.__aiter__()

    def client_disconnect(self) -> Any:
        """Return a future that is done when the client has disconnected."""
        return asyncio.ensure_future(self._protocol.client_disconnect())

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        """Send a complete response."""
        self._protocol.response_bytes(status, headers, body)
        self._notify()

    def response_file(self, status: int, headers: Headers, file: str) -> None:
        """Send what can be read from a path."""
        self._protocol.response_file(status, headers, file)
        self._notify()

    def response_file_range(
        self, status: int, headers: Headers, file: str, start: int, end: int
    ) -> None:
        """Send a part of a file, without the byte at `end`."""
        self._protocol.response_file_range(status, headers, file, start, end)
        self._notify()

    def response_stream(self, status: int, headers: Headers) -> GranianTransport:
        """Send the head of a response and return the transport for its body."""
        transport = self._protocol.response_stream(status, headers)
        self._notify()
        return transport


@contextmanager
def _large_stacks() -> Iterator[None]:
    """Use the usual stack size for Rust's threads, because views may run on them.

    Rust's 2 MB are too little for Python's own limit of recursion. It reads the
    variable once; processes that a view starts should not see it.
    """
    previous = os.environ.get(_STACK_VARIABLE)
    os.environ.setdefault(_STACK_VARIABLE, str(_STACK_SIZE))
    try:
        yield
    finally:
        if previous is None:
            del os.environ[_STACK_VARIABLE]


def _resolve(path: Path) -> str:
    return str(path.resolve())
