"""What a run logs, prints and fails with is in the worker's log, each of it once."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from carboy.tasks import RunResult, tasks_state
from tests.tasks import shop
from tests.tasks.conftest import StartWorker, wait_until

SAID = [
    ("INFO", "to stdout"),
    ("WARNING", "to stderr"),
    ("INFO", "by logging"),
    ("WARNING", "by the app"),
    ("ERROR", "by Celery"),
    ("INFO", "without an end"),
]
FAILED = (
    r"shop\.talk\[{id}\] failed in attempt 1: ValueError: "
    r"no way to https://ada:\*+@db\.example/x \(tests/tasks/shop\.py:\d+\)"
)


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return shop.create_app(str(tmp_path))


@pytest.fixture
def read_log(tmp_path: Path) -> Callable[[], str]:
    return (tmp_path / "worker.log").read_text


def _wait_for_end(result: RunResult, state: str = "failed") -> None:
    wait_until(lambda: result.run.state == state, 30)


def _list_lines(app: Flask, result: RunResult) -> list[tuple[str, str]]:
    site = tasks_state.of(app)
    wait_until(lambda: len(site.live.list_lines(result.id)) > len(SAID))
    return [(line.level, line.text) for line in site.live.list_lines(result.id)]


@pytest.mark.parametrize("pool", ["prefork", "threads", "solo", "gevent"])
def test_each_line_of_a_task_is_logged_once_at_its_level(
    app: Flask, start_worker: StartWorker, read_log: Callable[[], str], pool: str
) -> None:
    start_worker("worker", "--alone", "-p", pool, "-c", "1")
    with app.app_context():
        result = shop.talk.delay()
        _wait_for_end(result)
        *said, failure = _list_lines(app, result)

    text = read_log()
    for level, line in SAID:
        assert text.count(line) == 1, text
        assert re.search(rf": {level}/\S+ {line}\n", text), text
    assert sorted(said) == sorted(SAID)
    failed = FAILED.format(id=result.id)
    assert failure[0] == "ERROR"
    assert re.fullmatch(failed, failure[1])
    assert len(re.findall(rf": ERROR/\S+ {failed}\n", text)) == 1, text
    for absent in ("Traceback", "geheim", "SELECT 1", "raised unexpected"):
        assert absent not in text
    assert "geheim" not in str(result.run.error) + str(result.run.traceback)


def test_the_log_of_a_site_gets_the_same_lines(
    app: Flask, start_worker: StartWorker, read_log: Callable[[], str]
) -> None:
    start_worker("worker", "--alone", "-c", "1", SHOP_LOG="1")
    with app.app_context():
        result = shop.talk.delay()
        _wait_for_end(result)
        *said, _failure = _list_lines(app, result)

    lines = [json.loads(x) for x in read_log().splitlines() if x.startswith("{")]
    logged = [(line["level"].upper(), line["message"]) for line in lines]
    assert [each for each in logged if each in SAID] == said
    (level, failure) = next(each for each in logged if "failed in" in each[1])
    assert level == "ERROR"
    assert re.fullmatch(FAILED.format(id=result.id), failure)


def test_the_traceback_is_there_at_debug(
    app: Flask, start_worker: StartWorker, read_log: Callable[[], str]
) -> None:
    start_worker("worker", "--alone", "-p", "solo", "-l", "debug")
    with app.app_context():
        result = shop.talk.delay()
        _wait_for_end(result)

    wait_until(lambda: "ValueError: no way to https://ada:********@" in read_log())
    text = read_log()
    assert text.count("Traceback (most recent call last)") == 1
    assert text.count(f"{result.id}] failed in attempt 1: ") == 1
    assert "geheim" not in text


def test_a_retry_a_time_limit_and_a_death_have_one_line_each(
    app: Flask, start_worker: StartWorker, read_log: Callable[[], str]
) -> None:
    start_worker("worker", "--alone", "-c", "3")
    with app.app_context():
        faltering, slow, bad = (
            shop.falter.delay(),
            shop.limit.delay(),
            shop.poison.delay(),
        )
        _wait_for_end(faltering)
        _wait_for_end(slow)
        _wait_for_end(bad, "dead")

    def list_lines(result: RunResult) -> list[str]:
        """List what is logged of a run, without Celery's line that it was received."""
        lines = [line for line in read_log().splitlines() if result.id in line]
        return [line.partition("] ")[2] for line in lines if "received" not in line]

    name = f"shop.falter[{faltering.id}]"
    place = r"LookupError: not there \(tests/tasks/shop\.py:\d+\)"
    retried, failed = list_lines(faltering)
    start = re.escape(f"{name} is retried in 1 s, attempt 1 failed: ")
    assert re.fullmatch(start + place, retried)
    assert re.fullmatch(re.escape(f"{name} failed in attempt 2: ") + place, failed)
    (limited,) = list_lines(slow)
    start = f"shop.limit[{slow.id}] failed in attempt 1: TimeLimitExceeded"
    assert limited.startswith(start)
    *lost, given_up = list_lines(bad)
    assert [line.partition("attempt ")[2][:8] for line in lost] == [
        f"{n} failed" for n in (1, 2, 3, 4)
    ]
    assert all("is retried in 0 s" in line for line in lost)
    assert f"shop.poison[{bad.id}] failed in attempt 5: given up." in given_up
