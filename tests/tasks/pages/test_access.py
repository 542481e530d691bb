"""Nobody sees or does what is not theirs."""

import pytest

from carboy.tasks import Tasks
from carboy.tasks.app_state import TasksState
from carboy.tasks.ledger.ledger import NewRun

HERE = {"Origin": "http://localhost"}


@pytest.fixture
def run_id(site: TasksState) -> str:
    site.ledger.add(
        NewRun(
            id="0" * 32, task="t", queue="q", args="[[], {}]", options="{}", who="ada"
        )
    )
    return "0" * 32


def test_another_persons_run_is_not_there(
    tasks: Tasks, site: TasksState, run_id: str
) -> None:
    client = site.app.test_client()
    pages = [f"/-/progress/{run_id}{end}" for end in ("", "/state", "/events")]
    for who, status in (("eve", 404), (None, 404), ("ada", 200)):
        tasks.identify(lambda who=who: who)
        assert [client.get(page).status_code for page in pages] == [status] * 3

    tasks.identify(lambda: "eve")
    answer = client.post(f"/-/progress/{run_id}/cancel", headers=HERE)
    assert answer.status_code == 404
    assert site.ledger.find_stopped([run_id]) == set()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Referer": "http://localhost/page?a=1"}, 303),
    ],
)
def test_only_pages_of_the_site_may_send_forms(
    tasks: Tasks, site: TasksState, run_id: str, headers: dict[str, str], status: int
) -> None:
    tasks.identify(lambda: "ada")
    answer = site.app.test_client().post(
        f"/-/progress/{run_id}/cancel", headers=headers
    )

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("referrer", "target"),
    [
        ("http://localhost/orders?page=2", "/orders?page=2"),
        ("http://localhost//evil.example", "/-/progress/" + "0" * 32),
        ("http://evil.example/x", "/-/progress/" + "0" * 32),
    ],
)
def test_a_form_leads_back_to_a_page_of_the_site(
    tasks: Tasks, site: TasksState, run_id: str, referrer: str, target: str
) -> None:
    tasks.identify(lambda: "ada")
    answer = site.app.test_client().post(
        f"/-/progress/{run_id}/cancel",
        headers={"Sec-Fetch-Site": "same-origin", "Referer": referrer},
    )

    assert answer.location == target


def test_the_console_is_closed_without_a_guard(site: TasksState) -> None:
    client = site.app.test_client()
    for page in ("", "queues", "workers", "schedules", "dead", "changes", "runs/x"):
        assert client.get(f"/-/tasks/{page}").status_code == 404
    assert client.post("/-/tasks/queues/purge", headers=HERE).status_code == 404


@pytest.mark.parametrize(
    ("address", "host", "headers", "status"),
    [
        ("127.0.0.1", "localhost:5000", {}, 200),
        ("::1", "127.0.0.1", {}, 200),
        ("10.0.0.7", "localhost", {}, 404),
        ("127.0.0.1", "shop.example", {}, 404),
        ("127.0.0.1", "localhost", {"X-Forwarded-For": "127.0.0.1"}, 404),
    ],
)
def test_a_development_server_is_open_to_its_own_machine_only(
    site: TasksState, address: str, host: str, headers: dict[str, str], status: int
) -> None:
    site.app.debug = True
    answer = site.app.test_client().get(
        "/-/tasks/",
        headers=headers,
        base_url=f"http://{host}",
        environ_overrides={"REMOTE_ADDR": address},
    )

    assert answer.status_code == status


def test_a_guard_decides_alone(tasks: Tasks, site: TasksState) -> None:
    site.app.debug = True
    tasks.guard(lambda: False)
    assert site.app.test_client().get("/-/tasks/").status_code == 404
    tasks.guard(lambda: True)
    assert site.app.test_client().get("/-/tasks/").status_code == 200
