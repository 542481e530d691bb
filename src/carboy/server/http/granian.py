"""The one place that touches Granian: its Rust side accepts, parses and writes.

Requests are taken where Granian schedules them, before any coroutine is made for
them. That door is not part of its documented interface, hence this file and its test.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from granian._granian import (
    CallbackScheduler,
    RSGIWorker,
    SocketHolder,
    WorkerSignal,
)
from granian.http import HTTP1Settings

from carboy.server.listeners import Listener
from carboy.server.options import ServeOptions

from .granian_types import GranianRequest

_RUST_THREADS = 512
_STACK_NAME, _STACK = "RUST_MIN_STACK", 8 * 1024 * 1024
_FOR_EVER = 10 * 365 * 86_400


class _DirectScheduler(CallbackScheduler):
    """Hands each arrival straight to a function instead of to a coroutine."""

    __slots__ = ()

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,  # noqa: ARG002 (read by the Rust side)
        admit: Callable[[GranianRequest], None],
        *_: object,
    ) -> None:
        super().__init__()
        self._schedule_fn = admit


class GranianServer:
    """One listening socket of one worker."""

    def __init__(self, listener: Listener, options: ServeOptions) -> None:
        self._fd = os.dup(listener.socket.fileno())
        self._is_unix = listener.is_unix
        self._options = options
        self._signal = WorkerSignal()

    def open(
        self,
        loop: asyncio.AbstractEventLoop,
        admit: Callable[[GranianRequest], None],
        closed: Callable[[], None],
    ) -> None:
        """Begin to accept; `closed` is called from a foreign thread after `close`."""
        limits = self._options.limits
        worker = RSGIWorker(  # type: ignore[call-arg]  # the stub lacks ipc and metrics
            worker_id=1,
            sock=(None, SocketHolder(self._fd, self._is_unix, self._options.backlog)),  # type: ignore[call-arg]  # the stub lacks the arguments
            ipc=None,
            threads=1,
            blocking_threads=_RUST_THREADS,
            py_threads=1 if self._options.threads == 1 else 2,
            # None may leave: the one that stays could be the one that rests.
            py_threads_idle_timeout=_FOR_EVER,
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
        self._signal.add_cb(closed)
        nothing = None
        doorman = _DirectScheduler(loop, admit, nothing, nothing, nothing)
        serve = getattr(worker, "serve_str_uds" if self._is_unix else "serve_str")
        with _deep_stacks():
            serve(doorman, loop, self._signal)

    def stop_accepting(self) -> None:
        """Leave newcomers to others; connections that are open stay as they are.

        The number of the descriptor is pointed at a socket that nobody can reach, so
        that the Rust side goes on to ask it and never gets a connection.
        """
        kind = socket.AF_UNIX if self._is_unix else socket.AF_INET
        with socket.socket(kind, socket.SOCK_STREAM) as dead_end:
            dead_end.settimeout(0)
            dead_end.bind("" if self._is_unix else ("127.0.0.1", 0))
            dead_end.listen(1)
            os.dup2(dead_end.fileno(), self._fd, inheritable=False)

    def close(self) -> None:
        """Finish what is in flight, close idle connections, then call `closed`."""
        self._signal.set()

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


@contextmanager
def _deep_stacks() -> Iterator[None]:
    """Let Rust's threads have the stack of other threads: views may run on them.

    Rust gives 2 MB, too little for what Python's own limit of recursion allows. It
    reads this once; processes that a view starts are to know nothing of it.
    """
    given = os.environ.get(_STACK_NAME)
    os.environ.setdefault(_STACK_NAME, str(_STACK))
    try:
        yield
    finally:
        if given is None:
            del os.environ[_STACK_NAME]


def _resolve(path: Path) -> str:
    return str(path.resolve())
