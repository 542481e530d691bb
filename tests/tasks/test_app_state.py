"""A broker that is away costs a request one try, and no run."""

from typing import NoReturn

import pytest

from carboy.tasks import Tasks

from .conftest import MakeSite


def _refuse(seconds: float) -> NoReturn:
    pytest.fail(f"a request slept for {seconds} s")


def test_a_request_does_not_fail_when_the_broker_is_away(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = Tasks()
    site = make_site(tasks, TASKS_BROKER_URL="redis://127.0.0.1:1/0")

    @tasks.task
    def add(a: int, b: int) -> int:
        return a + b

    with monkeypatch.context() as patches:
        patches.setattr("time.sleep", _refuse)
        patches.setattr("kombu.utils.functional.sleep", _refuse)
        first, second = add.delay(1, 2), add.delay(3, 4)

    assert site.broker_pause.is_open
    assert site.runs.count() == 2
    assert site.depth("default") == 0
    assert tasks.drain() == [first.id, second.id]


def test_without_a_database_the_ledger_is_a_file_in_the_instance_folder(
    make_site: MakeSite,
) -> None:
    site = make_site(Tasks())
    site.runs.count()

    assert (site.folder / "ledger.sqlite").exists()
    assert site.writing_session() is None
