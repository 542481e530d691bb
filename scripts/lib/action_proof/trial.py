"""One trial: start the action through its pages, kill workers, count the rows."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from carboy.testing import open_client
from lib.services import list_tree

_ROOT = Path(__file__).parents[3]
_HIDDEN = re.compile(r'name="(count|at|until)" value="([^"]*)"')
_DEADLINE = 3600


@dataclass(frozen=True, slots=True)
class ActionPlan:
    """How many rows, how many kills, and when by which seed."""

    rows: int
    kills: int
    seed: int


def run_action(plan: ActionPlan, folder: Path, url: str) -> str:
    """Return what was seen; raise `ValueError` for a row lost or done twice."""
    os.environ |= {"PROOF_FOLDER": str(folder), "PROOF_DATABASE": url}
    from . import site  # noqa: PLC0415 - it reads the environment when it is made

    app = site.create_app()
    chance = random.Random(plan.seed)
    with app.app_context():
        run_id = _start(app, site, plan)
        kill_at = sorted(chance.sample(range(plan.rows // 20, plan.rows), plan.kills))
        began = time.monotonic()
        for rows in kill_at:
            with work(folder):
                wait_until(lambda rows=rows: _count(site) >= rows)
        with work(folder):
            wait_until(lambda: site.tasks.get(run_id).run.is_ended)
        seconds = time.monotonic() - began
        return _check(site, plan, run_id, kill_at, seconds)


def _start(app: Any, site: Any, plan: ActionPlan) -> str:
    site.db.create_all()
    user = site.User(email="boss@shop.example")
    site.db.session.add(user)
    site.db.session.commit()
    for start in range(0, plan.rows, 10_000):
        rows = [
            {"state": "failed", "attempts": 0}
            for _ in range(start, min(start + 10_000, plan.rows))
        ]
        site.db.session.execute(sa.insert(site.Job), rows)
    # Rows that the filter does not match, and that stay as they are.
    site.db.session.execute(
        sa.insert(site.Job), [{"state": "done", "attempts": 7} for _ in range(500)]
    )
    site.db.session.commit()
    with open_client(app) as client:
        client.login(user)
        path = "/-/admin/job/-/actions?action=retry&all=1&filter=state+%3D+failed"
        sent = dict(_HIDDEN.findall(client.get(path).text))
        headers = {"Sec-Fetch-Site": "same-origin"}
        answer = client.post(path, data=sent, headers=headers)
        require(answer.status_code == 303, answer.text)
        return str(answer.location).rpartition("/")[2]


@contextmanager
def work(folder: Path) -> Iterator[None]:
    """Let a worker run, and kill everything of it at the end."""
    command = [sys.executable, "-m", "lib.action_proof.site", "worker", "-c", "1"]
    path = f"{_ROOT}/src:{_ROOT}/scripts:{_ROOT}"
    with (folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "-p", "threads", "--alone"],
            env=os.environ | {"PYTHONPATH": path},
            cwd=_ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield
    finally:
        for pid in [*list_tree(process.pid)]:
            os.kill(pid, signal.SIGKILL)
        process.wait()


def wait_until(is_true: Any) -> None:
    """Wait for something that a worker does; its time is limited."""
    end = time.monotonic() + _DEADLINE
    while not is_true():
        require(time.monotonic() < end, "the worker made no progress")
        time.sleep(0.05)


def _count(site: Any) -> int:
    site.db.session.rollback()
    query = sa.select(sa.func.count()).where(site.Job.state == "waiting")
    return int(site.db.session.scalar(query) or 0)


def _check(
    site: Any, plan: ActionPlan, run_id: str, kill_at: list[int], seconds: float
) -> str:
    session = site.db.session
    session.rollback()
    run = site.tasks.get(run_id).run
    require(run.state == "done", run.error)
    counts = dict(
        session.execute(
            sa.select(site.Job.attempts, sa.func.count()).group_by(site.Job.attempts)
        ).all()
    )
    require(counts == {1: plan.rows, 7: 500}, counts)
    changes = session.execute(
        sa.text("select count(*), count(distinct key) from carboy_admin_changes")
    ).one()
    require(tuple(changes) == (plan.rows, plan.rows), changes)
    require(run.value["done"] == plan.rows, run.value)
    attempts = f"{run.attempts} attempts, killed after {kill_at} rows"
    return (
        f"{plan.rows} rows each once, each in the history, {attempts}, {seconds:.0f} s"
    )


def require(holds: object, text: object) -> None:
    """Raise `ValueError` unless something holds."""
    if not holds:
        raise ValueError(text)
