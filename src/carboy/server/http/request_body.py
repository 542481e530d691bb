"""BodyRead request bodies on the event_loop: whole, in time, within bounds, or not at all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from io import BytesIO
from typing import BinaryIO

from carboy.server.options import Limits

from .granian_types import GranianProtocol
from .json_depth import is_too_deep
from .request_head import RefusedError, IncomingRequest
from .response import refuse
from .spool import MemoryBudget, BodySpool

_ONE_READ = 16 * 1024
_QUICK = 64 * 1024
_TOGETHER = 64 * 1024 * 1024
_TOO_LARGE = "The body is larger than is taken here."
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


class BodyRead:
    """A body under way."""

    __slots__ = ("began", "deadline", "got", "heard", "reason", "task")

    def __init__(self, now: float) -> None:
        self.began = now
        self.heard = now
        self.deadline = 0.0
        self.got = 0
        self.reason = ""
        self.task: asyncio.Task[None] | None = None


class BodyReader:
    """Reads bodies and passes complete requests on; belongs to the event_loop."""

    def __init__(self, limits: Limits, forward: Callable[[IncomingRequest], None]) -> None:
        self._limits = limits
        self._forward = forward
        self._open: set[BodyRead] = set()
        self._memory = MemoryBudget(_TOGETHER)

    def start(self, source: IncomingRequest) -> None:
        """Begin to read the body of a request; on the event_loop."""
        reading = BodyRead(time.monotonic())
        self._open.add(reading)
        reading.task = asyncio.get_running_loop().create_task(
            self._read(reading, source.conn, source)
        )

    def count_open(self) -> int:
        """Count the bodies under way."""
        return len(self._open)

    def drop_slow(self) -> None:
        """End readings that are too slow; called every second."""
        now = time.monotonic()
        for reading in list(self._open):
            reason = self._judge(reading, now)
            if reason and reading.task is not None:
                reading.reason = reason
                reading.task.cancel()

    def _judge(self, reading: BodyRead, now: float) -> str:
        limits = self._limits
        took = now - reading.began
        if reading.deadline:
            return "The body came too slowly." if now > reading.deadline else ""
        if now - reading.heard > limits.body_timeout:
            return "The body stopped coming."
        if took > limits.body_grace and reading.got < took * limits.min_body_rate:
            return "The body came too slowly."
        return ""

    async def _read(
        self, reading: BodyRead, conn: GranianProtocol, source: IncomingRequest
    ) -> None:
        try:
            source.body = await self._read_body(reading, conn, source)
        except RefusedError as error:
            refuse(conn, error)
        except asyncio.CancelledError:
            refuse(conn, RefusedError(408, reading.reason or "The server stops."))
        except Exception:  # noqa: BLE001 (whatever broke it, the body is not whole)
            refuse(conn, RefusedError(400, "The body broke off."))
        else:
            source.headers = [
                pair for pair in source.headers if pair[0] != "transfer-encoding"
            ]
            self._forward(source)
        finally:
            self._open.discard(reading)

    async def _read_body(
        self, reading: BodyRead, conn: GranianProtocol, source: IncomingRequest
    ) -> BinaryIO:
        length = get_length(source)
        most = self._get_most(source)
        if length is not None and most and length > most:
            raise RefusedError(413, _TOO_LARGE)
        if length is not None and length <= _ONE_READ:
            return await self._read_small(reading, conn, source, length)
        spool = BodySpool(self._limits.spool_size, self._memory)
        try:
            await self._read_pieces(reading, conn, spool, most)
            _check_length(spool.size, length)
            body = await spool.finish()
            self._check_form(source, body)
            await self._check_json(source, body, spool.size)
        except BaseException:
            spool.close()
            raise
        source.content_length = spool.size
        return body

    def _get_most(self, source: IncomingRequest) -> int:
        limits = self._limits
        sizes = [limits.max_body_size]
        if _is_form(source):
            sizes.append(limits.max_form_size)
        return min(filter(None, sizes), default=0)

    def _check_form(self, source: IncomingRequest, body: BinaryIO) -> None:
        """Count the fields: each of them costs an app far more than its bytes."""
        most = self._limits.max_form_fields
        if most and _is_form(source):
            fields = body.read().count(b"&") + 1
            body.seek(0)
            if fields > most:
                raise RefusedError(413, "The form has more fields than are taken.")

    async def _check_json(
        self, source: IncomingRequest, body: BinaryIO, size: int
    ) -> None:
        """Refuse what a parser would break on; look at much on another thread."""
        most = self._limits.max_json_depth
        if not most or size <= 2 * most or not _is_json(source):
            return
        if size <= _QUICK:
            is_refused = is_too_deep(body.read(), most)
        else:
            loop = asyncio.get_running_loop()
            is_refused = await loop.run_in_executor(
                None, lambda: is_too_deep(body.read(), most)
            )
        body.seek(0)
        if is_refused:
            raise RefusedError(400, "The JSON is nested deeper than is taken here.")

    async def _read_small(
        self, reading: BodyRead, conn: GranianProtocol, source: IncomingRequest, length: int
    ) -> BinaryIO:
        """Read in one step. In time means what `min_body_rate` means for its end."""
        limits = self._limits
        seconds = max(limits.body_grace, length / max(limits.min_body_rate, 1))
        reading.deadline = reading.began + min(seconds, limits.body_timeout)
        data: bytes = await conn()
        _check_length(len(data), length)
        source.content_length = length
        body = BytesIO(data)
        self._check_form(source, body)
        await self._check_json(source, body, length)
        return body

    async def _read_pieces(
        self, reading: BodyRead, conn: GranianProtocol, spool: BodySpool, most: int
    ) -> None:
        """Read to the end, which is one empty piece.

        After a body that broke, Granian gives two of them.
        """
        ends = 0
        async for piece in conn:
            if not piece:
                ends += 1
                continue
            reading.heard = time.monotonic()
            reading.got += len(piece)
            if most and reading.got > most:
                raise RefusedError(413, _TOO_LARGE)
            await spool.add(piece)
        if ends != 1:
            raise RefusedError(400, "The body broke off.")


def get_length(source: IncomingRequest) -> int | None:
    """Return the announced length; none for a chunked body."""
    found = [value for name, value in source.headers if name == "content-length"]
    if not found:
        return None
    if any(name == "transfer-encoding" for name, _ in source.headers):
        # Granian's parser drops the length before we see it; should it stop to.
        raise RefusedError(400, "There is a Content-Length beside Transfer-Encoding.")
    if len(found) > 1 or not (found[0].isascii() and found[0].isdecimal()):
        raise RefusedError(400, "Content-Length is not one number.")
    return int(found[0])


def _is_form(source: IncomingRequest) -> bool:
    return _get_kind(source).startswith(_FORM)


def _is_json(source: IncomingRequest) -> bool:
    kind = _get_kind(source).partition(";")[0].rstrip()
    return kind == _JSON or (kind.startswith("application/") and kind.endswith("+json"))


def _get_kind(source: IncomingRequest) -> str:
    for name, value in source.headers:
        if name == "content-type":
            return value.lower()
    return ""


def _check_length(size: int, length: int | None) -> None:
    if length is not None and size != length:
        raise RefusedError(400, "The body is shorter than it said.")
