"""A share of the requests is kept in one file by all processes."""

from flask import request_started

from carboy.recorder import recorder_state

from .conftest import LOCAL


def test_a_share_is_recorded(make_site):
    app = make_site(RECORDER_SAMPLE="0.5")
    app.add_url_rule("/", "home", lambda: "hello")
    client = app.test_client()

    answers = [client.get("/", **LOCAL) for _ in range(60)]

    count = sum("X-Debug-Token" in answer.headers for answer in answers)
    assert 5 < count < 55
    assert len(recorder_state.of(app).list_summaries(100)) == count


def test_two_processes_share_the_file(make_site):
    first, second = make_site(), make_site()
    for app in (first, second):
        app.add_url_rule("/", "home", lambda: "hello")
        app.test_client().get("/", **LOCAL)

    assert len(recorder_state.of(first).list_summaries()) == 2


def test_nobody_listens_to_the_signals_of_flask_after_a_recorder_was_closed(make_site):
    app = make_site()
    app.add_url_rule("/", "home", lambda: "hello")
    app.test_client().get("/", **LOCAL)
    count = len(request_started.receivers)

    recorder_state.of(app).close()

    assert len(request_started.receivers) == count - 1
    assert "X-Debug-Token" not in app.test_client().get("/", **LOCAL).headers


def test_a_file_that_cannot_be_written_is_logged_once_and_breaks_nothing(
    make_site, tmp_path, caplog
):
    app = make_site()
    app.add_url_rule("/", "home", lambda: "hello")
    # Where the folder of the file would be; holds for root as well.
    (tmp_path / "recorder").write_text("not a folder")
    client = app.test_client()

    assert [client.get("/", **LOCAL).text for _ in range(3)] == ["hello"] * 3
    warnings = [one for one in caplog.records if one.name == "carboy.recorder"]
    assert [one.getMessage()[:21] for one in warnings] == ["Traces are not kept: "]

    (tmp_path / "recorder").unlink()
    client.get("/", **LOCAL)
    assert len(recorder_state.of(app).list_summaries()) == 1
