"""A long mixed load, while memory and file descriptors are sampled."""

import asyncio
import statistics
import time

from .clients import HostileClients, SteadyClients
from .report import Row
from .server import RunningServer, count_descriptors, get_memory, run_server

_HEAD = b"GET / HTTP/1.1\r\nHost: loc"
_UPLOAD = b"POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n"


def run_soak(seconds: float, scale: float) -> list[Row]:
    """Send requests, uploads, streams and a few attacks for a long time."""
    del scale
    with run_server("--workers", "1") as server:
        rows = [asyncio.run(_soak(server, seconds))]
    print(rows[-1], flush=True)
    return rows


async def _soak(server: RunningServer, seconds: float) -> Row:
    samples: list[tuple[float, float, int]] = []
    plain = SteadyClients(server.host, server.port, keep=True)
    waiting = SteadyClients(server.host, server.port, "/wait")
    work = [
        plain.send_steadily(60, seconds, clients=6),
        waiting.send_steadily(20, seconds),
        HostileClients(server.host, server.port, _HEAD).hold(20, seconds),
        HostileClients(server.host, server.port, _UPLOAD + b"x" * 50_000).hold(
            5, seconds
        ),
        _repeat(server, b"GET /stream", seconds),
        _repeat(server, b"GET /watch", seconds),
        _upload(server, seconds),
        _sample(server, seconds, samples),
    ]
    await asyncio.gather(*work)
    early = [each[1] for each in samples if seconds / 4 < each[0] <= seconds / 2]
    late = [each[1] for each in samples if each[0] > seconds * 3 / 4]
    settled = [each for each in samples if each[0] > seconds / 4]
    failed = plain.failures.total() + waiting.failures.total()
    asked = len(plain.waits) + len(waiting.waits)
    print("seconds, MB, descriptors:", samples[:: max(len(samples) // 20, 1)])
    first, last = statistics.median(early), statistics.median(late)
    few, many = min(e[2] for e in settled), max(e[2] for e in settled)
    pace = (last - first) * 600 / (seconds / 2)
    return Row(
        "soak",
        f"{seconds / 60:.0f} min of mixed load",
        f"{failed} failed of {asked}; memory {first:.0f} then {last:.0f} MB "
        f"({pace:+.1f} MB in 10 min), descriptors between {few} and {many}",
        "0 failed, < 1 MB in 10 min from the second quarter to the last",
        not failed and pace < 1 and many - few < 200,
    )


async def _sample(server: RunningServer, seconds: float, samples: list) -> None:
    began = time.monotonic()
    while (now := time.monotonic() - began) < seconds:
        pid = server.worker
        samples.append((round(now), get_memory(pid), count_descriptors(pid)))
        await asyncio.sleep(max(seconds / 120, 1))


async def _repeat(server: RunningServer, line: bytes, seconds: float) -> None:
    """Request a long response, read a part of it, and disconnect."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        reader, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(line + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await reader.read(65536)
        await asyncio.sleep(0.2)
        writer.close()


async def _upload(server: RunningServer, seconds: float) -> None:
    """Upload complete files, which are spooled to disk."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        reader, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(_UPLOAD + b"x" * 2_000_000)
        await reader.readuntil(b"\r\n\r\n")
        writer.close()
        await asyncio.sleep(0.5)
