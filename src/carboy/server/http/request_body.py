"""Reads request bodies on the event loop: whole, in time and within limits."""

import asyncio
import time
from collections.abc import Callable
from io import BytesIO
from typing import BinaryIO

from carboy.server.options import Limits

from .client_pace import MAX_SINGLE_READ, ClientPace
from .granian_types import GranianProtocol
from .json_depth import is_too_deep
from .request_head import IncomingRequest, RejectedRequestError
from .response import refuse
from .spool import BodySpool, BudgetedBody, MemoryBudget

_SINGLE_READ = 16 * 1024
_INLINE_CHECK = 64 * 1024
_MEMORY_BUDGET = 64 * 1024 * 1024
_TOO_LARGE = "The body is larger than is taken here."
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


class BodyRead:
    """A body that is being read."""

    __slots__ = ("deadline", "last_piece", "reason", "received", "started", "task")

    def __init__(self, now: float) -> None:
        self.started = now
        self.last_piece = now
        self.deadline = 0.0
        self.received = 0
        self.reason = ""
        self.task: asyncio.Task[None] | None = None


class BodyReader:
    """Reads bodies and passes complete requests on; lives on the event loop."""

    def __init__(
        self,
        limits: Limits,
        forward: Callable[[IncomingRequest], None],
        *,
        keeps_chunked: bool = False,
    ) -> None:
        self._limits = limits
        # Whether an app sees that a body came in chunks, as behind gunicorn.
        self._keeps_chunked = keeps_chunked
        self._forward = forward
        self._open: set[BodyRead] = set()
        self._memory = MemoryBudget(_MEMORY_BUDGET)
        self._pace = ClientPace()
        self._max_single_read = min(limits.spool_size, MAX_SINGLE_READ)

    def start(self, request: IncomingRequest) -> None:
        """Start to read the body of a request; on the event loop."""
        read = BodyRead(time.monotonic())
        self._open.add(read)
        read.task = asyncio.get_running_loop().create_task(
            self._read(read, request.protocol, request)
        )

    def count_open(self) -> int:
        """Return the number of bodies that are being read."""
        return len(self._open)

    def drop_slow(self) -> None:
        """Refuse bodies that are too slow; called every second."""
        now = time.monotonic()
        for read in list(self._open):
            reason = self._find_reason(read, now)
            if reason and read.task is not None:
                read.reason = reason
                read.task.cancel()

    def _find_reason(self, read: BodyRead, now: float) -> str:
        limits = self._limits
        elapsed = now - read.started
        if read.deadline:
            return "The body came too slowly." if now > read.deadline else ""
        if now - read.last_piece > limits.body_timeout:
            return "The body stopped coming."
        if (
            elapsed > limits.body_grace
            and read.received < elapsed * limits.min_body_rate
        ):
            return "The body came too slowly."
        return ""

    async def _read(
        self, read: BodyRead, protocol: GranianProtocol, request: IncomingRequest
    ) -> None:
        try:
            request.body = await self._read_body(read, protocol, request)
        except RejectedRequestError as error:
            refuse(protocol, error)
        except asyncio.CancelledError:
            reason = read.reason or "The server stops."
            refuse(protocol, RejectedRequestError(408, reason))
        except Exception:  # noqa: BLE001 - whatever broke it, the body is not whole
            refuse(protocol, RejectedRequestError(400, "The body broke off."))
        else:
            if self._keeps_chunked and get_length(request) is None:
                request.content_length = None
            else:
                request.headers = [
                    pair for pair in request.headers if pair[0] != "transfer-encoding"
                ]
            self._forward(request)
        finally:
            self._open.discard(read)

    async def _read_body(
        self, read: BodyRead, protocol: GranianProtocol, request: IncomingRequest
    ) -> BinaryIO:
        length = get_length(request)
        max_size = self._get_most(request)
        if length is not None and max_size and length > max_size:
            raise RejectedRequestError(413, _TOO_LARGE)
        if length is not None and length <= _SINGLE_READ:
            return await self._read_small(read, protocol, request, length)
        host = request.client[0]
        if length is not None and self._reads_at_once(host, length):
            return await self._read_quick(read, protocol, request, length)
        spool = BodySpool(self._limits.spool_size, self._memory)
        try:
            await self._read_pieces(read, protocol, spool, max_size)
            _check_length(spool.size, length)
            self._pace.note(host, spool.size, read.last_piece - read.started)
            body = await spool.finish()
            self._check_form(request, body)
            await self._check_json(request, body, spool.size)
        except BaseException:
            self._pace.forget(host)
            spool.close()
            raise
        request.content_length = spool.size
        return body

    def _reads_at_once(self, host: str, length: int) -> bool:
        """Return whether to read a body in one step, and reserve memory for it."""
        return (
            length <= self._max_single_read
            and self._pace.is_quick(host)
            # A client reserves by announcing: half is left to those that have sent.
            and self._memory.free > _MEMORY_BUDGET // 2
            and self._memory.acquire(length)
        )

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

    async def _check_json(
        self, request: IncomingRequest, body: BinaryIO, size: int
    ) -> None:
        """Refuse what a parser would fail on; check large bodies on another thread."""
        max_size = self._limits.max_json_depth
        if not max_size or size <= 2 * max_size or not _is_json(request):
            return
        if size <= _INLINE_CHECK:
            is_refused = is_too_deep(body.read(), max_size)
        else:
            loop = asyncio.get_running_loop()
            is_refused = await loop.run_in_executor(
                None, lambda: is_too_deep(body.read(), max_size)
            )
        body.seek(0)
        if is_refused:
            raise RejectedRequestError(400, "The JSON is nested too deep.")

    async def _read_small(
        self,
        read: BodyRead,
        protocol: GranianProtocol,
        request: IncomingRequest,
        length: int,
    ) -> BinaryIO:
        """Read in one step; the deadline follows from `min_body_rate`."""
        limits = self._limits
        seconds = max(limits.body_grace, length / max(limits.min_body_rate, 1))
        read.deadline = read.started + min(seconds, limits.body_timeout)
        data: bytes = await protocol()
        body = BytesIO(data)
        await self._check_whole(request, body, len(data), length)
        return body

    async def _read_quick(
        self,
        read: BodyRead,
        protocol: GranianProtocol,
        request: IncomingRequest,
        length: int,
    ) -> BinaryIO:
        """Read in one step from a client that was quick before, in reserved memory."""
        host = request.client[0]
        read.deadline = read.started + self._limits.body_timeout
        body = None
        try:
            data: bytes = await protocol()
            body = BudgetedBody(data, self._memory, length)
            await self._check_whole(request, body, len(data), length)
        except BaseException:
            self._pace.forget(host)
            if body is None:
                self._memory.release(length)
            else:
                body.close()
            raise
        self._pace.note(host, length, time.monotonic() - read.started)
        return body

    async def _check_whole(
        self, request: IncomingRequest, body: BinaryIO, size: int, length: int
    ) -> None:
        _check_length(size, length)
        request.content_length = length
        self._check_form(request, body)
        await self._check_json(request, body, length)

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
            if max_size and read.received > max_size:
                raise RejectedRequestError(413, _TOO_LARGE)
            await spool.add(piece)
        if ends != 1:
            raise RejectedRequestError(400, "The body broke off.")


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
