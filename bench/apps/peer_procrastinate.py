"""The tasks of bench/tasks.py on Procrastinate; needs none of our packages."""

import asyncio
import os
import sys
import time
from pathlib import Path

import procrastinate

FOLDER = Path(os.environ["BENCH_FOLDER"])
app = procrastinate.App(
    connector=procrastinate.PsycopgConnector(conninfo=os.environ["BENCH_DATABASE"])
)


def note(text: bytes, name: str) -> None:
    """Append to a file, as tasks_site does."""
    fd = os.open(FOLDER / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(fd, text)
    os.close(fd)


@app.task(name="noop")
async def noop() -> None:
    """Do nothing."""
    note(b".", "ends")


@app.task(name="pickup")
async def pickup(sent: float) -> None:
    """Note how long ago it was sent."""
    note(f"{time.time() - sent:.6f}\n".encode(), "pickups")


async def _fill(runs: int) -> None:
    async with app.open_async():
        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()
        for _ in range(runs):
            await noop.defer_async()


async def _pick_up(number: int) -> None:
    async with app.open_async():
        for _ in range(number):
            await pickup.defer_async(sent=time.time())
            await asyncio.sleep(0.11)


def fill(runs: int) -> None:
    """Ask for no-op runs."""
    asyncio.run(_fill(runs))


def pick_up(number: int) -> None:
    """Ask for single runs."""
    asyncio.run(_pick_up(number))


async def _work(concurrency: int) -> None:
    async with app.open_async():
        await app.run_worker_async(concurrency=concurrency)


if __name__ == "__main__":
    asyncio.run(_work(int(sys.argv[2])))
