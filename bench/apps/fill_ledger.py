"""Fills the ledger by the database itself, and times the pages of the console on it."""

import time
from typing import Any

import sqlalchemy as sa
from flask import Flask

from carboy.tasks import tasks_state

_CHUNK = 500_000
_COLUMNS = (
    "id, task, queue, priority, state, args, options, created, due, started, ended, "
    "token, losses, retries, result"
)
# Ten tasks, one run in twenty failed; a run each 0.1 s until an hour ago.
_RUN = """
INSERT INTO carboy_task_run ({columns})
{numbers}
SELECT {id}, 'site.task' || (n % 10), '{queue}', 5,
  CASE WHEN {waits} = 1 THEN 'waiting' WHEN n % 20 = 0 THEN 'failed' ELSE 'done' END,
  '[[], {{}}]', '{{}}', {base} + n * 0.1, {base} + n * 0.1,
  CASE WHEN {waits} = 0 THEN {base} + n * 0.1 + 0.01 END,
  CASE WHEN {waits} = 0 THEN {base} + n * 0.1 + 0.02 END, {token}, 0, 0, 'null'
FROM numbers
"""
_QUEUE = """
INSERT INTO carboy_task_queue
  (run, queue, priority, state, due, sent_at, token, losses, stop)
SELECT id, queue, priority, 1, due, due, 0, 0, {false} FROM carboy_task_run
WHERE state = 'waiting' AND queue = 'later'
"""
_NUMBERS = {
    "postgresql": "WITH numbers AS (SELECT n FROM generate_series({a}, {b}) AS s(n))",
    "sqlite": (
        "WITH RECURSIVE numbers(n) AS (SELECT {a} UNION ALL "
        "SELECT n + 1 FROM numbers WHERE n < {b})"
    ),
}
_ID = {
    "postgresql": "lpad(to_hex(n), 12, '0') || substr(md5(n::text), 1, 20)",
    "sqlite": "printf('%012x', n) || lower(hex(randomblob(10)))",
}


def fill(app: Flask, finished: int, waiting: int) -> None:
    """Insert finished runs, and waiting ones of a queue that nobody works on."""
    with app.app_context():
        database = tasks_state.of(app).database
        for begin in range(0, finished, _CHUNK):
            _insert(database, begin, min(begin + _CHUNK, finished), waits=0)
        for begin in range(0, waiting, _CHUNK):
            end = min(begin + _CHUNK, waiting)
            _insert(database, finished + begin, finished + end, waits=1)
        false = "FALSE" if database.dialect == "postgresql" else "0"
        with database.write() as connection:
            _allow_long_statements(connection)
            connection.exec_driver_sql(_QUEUE.format(false=false))
        with database.engine.execution_options(
            isolation_level="AUTOCOMMIT"
        ).connect() as connection:
            if database.dialect == "postgresql":
                connection.exec_driver_sql("SET statement_timeout = 0")
            connection.exec_driver_sql("ANALYZE")


def _insert(database: Any, begin: int, end: int, *, waits: int) -> None:
    dialect = database.dialect
    numbers = _NUMBERS[dialect].format(a=begin, b=end - 1)
    statement = _RUN.format(
        columns=_COLUMNS,
        numbers=numbers,
        id=_ID[dialect],
        queue="later" if waits else "default",
        waits=waits,
        token=1 - waits,
        base=time.time() - 3600 - 1.1e6,
    )
    with database.write() as connection:
        _allow_long_statements(connection)
        connection.execute(sa.text(statement.replace(":text", "\\:text")))


def _allow_long_statements(connection: sa.Connection) -> None:
    """Lift the limit that a site has for its requests."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")


def time_pages(app: Flask) -> tuple[str, float]:
    """Return the slowest page of the console, and its milliseconds."""
    from carboy.tasks.ledger.runs import Filter

    with app.app_context():
        runs = tasks_state.of(app).runs
        newest = runs.list_runs(Filter(state="done"), limit=1)[0].id
        calls = {
            "list": lambda: (runs.list_runs(), runs.count()),
            "counts": lambda: (runs.count_by_state(), runs.count_by_queue()),
            "tasks": runs.list_tasks,
            "waits": lambda: runs.list_waits(time.time() - 3600),
            "one": lambda: (runs.find(newest), runs.list_children(newest)),
        }
        for state in ("waiting", "running", "done", "failed"):
            one = Filter(state=state)
            calls[f"list-{state}"] = lambda one=one: (
                runs.list_runs(one),
                runs.count(one),
            )
        task = Filter(task="site.task3")
        calls["list-task"] = lambda: (runs.list_runs(task), runs.count(task))
        queue = Filter(queue="default")
        calls["list-queue"] = lambda: (runs.list_runs(queue), runs.count(queue))
        search = Filter(search="nothing")
        calls["search"] = lambda: (runs.list_runs(search), runs.count(search))
        took = {}
        for name, call in calls.items():
            call()
            began = time.perf_counter()
            call()
            took[name] = (time.perf_counter() - began) * 1000
        print(took, file=__import__("sys").stderr)
        slowest = max(took, key=lambda name: took[name])
        return slowest, took[slowest]
