"""A run of a task is one trace, linked with the request that asked for it."""

import pytest

from carboy.db import SQLAlchemy
from carboy.recorder import recorder_state
from carboy.tasks import Tasks

from .conftest import LOCAL, get_last


@pytest.fixture
def site(make_site):
    db, tasks = SQLAlchemy(), Tasks()
    app = make_site(db, tasks)

    @tasks.task
    def add(a, b):
        with app.app_context():
            # A context of the task's own is a part of it.
            db.session.execute(db.text("SELECT 1"))
        db.session.execute(db.text("SELECT 2"))
        return a + b

    @tasks.task(retries=0)
    def fail():
        raise ValueError("no cork")

    app.add_url_rule("/add", "add", lambda: add.delay(1, 2).id)
    app.add_url_rule("/fail", "fail", lambda: fail.delay().id)
    with app.app_context():
        db.create_all()
    return app, tasks


def test_the_run_and_the_request_know_each_other(site):
    app, tasks = site
    run_id = app.test_client().get("/add", **LOCAL).text
    request = get_last(app)

    with app.app_context():
        tasks.drain()

    [run] = [
        one for one in recorder_state.of(app).list_summaries() if one.kind == "task"
    ]
    assert request.summary.runs == (run_id,)
    [asked] = [event for event in request.detail.events if event.kind == "task"]
    assert asked.text.endswith("add")
    assert asked.place.startswith(__file__)
    assert run.run == run_id
    assert run.status == "done"
    client = app.test_client()
    page = client.get(f"/-/debug/traces/{request.summary.id}", **LOCAL).text
    assert f"/-/debug/traces/{run.id}" in page
    page = client.get(f"/-/debug/traces/{run.id}", **LOCAL).text
    assert f"/-/debug/traces/{request.summary.id}" in page


def test_a_failed_run(site):
    app, tasks = site
    app.test_client().get("/fail", **LOCAL)

    with app.app_context():
        tasks.drain()

    [run] = [
        one for one in recorder_state.of(app).list_summaries() if one.kind == "task"
    ]
    assert run.status == "failed"
    assert run.is_failure
