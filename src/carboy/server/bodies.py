"""Reading request bodies on the lane: whole, in time, within bounds, or not at all."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from typing import BinaryIO

from .arrivals import Connection
from .exchange import Ready, refuse
from .gate import RefusedError, ServedSource
from .options import Limits

_ONE_READ = 16 * 1024
_DISK_PIECE = 256 * 1024
_TOO_LARGE = "The body is larger than is taken here."
_FORM = "application/x-www-form-urlencoded"


class Reading:
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
    """Reads bodies and passes complete requests on; belongs to the lane."""

    def __init__(self, limits: Limits, forward: Callable[[Ready], None]) -> None:
        self._limits = limits
        self._forward = forward
        self._open: set[Reading] = set()

    def start(self, conn: Connection, source: ServedSource) -> None:
        """Begin to read the body of a request; on the lane."""
        reading = Reading(time.monotonic())
        self._open.add(reading)
        reading.task = asyncio.get_running_loop().create_task(
            self._read(reading, conn, source)
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

    def _judge(self, reading: Reading, now: float) -> str:
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
        self, reading: Reading, conn: Connection, source: ServedSource
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
            self._forward(Ready(conn, source))
        finally:
            self._open.discard(reading)

    async def _read_body(
        self, reading: Reading, conn: Connection, source: ServedSource
    ) -> BinaryIO:
        length = get_length(source)
        most = self._get_most(source)
        if length is not None and most and length > most:
            raise RefusedError(413, _TOO_LARGE)
        if length is not None and length <= _ONE_READ:
            return await self._read_small(reading, conn, source, length)
        body = _Spool(self._limits.spool_size)
        try:
            await self._read_pieces(reading, conn, body, most)
            _check_length(body.size, length)
            body.file.seek(0)
            self._check_form(source, body.file)
        except BaseException:
            body.file.close()
            raise
        source.content_length = body.size
        return body.file

    def _get_most(self, source: ServedSource) -> int:
        limits = self._limits
        sizes = [limits.max_body_size]
        if _is_form(source):
            sizes.append(limits.max_form_size)
        return min(filter(None, sizes), default=0)

    def _check_form(self, source: ServedSource, body: BinaryIO) -> None:
        """Count the fields: each of them costs an app far more than its bytes."""
        most = self._limits.max_form_fields
        if most and _is_form(source):
            fields = body.read().count(b"&") + 1
            body.seek(0)
            if fields > most:
                raise RefusedError(413, "The form has more fields than are taken.")

    async def _read_small(
        self, reading: Reading, conn: Connection, source: ServedSource, length: int
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
        return body

    async def _read_pieces(
        self, reading: Reading, conn: Connection, body: _Spool, most: int
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
            await body.add(piece)
        await body.flush()
        if ends != 1:
            raise RefusedError(400, "The body broke off.")


def get_length(source: ServedSource) -> int | None:
    """Return the announced length; none for a chunked body."""
    found = [value for name, value in source.headers if name == "content-length"]
    if not found:
        return None
    if len(found) > 1 or not (found[0].isascii() and found[0].isdecimal()):
        raise RefusedError(400, "Content-Length is not one number.")
    return int(found[0])


def _is_form(source: ServedSource) -> bool:
    return any(
        name == "content-type" and value.lower().startswith(_FORM)
        for name, value in source.headers
    )


def _check_length(size: int, length: int | None) -> None:
    if length is not None and size != length:
        raise RefusedError(400, "The body is shorter than it said.")


class _Spool:
    """A body in memory, then in a file that has no name."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._pieces: list[bytes] = []
        self._held = 0
        self._on_disk = False
        self.size = 0
        self.file: BinaryIO = BytesIO()

    async def add(self, piece: bytes) -> None:
        self.size += len(piece)
        self._held += len(piece)
        self._pieces.append(piece)
        if self.size > self._most and self._held >= _DISK_PIECE:
            await self.flush()

    async def flush(self) -> None:
        """Write what is held, on another thread when it goes to disk."""
        data = b"".join(self._pieces)
        self._pieces.clear()
        self._held = 0
        if self.size <= self._most:
            self.file = BytesIO(data)
            return
        loop = asyncio.get_running_loop()
        if not self._on_disk:
            self._on_disk = True
            self.file = await loop.run_in_executor(None, _make_file)
        await loop.run_in_executor(None, self.file.write, data)


def _make_file() -> BinaryIO:
    return tempfile.TemporaryFile(prefix="carboy-body-")
