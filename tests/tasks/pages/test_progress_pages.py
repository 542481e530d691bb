"""The bar of one run is on any page, with and without a script."""

from flask import render_template_string

from carboy.tasks import Tasks
from carboy.tasks.app_state import TasksState
from carboy.tasks.pages.progress_pages import STATIC, asset


def test_the_partial_shows_the_run_and_loads_its_files_once(
    tasks: Tasks, site: TasksState
) -> None:
    @tasks.task(name="shop.import_rows")
    def import_rows() -> None: ...

    run = import_rows.delay()
    site.live.set_progress(run.id, 3, 10, "<b>row 3</b>")
    with site.app.test_request_context():
        text = render_template_string(
            "{{ task_progress(run) }}{{ task_progress(run.id, 'My import') }}", run=run
        )

    assert text.count("<script") == 1
    assert text.count("<noscript><meta") == 2
    assert 'value="30"' in text
    assert "&lt;b&gt;row 3" in text
    assert "My import" in text
    assert "Import rows" in text


def test_an_unknown_run_breaks_no_page(tasks: Tasks, site: TasksState) -> None:
    with site.app.test_request_context():
        text = render_template_string("{{ task_progress('nobody') }}")

    assert "Not found" in text
    assert "<noscript>" not in text


def test_nothing_is_sent_while_nothing_changes(tasks: Tasks, site: TasksState) -> None:
    @tasks.task
    def add() -> None: ...

    run, client = add.delay(), site.app.test_client()
    first = client.get(f"/-/progress/{run.id}/state")
    tag = {"If-None-Match": first.headers["ETag"]}

    assert client.get(f"/-/progress/{run.id}/state", headers=tag).status_code == 304
    site.live.set_progress(run.id, 1, 2, "half")
    changed = client.get(f"/-/progress/{run.id}/state", headers=tag)
    assert (changed.status_code, changed.json["percent"]) == (200, 50)


def test_a_page_without_a_script_refreshes_until_the_end(
    tasks: Tasks, site: TasksState
) -> None:
    @tasks.task
    def add() -> None: ...

    run, client = add.delay(), site.app.test_client()
    address = f"/-/progress/{run.id}"

    assert 'http-equiv="refresh"' in client.get(address).text
    tasks.drain()
    assert 'http-equiv="refresh"' not in client.get(address).text


def test_files_are_kept_by_browsers_and_change_their_address(site: TasksState) -> None:
    with site.app.test_request_context():
        addresses = [asset(path.name) for path in STATIC.iterdir()]
    for address in addresses:
        answer = site.app.test_client().get(address)
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        answer.close()
