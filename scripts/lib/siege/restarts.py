"""Workers that are replaced, killed and orphaned while clients send requests."""

import asyncio
import os
import random
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from .clients import SteadyClients
from .report import Row
from .server import RunningServer, run_server

_RATE = 200


def run_restarts(seconds: float, scale: float) -> list[Row]:
    """Reload the server, kill workers, stop it, and kill the parent."""
    del seconds, scale
    rows = []
    for trial in (_reload, _kill_workers, _stop, _kill_parent):
        with run_server("--workers", "2") as server:
            rows.append(asyncio.run(trial(server)))
        print(rows[-1], flush=True)
    return rows


def _make_clients(
    server: RunningServer, path: str = "/wait"
) -> tuple[SteadyClients, SteadyClients]:
    kept = SteadyClients(server.host, server.port, path, keep=True)
    return kept, SteadyClients(server.host, server.port, path)


async def _send_during(
    clients: tuple[SteadyClients, SteadyClients],
    seconds: float,
    work: Callable[[], Awaitable[None]],
) -> None:
    kept, fresh = clients
    await asyncio.gather(
        kept.send_steadily(_RATE / 2, seconds, clients=10),
        fresh.send_steadily(_RATE / 2, seconds),
        work(),
    )


async def _reload(server: RunningServer) -> Row:
    clients = _make_clients(server)

    async def work() -> None:
        for _ in range(5):
            await asyncio.sleep(2)
            server.process.send_signal(signal.SIGHUP)

    await _send_during(clients, 13, work)
    kept, fresh = clients
    failed = kept.failures + fresh.failures
    return Row(
        "restarts",
        f"5 reloads at {_RATE} requests/s",
        f"{failed.total()} failed of {len(kept.waits)} on kept and {len(fresh.waits)} "
        f"on new connections {dict(failed) or ''}",
        "0 failed",
        not failed,
    )


async def _kill_workers(server: RunningServer) -> Row:
    clients = _make_clients(server)
    back: list[float] = []
    in_flight: list[int] = []

    async def work() -> None:
        for _ in range(10):
            await asyncio.sleep(1)
            victim = random.choice(server.list_workers())
            in_flight.append(sum(each.count_in_flight(victim) for each in clients))
            began = time.monotonic()
            os.kill(victim, signal.SIGKILL)
            for each in clients:
                each.killed_at = began
            while victim in server.list_workers() or len(server.list_workers()) < 2:
                await asyncio.sleep(0.01)
            back.append(time.monotonic() - began)

    await _send_during(clients, 12, work)
    kept, fresh = clients
    failed = kept.failures + fresh.failures
    refused = failed["ConnectionRefusedError"]
    return Row(
        "restarts",
        f"10 times kill -9 of a worker at {_RATE} requests/s",
        f"{failed.total()} failed of {len(kept.waits) + len(fresh.waits)}, with "
        f"{sum(in_flight)} in flight at the killed, {refused} refused; the next one "
        f"there after at most {max(back) * 1000:.0f} ms",
        "failed ≤ in flight at that worker, 0 refused, back within 1 s",
        not refused and max(back) < 1 and failed.total() <= sum(in_flight),
    )


async def _stop(server: RunningServer) -> Row:
    clients = _make_clients(server)
    took: list[float] = []

    async def work() -> None:
        await asyncio.sleep(2)
        took.append(await asyncio.to_thread(server.stop))

    await _send_during(clients, 4, work)
    kept, fresh = clients
    failed = kept.failures + fresh.failures
    refused = failed.pop("ConnectionRefusedError", 0)
    return Row(
        "restarts",
        f"SIGTERM at {_RATE} requests/s of 50 ms",
        f"{failed.total()} failed in flight {dict(failed) or ''}, {refused} refused "
        f"after the end; gone after {took[0]:.1f} s",
        "0 failed in flight, gone within 5 s",
        not failed and took[0] < 5,
    )


async def _kill_parent(server: RunningServer) -> Row:
    workers = server.list_workers()
    server.process.kill()
    began = time.monotonic()
    while any(_is_alive(pid) for pid in workers) and time.monotonic() - began < 10:
        await asyncio.sleep(0.01)
    took = time.monotonic() - began
    return Row(
        "restarts",
        "kill -9 of the parent",
        f"all workers gone after {took * 1000:.0f} ms",
        "within 2 s",
        took < 2,
    )


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][1] != "Z"
    except OSError:
        return False
