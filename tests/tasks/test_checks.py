"""Wrong settings of tasks are found before the site is served."""

import pytest

from carboy.tasks import Tasks
from carboy.tasks.checks import check_site

from .conftest import MakeSite


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("", []),
        ("redis://localhost/0", []),
        ("nonsense", ["tasks.E001"]),
        ("memory://", ["tasks.E002"]),
        ("sqla+sqlite:///x", ["tasks.E002"]),
    ],
)
def test_brokers_that_lose_messages_stop_the_start(
    tasks: Tasks, make_site: MakeSite, url: str, found: list[str]
) -> None:
    site = make_site(tasks, TASKS_BROKER_URL=url)
    site.app.testing = False

    assert [check.id for check in check_site(site.app)] == found


def test_running_in_the_request_is_for_tests_only(
    tasks: Tasks, make_site: MakeSite
) -> None:
    site = make_site(tasks, TASKS_RUN_NOW=True)
    assert list(check_site(site.app)) == []

    site.app.testing = False
    assert [check.id for check in check_site(site.app)] == ["tasks.E003"]


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("CELERY_TASK_SERIALIZER", "pickle", "Tasks are sent as JSON"),
        ("CELERY_ACCEPT_CONTENT", ["pickle", "json"], "Tasks are sent as JSON"),
        ("CELERY_RESULT_SERIALIZER", "yaml", "Results are kept as JSON"),
        ("CELERY_ACKS_LATE", False, "acknowledged when it has ended"),
        ("task_acks_late".upper(), "false", "acknowledged when it has ended"),
        ("CELERY_SEND_TASK_ERROR_EMAILS", True, "Celery 4"),
    ],
)
def test_an_old_setting_that_does_nothing_is_named_with_the_edit(
    tasks: Tasks, make_site: MakeSite, name: str, value: object, hint: str
) -> None:
    site = make_site(tasks, **{name: value})

    (check,) = check_site(site.app)

    assert check.id == "tasks.W002"
    assert check.message.startswith(f"{name} is")
    assert "has no effect" in check.message
    assert hint in check.hint


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CELERY_TASK_SERIALIZER", "json"),
        ("CELERY_ACCEPT_CONTENT", ["application/json", "json"]),
        ("CELERY_ACCEPT_CONTENT", "json"),
        ("CELERY_ACKS_LATE", "true"),
        ("CELERY_IMPORTS", ["shop.jobs"]),
        ("CELERYD_PREFETCH_MULTIPLIER", 4),
    ],
)
def test_an_old_setting_that_is_read_or_changes_nothing_is_not_reported(
    tasks: Tasks, make_site: MakeSite, name: str, value: object
) -> None:
    site = make_site(tasks, **{name: value})

    assert list(check_site(site.app)) == []
