"""Slow and cut bodies to routes that take files, and what they leave behind."""

import asyncio
import http.client
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from .attacks import AttackResult
from .clients import HostileClients, SteadyClients, percentile_ms
from .report import Row
from .server import RunningServer, count_descriptors, get_memory, run_server

_MB = 1024 * 1024
# Above what a server keeps in memory, so that there are files to leave behind.
_SENT = 3 * _MB
_WHOLE = 6 * _MB
_FORM = (
    b"POST /films HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n"
    b"Content-Type: multipart/form-data; boundary=cut\r\n\r\n--cut\r\n"
    b'Content-Disposition: form-data; name="video"; filename="a.mp4"\r\n\r\n' % _WHOLE
)
_PART = (
    b"PATCH %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n"
    b"Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
    b"Content-Type: application/offset+octet-stream\r\n\r\n"
)
_SETTLE = 3.0
_RATE = 20
_MAX_P99_MS = 250
_MAX_SECONDS = 15.0
# 64 MB for bodies in memory, and a quarter of one for each that goes to a file.
_MAX_GROWTH_MB = 120
# Seconds between two bodies of a client that cuts them: this is no flood.
_PAUSE = 1.0


@dataclass(frozen=True)
class UploadAttack:
    """How clients send a body to a form or to a resumable upload, and how it ends."""

    name: str
    count: int
    is_form: bool
    is_cut: bool


ATTACKS = (
    UploadAttack("slow bodies to a form", 100, is_form=True, is_cut=False),
    UploadAttack("cut bodies to a form", 20, is_form=True, is_cut=True),
    UploadAttack("slow parts of an upload", 100, is_form=False, is_cut=False),
    UploadAttack("cut parts of an upload", 20, is_form=False, is_cut=True),
)


def run_uploads(seconds: float, scale: float) -> list[Row]:
    """Run each attack against one worker, and look for files afterwards."""
    rows = []
    for attack in ATTACKS:
        with TemporaryDirectory(prefix="siege-uploads-") as name:
            rows.append(_run(attack, max(int(attack.count * scale), 1), seconds, name))
        print(rows[-1], flush=True)
    return rows


def hold(
    first: bytes, count: int, where: tuple[str, int], seconds: float, *, is_cut: bool
) -> AttackResult:
    """Send the bodies; runs in the other process."""
    hostile = HostileClients(*where, first, b"x")
    if is_cut:
        asyncio.run(_send_and_cut(hostile, count, seconds))
    else:
        asyncio.run(hostile.hold(count, seconds))
    return AttackResult(hostile.opened, max(hostile.durations, default=0))


async def _send_and_cut(hostile: HostileClients, count: int, seconds: float) -> None:
    end = time.monotonic() + seconds

    async def send() -> None:
        while time.monotonic() < end:
            with suppress(OSError):
                began = time.monotonic()
                _, writer = await asyncio.open_connection(hostile.host, hostile.port)
                hostile.opened += 1
                writer.write(hostile.first)
                await writer.drain()
                writer.transport.abort()
                hostile.durations.append(time.monotonic() - began)
            await asyncio.sleep(_PAUSE)

    await asyncio.gather(*(send() for _ in range(count)))


def _run(attack: UploadAttack, count: int, seconds: float, name: str) -> Row:
    folder = Path(name)
    with (
        _run_site(folder) as server,
        ProcessPoolExecutor(1, get_context("spawn")) as process_pool,
    ):
        first = _FORM if attack.is_form else _PART % (_begin(server), _WHOLE)
        first += b"x" * _SENT
        asyncio.run(_send(server, 1))
        before = count_descriptors(server.worker), get_memory(server.worker)
        where = server.host, server.port
        future = process_pool.submit(
            hold, first, count, where, seconds + _SETTLE, is_cut=attack.is_cut
        )
        good = asyncio.run(_send(server, seconds))
        held = future.result()
        left = _wait_for_nothing(server, folder, before[0])
        grown = get_memory(server.worker) - before[1]
    return _judge(attack, count, (seconds, good, held), (left, grown))


@contextmanager
def _run_site(folder: Path) -> Iterator[RunningServer]:
    temporary = folder / "tmp"
    temporary.mkdir()
    environ = {"CINEMA_FOLDER": str(folder), "TMPDIR": str(temporary)}
    target = "lib.large_uploads_site:app"
    with run_server("--workers", "1", target=target, environ=environ) as server:
        yield server


def _begin(server: RunningServer) -> bytes:
    """Begin a resumable upload; return its path."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=30)
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(_WHOLE)}
    connection.request("POST", "/videos/", headers=headers)
    url = connection.getresponse().headers["Location"]
    connection.close()
    return url.encode()


async def _send(server: RunningServer, seconds: float) -> SteadyClients:
    await asyncio.sleep(_SETTLE)
    good = SteadyClients(server.host, server.port)
    await good.send_steadily(_RATE, seconds)
    return good


def _wait_for_nothing(server: RunningServer, folder: Path, descriptors: int) -> str:
    """Return what is left behind after a while: files, bytes, open descriptors."""
    deadline = time.monotonic() + 30
    while True:
        files = [path for path in (folder / "tmp").rglob("*") if path.is_file()]
        # The note of a begun upload is there, and nothing of a body.
        stored = [path for path in (folder / "uploads").rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in stored)
        more = count_descriptors(server.worker) - descriptors
        if not files and size < _MB and more <= 5:
            return ""
        if time.monotonic() > deadline:
            return f"{len(files)} files, {size} bytes stored, {more} descriptors"
        time.sleep(0.2)


def _judge(
    attack: UploadAttack,
    count: int,
    sent: tuple[float, SteadyClients, AttackResult],
    after: tuple[str, float],
) -> Row:
    (seconds, good, held), (left, grown) = sent, after
    p50, p99 = percentile_ms(good.waits, 0.5), percentile_ms(good.waits, 0.99)
    failed = good.failures.total()
    return Row(
        "uploads",
        f"{count:,} {attack.name}, {seconds:.0f} s",
        f"good clients p50 {p50:.1f} ms, p99 {p99:.1f} ms, {failed} failed of "
        f"{len(good.waits) + failed}; {held.opened:,} bodies of {_SENT // _MB} MB, "
        f"closed after at most {held.longest:.1f} s; left behind: {left or 'nothing'}; "
        f"{grown:+.0f} MB",
        f"p99 < {_MAX_P99_MS} ms, 0 failed, closed within {_MAX_SECONDS:.0f} s, "
        f"nothing left, < {_MAX_GROWTH_MB} MB",
        p99 < _MAX_P99_MS
        and not failed
        and 0 < held.longest <= _MAX_SECONDS
        and not left
        and grown < _MAX_GROWTH_MB,
    )
