"""No process of a worker outlives the one that started it."""

import os
import signal
from pathlib import Path

import pytest
from flask import Flask

from lib.services import list_tree
from tests.tasks import shop
from tests.tasks.conftest import StartWorker, wait_until

_GRACE = 5.0
# Supervisor alone; with its worker; with one and with both pool processes.
_STEPS = (1, 2, 3, 4)


def _list_processes(folder: Path) -> list[int]:
    """List processes that were started with this folder and are not ending."""
    mark = f"SHOP_FOLDER={folder}".encode()
    pids = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            is_ours = mark in (entry / "environ").read_bytes().split(b"\0")
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if is_ours and state != "Z":
            pids.append(int(entry.name))
    return pids


@pytest.mark.parametrize("processes", _STEPS)
def test_the_whole_tree_ends_with_the_supervisor_at_each_step_of_the_start(
    tmp_path: Path, start_worker: StartWorker, processes: int
) -> None:
    shop.create_app(str(tmp_path))
    supervisor = start_worker("worker", "--beat", "-c", "2")
    wait_until(lambda: len(list_tree(supervisor.pid)) >= processes, 30)

    os.kill(supervisor.pid, signal.SIGKILL)
    supervisor.wait()

    wait_until(lambda: not _list_processes(tmp_path), _GRACE)


@pytest.mark.parametrize("victim", ["supervisor", "main"])
def test_the_whole_tree_ends_while_a_task_runs(
    app: Flask, tmp_path: Path, start_worker: StartWorker, victim: str
) -> None:
    alone = ("--alone",) if victim == "main" else ()
    process = start_worker("worker", "-c", "2", *alone)
    with app.app_context():
        result = shop.sleep.delay(60)
        wait_until(lambda: result.run.state == "running")

    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    wait_until(lambda: not _list_processes(tmp_path), _GRACE)


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return shop.create_app(str(tmp_path))
