"""Many rows are a task: each exactly once, however often its worker is killed."""

import re
from typing import Any

import pytest

from carboy.admin import Admin
from carboy.admin.history import CHANGES
from carboy.auth import policy
from tests.admin import zoo
from tests.admin.conftest import TaskSite, log_in

RUN = re.compile(r"/-/admin/log/-/runs/([0-9a-f-]+)")


@pytest.fixture
def raised(admin: Admin) -> list[int]:
    """The ids of rows that the action has seen; it fails once, in its second batch."""
    seen: list[int] = []

    @admin.action(zoo.Log, "Raise")
    def raise_level(log: zoo.Log) -> None:
        seen.append(log.id)
        if len(seen) == 110:
            raise KeyError
        log.level = (log.level or 0) + 100

    return seen


def start(client: Any, action: str, **more: str) -> Any:
    url = f"/-/admin/log/-/actions?action={action}&all=1"
    page = client.get(url).text
    sent = dict(re.findall(r'name="(count|at|until)" value="([^"]*)"', page))
    return client.post(url, data=sent | more)


def test_many_rows_go_on_after_a_failure(
    task_site: TaskSite, raised: list[int]
) -> None:
    client = log_in(task_site, "editor")

    answer = start(client, "raise_level")

    assert answer.status_code == 303, answer.text
    match = RUN.search(answer.location)
    assert match is not None
    with task_site.app.app_context():
        task_site.tasks.drain()
        run = task_site.tasks.get(match[1])
        assert run.run.state == "failed"
        run.retry()
        task_site.tasks.drain()
        assert run.run.state == "done", run.run.error

        levels = zoo.db.session.scalars(zoo.db.select(zoo.Log.level)).all()
        assert sorted(levels) == sorted(100 + (n % 5) for n in range(130))
        changes = zoo.db.session.execute(zoo.db.select(CHANGES)).all()
        assert len(changes) == 130
        assert {row.who for row in changes} == {"editor@zoo.example"}
        assert {row.source for row in changes} == {"admin"}
    # The rows of the batch that was not stored were seen twice, and written once.
    assert len(raised) == 110 + 30
    assert "130" in client.get(answer.location).text


def test_a_run_is_shown_to_whom_it_belongs(
    task_site: TaskSite, raised: list[int]
) -> None:
    answer = start(log_in(task_site, "editor"), "raise_level")

    for name in ("boss", "viewer", "nobody", ""):
        client = log_in(task_site, name)
        assert client.get(answer.location).status_code == 404, name
    other = answer.location.replace("/log/", "/house/")
    assert log_in(task_site, "editor").get(other).status_code == 404
    assert raised == []


def test_who_loses_the_permission_meanwhile_writes_nothing(
    task_site: TaskSite, raised: list[int]
) -> None:
    answer = start(log_in(task_site, "editor"), "raise_level")

    @policy("admin.raise_level", zoo.Log)
    def may_raise(user: Any) -> bool:
        return bool(user.has_permission("zoo.nothing"))

    with task_site.app.app_context():
        task_site.tasks.drain()
        match = RUN.search(answer.location)
        assert match is not None
        value = task_site.tasks.get(match[1]).get()
    assert (value["done"], value["refused"]) == (0, 130)
    assert raised == []
