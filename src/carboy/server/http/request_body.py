"""Reads request bodies: whole, in time and within limits."""

import asyncio
import time
from collections.abc import Callable
from contextvars import Context
from functools import partial
from typing import Any, BinaryIO

from carboy.server.options import Limits
from carboy.server.threads.event_loop import DirectCallback, EventLoop

from .client_pace import SINGLE_READ_RATE, ClientPace
from .granian_types import GranianProtocol
from .json_depth import is_too_deep
from .request_head import IncomingRequest, RejectedRequestError
from .response import refuse
from .spool import BodySpool, BudgetedBody, MemoryBudget

_SINGLE_READ = 16 * 1024
_INLINE_CHECK = 64 * 1024
_MEMORY_BUDGET = 64 * 1024 * 1024
# Seconds between two looks for slow bodies when all is well.
_MAX_BEAT = 2.0
_BROKE_OFF = "The body broke off."
_LATE = "The body came too slowly."
_STOPS = "The server stops."
_TOO_LARGE = "The body is larger than is taken here."
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


def _ignore() -> None:
    """Cancel nothing."""


class BodyRead:
    """A body that is being read."""

    __slots__ = ("cancel", "deadline", "is_late", "last_piece", "received", "started")

    def __init__(self, seconds: float) -> None:
        self.started = self.last_piece = time.monotonic()
        self.deadline = self.started + seconds
        self.received = 0
        self.is_late = False
        self.cancel: Callable[[], object] = _ignore


class BodyReader:
    """Reads bodies and passes complete requests on.

    A body in one step never enters the event loop: the thread on which it is complete
    passes it on. One in pieces is read on the loop. Both use what any thread may use.
    """

    def __init__(
        self,
        limits: Limits,
        forward: Callable[[IncomingRequest], None],
        event_loop: EventLoop,
        *,
        keeps_chunked: bool = False,
    ) -> None:
        self._limits = limits
        # Whether an app sees that a body came in chunks, as behind gunicorn.
        self._keeps_chunked = keeps_chunked
        self._forward = forward
        self._event_loop = event_loop
        self._open: set[BodyRead] = set()
        self._last_check = time.monotonic()
        self._memory = MemoryBudget(_MEMORY_BUDGET)
        self._pace = ClientPace()
        self._max_single_read = min(
            limits.spool_size, int(limits.body_timeout * SINGLE_READ_RATE)
        )
        self._first_seconds = (
            limits.body_grace if limits.min_body_rate else limits.body_timeout
        )

    def start(self, request: IncomingRequest) -> None:
        """Start to read the body of a request; on the thread that dispatches it."""
        read = BodyRead(self._first_seconds)
        self._open.add(read)
        max_size = self._get_most(request)
        try:
            length = get_length(request)
            _check_size(length or 0, max_size)
        except RejectedRequestError as error:
            self._refuse(read, request, error)
            return
        if length is not None and length <= _SINGLE_READ:
            read.deadline = read.started + self._get_small_timeout(length)
            self._read_single(read, request, length, reserved=0)
        elif length is not None and self._reads_at_once(request.client[0], length):
            read.deadline = read.started + self._limits.body_timeout
            self._read_single(read, request, length, reserved=length)
        else:
            start = partial(self._start_task, read, request, length, max_size)
            self._event_loop.call(start)

    def count_open(self) -> int:
        """Return the number of bodies that are being read."""
        return len(self._open)

    def drop_slow(self) -> None:
        """Refuse bodies that are too slow; called every second.

        What came while this process stood still has not been read yet: such a time is
        not the client's.
        """
        now = time.monotonic()
        pause = now - self._last_check
        self._last_check = now
        for read in list(self._open):
            if pause > _MAX_BEAT:
                read.deadline += pause
            if now > read.deadline:
                read.is_late = True
                read.cancel()

    def _extend(self, read: BodyRead, size: int) -> None:
        """Set the deadline after a piece: it buys time at the minimum rate, in advance.

        Nobody buys an hour with a quick beginning: `body_timeout` is the most.
        """
        limits = self._limits
        most = read.last_piece + limits.body_timeout
        if limits.min_body_rate:
            most = min(most, read.deadline + size / limits.min_body_rate)
        read.deadline = max(read.deadline, most)

    def _reads_at_once(self, host: str, length: int) -> bool:
        """Return whether to read a body in one step, and reserve memory for it."""
        return (
            length <= self._max_single_read
            and self._pace.is_quick(host)
            # A client reserves by announcing: half is left to those that have sent.
            and self._memory.free > _MEMORY_BUDGET // 2
            and self._memory.acquire(length)
        )

    def _get_small_timeout(self, length: int) -> float:
        limits = self._limits
        seconds = max(limits.body_grace, length / max(limits.min_body_rate, 1))
        return min(seconds, limits.body_timeout)

    def _read_single(
        self, read: BodyRead, request: IncomingRequest, length: int, reserved: int
    ) -> None:
        """Read in one step, in reserved memory if the body is not a small one."""
        on_done = partial(self._end_single, read, request, length, reserved)
        future = request.protocol()
        if not hasattr(future, "add_done_callback"):
            # Not a future of Granian's, so this is the thread of the event loop.
            future = asyncio.ensure_future(future)
        read.cancel = future.cancel
        future.add_done_callback(DirectCallback(on_done), context=Context())

    def _end_single(
        self,
        read: BodyRead,
        request: IncomingRequest,
        length: int,
        reserved: int,
        future: Any,
    ) -> None:
        """Check a body that has come, and pass the request on; on any thread."""
        try:
            body = self._hold(request, length, reserved, future)
            if reserved:
                elapsed = time.monotonic() - read.started
                self._pace.note(request.client[0], length, elapsed)
            check = partial(self._check_and_forward, read, request, body, length)
            if length > _INLINE_CHECK and self._checks_json(request, length):
                self._event_loop.call(lambda: self._event_loop.run_in_thread(check))
            else:
                check()
        except BaseException as error:  # noqa: BLE001 - the body is not whole
            self._refuse(read, request, error)

    def _hold(
        self, request: IncomingRequest, length: int, reserved: int, future: Any
    ) -> BinaryIO:
        """Return the body that a future has, in its reserved memory."""
        body = None
        try:
            data: bytes = future.result()
            body = BudgetedBody(data, self._memory, reserved)
            _check_length(len(data), length)
            self._check_form(request, body)
        except BaseException:
            if body is None:
                self._memory.release(reserved)
            else:
                body.close()
            raise
        return body

    def _check_and_forward(
        self, read: BodyRead, request: IncomingRequest, body: BinaryIO, size: int
    ) -> None:
        try:
            self._check_json(request, body, size)
        except RejectedRequestError as error:
            body.close()
            self._refuse(read, request, error)
            return
        request.body, request.content_length = body, size
        self._close(read)
        self._forward(request)

    def _close(self, read: BodyRead) -> None:
        self._open.discard(read)
        # A cycle would keep the connection open until the next garbage collection.
        read.cancel = _ignore

    def _refuse(
        self, read: BodyRead, request: IncomingRequest, error: BaseException
    ) -> None:
        self._close(read)
        self._pace.forget(request.client[0])
        if isinstance(error, asyncio.CancelledError):
            error = RejectedRequestError(408, _LATE if read.is_late else _STOPS)
        elif not isinstance(error, RejectedRequestError):
            error = RejectedRequestError(400, _BROKE_OFF)
        refuse(request.protocol, error)

    def _get_most(self, request: IncomingRequest) -> int:
        limits = self._limits
        limits_by_kind = [limits.max_body_size]
        if _is_form(request):
            limits_by_kind.append(limits.max_form_size)
        return min(filter(None, limits_by_kind), default=0)

    def _check_form(self, request: IncomingRequest, body: BinaryIO) -> None:
        """Count the fields: each of them costs an app far more than its bytes."""
        max_size = self._limits.max_form_fields
        if max_size and _is_form(request):
            fields = body.read().count(b"&") + 1
            body.seek(0)
            if fields > max_size:
                raise RejectedRequestError(413, "The form has too many fields.")

    def _checks_json(self, request: IncomingRequest, size: int) -> bool:
        max_depth = self._limits.max_json_depth
        return bool(max_depth) and size > 2 * max_depth and _is_json(request)

    def _check_json(self, request: IncomingRequest, body: BinaryIO, size: int) -> None:
        """Refuse what a parser would fail on."""
        if self._checks_json(request, size):
            if is_too_deep(body.read(), self._limits.max_json_depth):
                raise RejectedRequestError(400, "The JSON is nested too deep.")
            body.seek(0)

    def _start_task(
        self,
        read: BodyRead,
        request: IncomingRequest,
        length: int | None,
        max_size: int,
    ) -> None:
        reading = self._read_or_refuse(read, request, length, max_size)
        read.cancel = self._event_loop.loop.create_task(reading).cancel

    async def _read_or_refuse(
        self,
        read: BodyRead,
        request: IncomingRequest,
        length: int | None,
        max_size: int,
    ) -> None:
        # The error may not leave: a task would keep it, and with it the connection. So
        # would a generator of contextlib, which from Python 3.12 on is a cycle with it.
        try:
            await self._read_spooled(read, request, length, max_size)
        except BaseException as error:  # noqa: BLE001 - the body is not whole
            self._refuse(read, request, error)

    async def _read_spooled(
        self,
        read: BodyRead,
        request: IncomingRequest,
        length: int | None,
        max_size: int,
    ) -> None:
        """Read in pieces, and pass the request on."""
        spool = BodySpool(self._limits.spool_size, self._memory)
        try:
            await self._read_pieces(read, request.protocol, spool, max_size)
            _check_length(spool.size, length)
            self._pace.note(
                request.client[0], spool.size, read.last_piece - read.started
            )
            body = await spool.finish()
            self._check_form(request, body)
            if spool.size > _INLINE_CHECK and self._checks_json(request, spool.size):
                await asyncio.to_thread(self._check_json, request, body, spool.size)
            else:
                self._check_json(request, body, spool.size)
        except BaseException:
            spool.close()
            raise
        if self._keeps_chunked and length is None:
            request.content_length = None
        else:
            request.content_length = spool.size
            request.headers = [
                pair for pair in request.headers if pair[0] != "transfer-encoding"
            ]
        request.body = body
        self._close(read)
        self._forward(request)

    async def _read_pieces(
        self, read: BodyRead, protocol: GranianProtocol, spool: BodySpool, max_size: int
    ) -> None:
        """Read to the end, which is one empty piece.

        After a body that broke, Granian gives two of them.
        """
        ends = 0
        async for piece in protocol:
            if not piece:
                ends += 1
                continue
            read.last_piece = time.monotonic()
            read.received += len(piece)
            self._extend(read, len(piece))
            _check_size(read.received, max_size)
            await spool.add(piece)
        if ends != 1:
            raise RejectedRequestError(400, _BROKE_OFF)


def get_length(request: IncomingRequest) -> int | None:
    """Return the announced length; none for a chunked body."""
    values = [value for name, value in request.headers if name == "content-length"]
    if not values:
        return None
    if any(name == "transfer-encoding" for name, _ in request.headers):
        # Granian's parser drops the length before we see it; should it stop to.
        msg = "There is a Content-Length beside Transfer-Encoding."
        raise RejectedRequestError(400, msg)
    if len(values) > 1 or not (values[0].isascii() and values[0].isdecimal()):
        raise RejectedRequestError(400, "Content-Length is not one number.")
    return int(values[0])


def _is_form(request: IncomingRequest) -> bool:
    return _get_kind(request).startswith(_FORM)


def _is_json(request: IncomingRequest) -> bool:
    kind = _get_kind(request).partition(";")[0].rstrip()
    return kind == _JSON or (kind.startswith("application/") and kind.endswith("+json"))


def _get_kind(request: IncomingRequest) -> str:
    for name, value in request.headers:
        if name == "content-type":
            return value.lower()
    return ""


def _check_length(size: int, length: int | None) -> None:
    if length is not None and size != length:
        raise RejectedRequestError(400, "The body is shorter than its Content-Length.")


def _check_size(size: int, max_size: int) -> None:
    if max_size and size > max_size:
        raise RejectedRequestError(413, _TOO_LARGE)
