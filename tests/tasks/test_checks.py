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
