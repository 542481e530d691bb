"""Thousands of hostile sockets, with regular clients beside them."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from .clients import HostileClients, SteadyClients, percentile_ms
from .report import Row
from .server import RunningServer, count_threads, run_server

_HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
_BODY = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"
_SETTLE = 3.0
_RATE = 50
_MAX_P99_MS = 50
_MAX_SECONDS = 10.0


@dataclass(frozen=True)
class Attack:
    """What hostile sockets send first, and what they send each second."""

    name: str
    count: int
    first: bytes
    drip: bytes = b""


@dataclass(frozen=True)
class AttackResult:
    """How many connections the hostile clients opened, and the longest of them."""

    opened: int
    longest: float


ATTACKS = (
    Attack("slow heads", 2000, _HEAD, b"X: y\r\n"),
    Attack("idle connections", 2000, _HEAD + b"\r\n"),
    Attack("slow bodies", 1100, _BODY, b"x"),
)


def run_attacks(seconds: float, scale: float) -> list[Row]:
    """Run each attack against one worker, from a separate process."""
    rows = []
    for attack in ATTACKS:
        count = int(attack.count * scale)
        with (
            run_server("--workers", "1") as server,
            ProcessPoolExecutor(1, get_context("spawn")) as process_pool,
        ):
            future = process_pool.submit(
                hold, attack, count, (server.host, server.port), seconds + _SETTLE
            )
            good, threads = asyncio.run(_send(server, seconds))
            rows.append(
                _judge(attack, count, seconds, good, (future.result(), threads))
            )
        print(rows[-1], flush=True)
    return rows


def hold(
    attack: Attack, count: int, where: tuple[str, int], seconds: float
) -> AttackResult:
    """Hold the sockets open; runs in the other process."""
    hostile = HostileClients(*where, attack.first, attack.drip)
    asyncio.run(hostile.hold(count, seconds))
    return AttackResult(hostile.opened, max(hostile.durations, default=0))


async def _send(server: RunningServer, seconds: float) -> tuple[SteadyClients, int]:
    await asyncio.sleep(_SETTLE)
    good = SteadyClients(server.host, server.port)
    await good.send_steadily(_RATE, seconds)
    return good, count_threads(server.worker)


def _judge(
    attack: Attack,
    count: int,
    seconds: float,
    good: SteadyClients,
    rest: tuple[AttackResult, int],
) -> Row:
    held, threads = rest
    p50, p99 = percentile_ms(good.waits, 0.5), percentile_ms(good.waits, 0.99)
    failed = good.failures.total()
    return Row(
        "attack",
        f"{count:,} {attack.name}, {seconds:.0f} s",
        f"good clients p50 {p50:.1f} ms, p99 {p99:.1f} ms, {failed} failed of "
        f"{len(good.waits) + failed}; {held.opened:,} hostile connections, closed "
        f"after at most {held.longest:.1f} s; {threads} threads",
        f"p99 < {_MAX_P99_MS} ms, 0 failed, closed within {_MAX_SECONDS:.0f} s",
        p99 < _MAX_P99_MS and not failed and 0 < held.longest <= _MAX_SECONDS,
    )
