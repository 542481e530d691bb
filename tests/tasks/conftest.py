"""What tests of tasks share: a site with tasks in a folder of its own."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from carboy.db import SQLAlchemy
from carboy.tasks import Tasks, tasks_state
from carboy.tasks.app_state import TasksState
from tests.clock import Clock

MakeSite = Callable[..., TasksState]
StartWorker = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def tasks(clock: Clock) -> Tasks:
    """Tasks whose time only the test moves."""
    return Tasks(clock=clock)


@pytest.fixture
def make_site(tmp_path: Path) -> MakeSite:
    """Make an app with tasks: `make_site(tasks, TASKS_QUEUE="mail")`."""

    def make(
        tasks: Tasks, db: SQLAlchemy | None = None, **config: object
    ) -> TasksState:
        app = Flask("shop", instance_path=str(tmp_path))
        app.config.from_mapping({"SECRET_KEY": secrets.token_hex(), **config})
        app.testing = True
        if db is not None:
            app.config.setdefault("DATABASE_URL", f"sqlite:///{tmp_path}/app.sqlite")
            db.init_app(app)
        tasks.init_app(app)
        return tasks_state.of(app)

    return make


@pytest.fixture
def site(tasks: Tasks, make_site: MakeSite) -> TasksState:
    """A site without a database: its ledger is a file."""
    return make_site(tasks)


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[StartWorker]:
    """Start a worker of `tests.tasks.shop` in this test's folder."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.tasks.shop", *arguments]
        root = Path(__file__).parents[2]
        told = {"SHOP_FOLDER": str(tmp_path), "PYTHONPATH": f"{root}/src:{root}"}
        with (tmp_path / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                env=os.environ | told | environment,
                cwd=root,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    from lib.services import list_tree  # noqa: PLC0415 - only where processes are

    for pid in [*list_tree(process.pid), process.pid]:
        try:
            os.kill(pid, 9)
        except ProcessLookupError:
            continue
    process.wait()


def wait_until(true: Callable[[], object], seconds: float = 60) -> None:
    """Poll with a deadline, for what other processes do."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.02)
