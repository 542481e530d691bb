"""Hostile sockets by the thousand, and good clients beside them."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from .clients import Good, Hostile, get_share
from .report import Row
from .served import Served, count_threads, served

_HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
_BODY = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"
_SETTLE = 3.0
_RATE = 50
_MOST_MS = 50
_LONGEST = 10.0


@dataclass(frozen=True)
class Attack:
    """How hostile sockets begin and go on."""

    name: str
    count: int
    first: bytes
    drip: bytes = b""


@dataclass(frozen=True)
class Held:
    """What came of the hostile sockets."""

    opened: int
    longest: float


ATTACKS = (
    Attack("slow heads", 2000, _HEAD, b"X: y\r\n"),
    Attack("idle connections", 2000, _HEAD + b"\r\n"),
    Attack("slow bodies", 1100, _BODY, b"x"),
)


def run_attacks(seconds: float, scale: float) -> list[Row]:
    """Run each attack against one worker, from a process of its own."""
    rows = []
    for attack in ATTACKS:
        count = int(attack.count * scale)
        with (
            served("--workers", "1") as server,
            ProcessPoolExecutor(1, get_context("spawn")) as elsewhere,
        ):
            siege = elsewhere.submit(
                hold, attack, count, (server.host, server.port), seconds + _SETTLE
            )
            good, threads = asyncio.run(_ask(server, seconds))
            rows.append(_judge(attack, count, seconds, good, (siege.result(), threads)))
        print(rows[-1], flush=True)
    return rows


def hold(attack: Attack, count: int, where: tuple[str, int], seconds: float) -> Held:
    """Hold the sockets; in the other process."""
    hostile = Hostile(*where, attack.first, attack.drip)
    asyncio.run(hostile.hold(count, seconds))
    return Held(hostile.opened, max(hostile.lives, default=0))


async def _ask(server: Served, seconds: float) -> tuple[Good, int]:
    await asyncio.sleep(_SETTLE)
    good = Good(server.host, server.port)
    await good.ask_steadily(_RATE, seconds)
    return good, count_threads(server.worker)


def _judge(
    attack: Attack, count: int, seconds: float, good: Good, rest: tuple[Held, int]
) -> Row:
    held, threads = rest
    p50, p99 = get_share(good.waits, 0.5), get_share(good.waits, 0.99)
    failed = good.failures.total()
    return Row(
        "attack",
        f"{count:,} {attack.name}, {seconds:.0f} s",
        f"good clients p50 {p50:.1f} ms, p99 {p99:.1f} ms, {failed} failed of "
        f"{len(good.waits) + failed}; {held.opened:,} hostile connections, closed "
        f"after at most {held.longest:.1f} s; {threads} threads",
        f"p99 < {_MOST_MS} ms, 0 failed, closed within {_LONGEST:.0f} s",
        p99 < _MOST_MS and not failed and 0 < held.longest <= _LONGEST,
    )
