"""Nobody sees or does what is not theirs."""

import pytest
from flask import render_template_string

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


SQL_ERROR = "IntegrityError: UNIQUE failed [SQL: INSERT INTO secrets]"
VISITOR, STAFF, DEVELOPER = "visitor", "staff", "developer"


def _read_everywhere(site: TasksState, run_id: str) -> dict[str, str]:
    """Return what each page, partial, answer and stream shows of a run."""
    client, base = site.app.test_client(), f"/-/progress/{run_id}"
    with site.app.test_request_context():
        template = "{{ task_progress(run_id) }}"
        partial = render_template_string(template, run_id=run_id)
    with client.get(f"{base}/events") as stream:
        chunks = iter(stream.response)
        first = b"".join(bytes(next(chunks)) for _ in range(2))
    return {
        "page": client.get(base).text,
        "partial": partial,
        "state": client.get(f"{base}/state").text,
        "stream": first.decode(),
    }


@pytest.mark.parametrize("viewer", [VISITOR, STAFF, DEVELOPER])
def test_only_staff_and_developers_see_why_a_run_failed(
    tasks: Tasks, site: TasksState, run_id: str, viewer: str
) -> None:
    tasks.identify(lambda: "ada")
    site.app.debug = viewer == DEVELOPER
    if viewer != DEVELOPER:
        tasks.guard(lambda: viewer == STAFF)
    claim = site.ledger.claim(run_id, "dead", "nowhere")
    site.ledger.fail(run_id, claim.token, SQL_ERROR, "Traceback: INSERT INTO secrets")

    for name, text in _read_everywhere(site, run_id).items():
        shows_reason = "INSERT INTO secrets" in text
        assert shows_reason is (viewer != VISITOR), (name, text)
        assert "Failed" in text, name
        assert "Traceback" not in text, name


@pytest.mark.parametrize("viewer", [VISITOR, STAFF, DEVELOPER])
def test_only_staff_and_developers_see_that_no_worker_is_alive(
    tasks: Tasks, site: TasksState, run_id: str, viewer: str
) -> None:
    tasks.identify(lambda: "ada")
    site.app.debug = viewer == DEVELOPER
    if viewer != DEVELOPER:
        tasks.guard(lambda: viewer == STAFF)

    for name, text in _read_everywhere(site, run_id).items():
        assert ("no worker is alive" in text) is (viewer != VISITOR), (name, text)
        assert "Waiting" in text, name

    site.live.heartbeat("owner", "host", "worker")
    for name, text in _read_everywhere(site, run_id).items():
        assert "no worker is alive" not in text, (name, text)


def test_a_guard_that_fails_shows_a_visitor_no_reason_and_breaks_no_page(
    tasks: Tasks, site: TasksState, run_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    def guard() -> bool:
        raise AttributeError("AnonymousUser has no is_admin")

    tasks.identify(lambda: "ada")
    tasks.guard(guard)

    for text in _read_everywhere(site, run_id).values():
        assert "no worker is alive" not in text
        assert "Waiting" in text
    assert "tasks.guard() failed" in caplog.text
