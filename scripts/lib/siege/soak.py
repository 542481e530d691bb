"""A long mixed load, with memory and descriptors watched."""

import asyncio
import statistics
import time

from .clients import Good, Hostile
from .report import Row
from .served import Served, count_descriptors, get_memory, served

_HEAD = b"GET / HTTP/1.1\r\nHost: loc"
_TAKE = b"POST /take HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n"


def soak(seconds: float, scale: float) -> list[Row]:
    """Ask, upload, download, watch and attack a little for a long time."""
    del scale
    with served("--workers", "1") as server:
        rows = [asyncio.run(_soak(server, seconds))]
    print(rows[-1], flush=True)
    return rows


async def _soak(server: Served, seconds: float) -> Row:
    samples: list[tuple[float, float, int]] = []
    plain = Good(server.host, server.port, keep=True)
    waiting = Good(server.host, server.port, "/wait")
    work = [
        plain.ask_steadily(60, seconds, clients=6),
        waiting.ask_steadily(20, seconds),
        Hostile(server.host, server.port, _HEAD).hold(20, seconds),
        Hostile(server.host, server.port, _TAKE + b"x" * 50_000).hold(5, seconds),
        _repeat(server, b"GET /flow", seconds),
        _repeat(server, b"GET /watch", seconds),
        _upload(server, seconds),
        _watch(server, seconds, samples),
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


async def _watch(server: Served, seconds: float, samples: list) -> None:
    began = time.monotonic()
    while (now := time.monotonic() - began) < seconds:
        pid = server.worker
        samples.append((round(now), get_memory(pid), count_descriptors(pid)))
        await asyncio.sleep(max(seconds / 120, 1))


async def _repeat(server: Served, line: bytes, seconds: float) -> None:
    """Begin a long answer, read some of it, and leave."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        reader, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(line + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await reader.read(65536)
        await asyncio.sleep(0.2)
        writer.close()


async def _upload(server: Served, seconds: float) -> None:
    """Upload whole files, which go through the disk."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        reader, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(_TAKE + b"x" * 2_000_000)
        await reader.readuntil(b"\r\n\r\n")
        writer.close()
        await asyncio.sleep(0.5)
