"""One trial: retry failed runs by the button of the console, and kill workers."""

import json
import os
import random
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from carboy.tasks import tasks_state
from carboy.tasks.ledger.tables import FAILED, QUEUE, RUN, WAITING

from .trial import ActionPlan, require, wait_until, work

_OTHERS = 500


def run_retry(plan: ActionPlan, folder: Path, url: str) -> str:
    """Return what was seen; raise `ValueError` for a run lost or retried twice."""
    os.environ |= {"PROOF_FOLDER": str(folder), "PROOF_DATABASE": url}
    from . import site  # noqa: PLC0415 - it reads the environment when it is made

    app = site.create_app()
    chance = random.Random(plan.seed)
    with app.app_context():
        site.db.create_all()
        state = tasks_state.of(app)
        _add_failed(state, plan.rows)
        site.tasks.guard(lambda: True)
        run_id = _press_button(app)
        kill_at = sorted(chance.sample(range(1, plan.rows), plan.kills))
        began = time.monotonic()
        for count in kill_at:
            with work(folder):
                wait_until(lambda count=count: _count_retried(state) >= count)
        with work(folder):
            wait_until(lambda: site.tasks.get(run_id).run.is_ended)
        retried = time.monotonic() - began
        run = site.tasks.get(run_id).run
        require(run.state == "done", run.error)
        require(run.value == {"runs": plan.rows}, run.value)
        with work(folder):
            wait_until(lambda: not state.runs.count_waiting(state.settings.queue))
            wait_until(lambda: not state.runs.count_by_state().get("running"))
        _check(site, state, plan)
        return (
            f"{plan.rows} runs each retried and executed once, {run.attempts} "
            f"attempts, killed after {kill_at} runs, retried in {retried:.0f} s"
        )


def _add_failed(state: Any, count: int) -> None:
    """Add runs that failed; those of another error are left alone."""
    now = state.live.read_now()
    with state.ledger.database.write() as connection:
        for start in range(0, count + _OTHERS, 5000):
            numbers = range(start, min(start + 5000, count + _OTHERS))
            rows = [_make_row(number, count, now) for number in numbers]
            connection.execute(sa.insert(RUN), rows)


def _make_row(number: int, count: int, now: float) -> dict[str, Any]:
    return {
        "id": f"{number:08}-{os.urandom(4).hex()}",
        "task": "shop.charge",
        "queue": "default",
        "priority": 5,
        "state": FAILED,
        "args": json.dumps([[number], {}]),
        "options": "{}",
        "created": now - 60,
        "due": now - 60,
        "started": now - 60,
        "ended": now - 50,
        "error": "TimeoutError: bank" if number < count else "ValueError: card",
    }


def _press_button(app: Any) -> str:
    answer = app.test_client().post(
        "/-/tasks/runs",
        data={"state": FAILED, "q": "TimeoutError"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    require(answer.status_code == 303, answer.text)
    return str(answer.location).rpartition("/")[2]


def _count_retried(state: Any) -> int:
    query = sa.select(sa.func.count()).where(RUN.c.state == FAILED)
    with state.ledger.database.read() as connection:
        left = int(connection.scalar(query) or 0)
        total = int(connection.scalar(sa.select(sa.func.count()).select_from(RUN)) or 0)
    return total - 1 - left


def _check(site: Any, state: Any, plan: ActionPlan) -> None:
    session = site.db.session
    session.rollback()
    numbers = sa.select(
        sa.func.count(), sa.func.count(sa.distinct(site.Charge.number))
    ).where(site.Charge.number < plan.rows)
    counts = tuple(session.execute(numbers).one())
    require(counts == (plan.rows, plan.rows), counts)
    others = sa.select(sa.func.count()).where(site.Charge.number >= plan.rows)
    require(session.scalar(others) == 0, "runs that did not match were retried")
    with state.ledger.database.read() as connection:
        left = connection.execute(
            sa.select(RUN.c.state, sa.func.count()).group_by(RUN.c.state)
        ).all()
        open_runs = connection.scalar(sa.select(sa.func.count()).select_from(QUEUE))
    require(dict(map(tuple, left)).get(WAITING, 0) == 0, left)
    require(open_runs == 0, open_runs)
