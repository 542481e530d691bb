"""Kill web processes during requests, and compare the rows with the tasks."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from lib.services import list_tree

from .web import DATABASE, PROGRAM, ROLLED_BACK

_TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class RequestsResult:
    """The rows and tasks after web processes were killed."""

    kills: int
    begun: int
    rows: int
    jobs: int
    rows_without_job: int
    jobs_without_row: int
    unsent: int
    unanswered: int
    missed_rows: int
    ran_after_rollback: int

    @property
    def is_good(self) -> bool:
        """Whether each row has its task, each task its row, and all tasks ran."""
        wrong = self.rows_without_job + self.jobs_without_row + self.unanswered
        return not wrong + self.missed_rows + self.ran_after_rollback


def run_requests(kills: int, folder: Path, broker_url: str = "") -> RequestsResult:
    """Kill `kills` web processes, run all tasks in a worker, and count."""
    environment = os.environ | {
        "CRASH_FOLDER": str(folder),
        "CRASH_BROKER": broker_url,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    program = [sys.executable, "-c", PROGRAM]
    path = folder / DATABASE
    setup = (
        "from lib.crash import web; app = web.create_app(); app.app_context().push()"
    )
    subprocess.run(
        [sys.executable, "-c", f"{setup}; web.db.create_all(); web.tasks.find('x')"],
        env=environment,
        check=True,
    )
    output = subprocess.run(
        [*program, "kill", str(kills)],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
    )
    rows = _read_numbers(path, "SELECT number FROM item")
    jobs = _read_numbers(
        path, "SELECT json_extract(args, '$[0][0]') FROM carboy_task_run"
    )
    program_text = f"{setup}; print(web.tasks.celery.site.depth('default'))"
    depth = subprocess.run(
        [sys.executable, "-c", program_text],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
    )
    with (folder / "worker.log").open("ab") as log:
        worker = subprocess.Popen(
            [*program, "worker", "--alone", "-c", "2", "-l", "WARNING"],
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        answers = _wait(path, len(rows))
    finally:
        for pid in [*list_tree(worker.pid), worker.pid]:
            os.kill(pid, 9)
        worker.wait()
    return RequestsResult(
        kills=kills,
        begun=json.loads(output.stdout)["begun"],
        rows=len(rows),
        jobs=len(jobs),
        rows_without_job=len(set(rows) - set(jobs)),
        jobs_without_row=len(jobs) - len(set(jobs) & set(rows)),
        unsent=len(jobs) - int(depth.stdout),
        unanswered=len(set(rows) - set(answers)),
        missed_rows=len(_read_numbers(path, "SELECT number FROM answer WHERE NOT saw")),
        ran_after_rollback=sum(number >= ROLLED_BACK for number in answers),
    )


def _wait(path: Path, wanted: int) -> list[int]:
    last, since = -1, time.monotonic()
    while True:
        answers = _read_numbers(path, "SELECT number FROM answer")
        if len(answers) != last:
            last, since = len(answers), time.monotonic()
        if len(answers) >= wanted or time.monotonic() - since > _TIMEOUT:
            return answers
        time.sleep(0.1)


def _read_numbers(path: Path, query: str) -> list[int]:
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        return [int(row[0]) for row in connection.execute(query)]
