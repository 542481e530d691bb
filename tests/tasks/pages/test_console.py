"""The pages of the console show what there is, and their buttons do what they say."""

import pytest
from flask.testing import FlaskClient

from carboy.tasks import RunResult, Tasks
from carboy.tasks.app_state import TasksState

HERE = {"Sec-Fetch-Site": "same-origin"}
XSS = "<script>alert(1)</script>"


@pytest.fixture
def failed(tasks: Tasks, site: TasksState) -> RunResult:
    @tasks.every("1h")
    @tasks.task(name="shop.charge")
    def charge(card: str = "", *, password: str = "") -> None:
        raise ValueError(f"declined {XSS}")

    secret = {"password": "geheim"}
    result = charge.delay(XSS, **secret)
    tasks.drain()
    return result


@pytest.fixture
def client(tasks: Tasks, site: TasksState) -> FlaskClient:
    tasks.guard(lambda: True)
    return site.app.test_client()


def test_every_page_is_safe_and_complete(
    client: FlaskClient, failed: RunResult
) -> None:
    for page in ("", "queues", "workers", "schedules", "dead", f"runs/{failed.id}"):
        answer = client.get(f"/-/tasks/{page}")
        text = answer.text
        assert answer.status_code == 200, page
        assert XSS not in text
        assert "geheim" not in text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert "style=" not in text
        assert " onclick" not in text
        assert text.count("<h1") == 1


def test_a_run_shows_all_that_is_known(client: FlaskClient, failed: RunResult) -> None:
    text = client.get(f"/-/tasks/runs/{failed.id}").text

    for part in ("shop.charge", "********", "Traceback", "declined", failed.id):
        assert part in text
    assert client.get("/-/tasks/runs/nobody").status_code == 404


def test_runs_are_filtered_and_searched(client: FlaskClient, failed: RunResult) -> None:
    def names(query: str) -> bool:
        return f"/-/tasks/runs/{failed.id}" in client.get(f"/-/tasks/?{query}").text

    assert names("state=failed")
    assert names("q=declined")
    assert names("task=shop.charge")
    assert not names("state=done")
    assert not names("q=nothing+like+it")
    assert not names("page=2")
    assert names("page=nonsense")


def test_buttons_retry_cancel_and_drop(
    client: FlaskClient, failed: RunResult, site: TasksState
) -> None:
    base = f"/-/tasks/runs/{failed.id}"

    assert client.post(f"{base}/retry").status_code == 403
    assert client.post(f"{base}/retry", headers=HERE).status_code == 303
    assert failed.run.state == "waiting"
    client.post(f"{base}/cancel", headers=HERE)
    assert failed.run.state == "cancelled"
    answer = client.post(
        f"{base}/drop", headers=HERE | {"Referer": f"http://localhost{base}"}
    )
    assert answer.location == "/-/tasks/"
    assert site.runs.find(failed.id) is None


def test_schedules_are_paused_and_started(
    client: FlaskClient, failed: RunResult, site: TasksState
) -> None:
    form = {"name": "shop.charge"}
    assert "every 3600s" in client.get("/-/tasks/schedules").text
    client.post("/-/tasks/schedules/pause", data=form, headers=HERE)
    assert "Paused" in client.get("/-/tasks/schedules").text
    client.post("/-/tasks/schedules/resume", data=form, headers=HERE)
    answer = client.post("/-/tasks/schedules/run", data=form, headers=HERE)

    assert site.runs.find(answer.location.rpartition("/")[2]) is not None


def test_what_waits_in_a_queue_is_cancelled(
    client: FlaskClient, failed: RunResult, site: TasksState
) -> None:
    failed.retry()
    client.post("/-/tasks/queues/purge", data={"queue": "default"}, headers=HERE)

    assert failed.run.state == "cancelled"


def test_a_page_is_told_of_changes(client: FlaskClient, failed: RunResult) -> None:
    answer = client.get("/-/tasks/changes")

    assert answer.mimetype == "text/event-stream"
    assert b'"failed":1' in answer.data


def test_all_runs_that_match_are_retried_by_one_button(
    client: FlaskClient, failed: RunResult, tasks: Tasks, site: TasksState
) -> None:
    page = client.get("/-/tasks/?state=failed&q=declined").text
    assert "Retry all 1 runs that match?" in page
    assert "Cancel all" not in page
    assert "Retry all" not in client.get("/-/tasks/?state=failed&q=nothing").text
    assert "Retry all" not in client.get("/-/tasks/").text

    fields = {"state": "failed", "q": "declined"}
    assert client.post("/-/tasks/runs", data=fields).status_code == 403
    answer = client.post("/-/tasks/runs", data=fields, headers=HERE)

    assert answer.status_code == 303
    assert failed.run.state == "failed"
    assert len(tasks.drain()) == 2
    assert client.get(answer.location).status_code == 200
    for state in ("", "done", "nonsense"):
        data = {"state": state}
        assert client.post("/-/tasks/runs", data=data, headers=HERE).status_code == 400


def test_all_that_waits_is_cancelled_by_one_button(
    client: FlaskClient, failed: RunResult, tasks: Tasks, site: TasksState
) -> None:
    failed.retry()
    assert "Cancel all 1 runs that match?" in client.get("/-/tasks/?state=waiting").text

    client.post("/-/tasks/runs", data={"state": "waiting"}, headers=HERE)
    tasks.drain()

    assert failed.run.state == "failed"
