"""Each request has an id that is in its response, log lines and errors."""

import logging
import os

import pytest

from carboy import Carboy, Settings
from carboy.site import request_id
from carboy.site.request_log import RequestCounts, counts


@pytest.fixture
def client():
    settings = Settings(profile="testing", testing=False, secret_key="k" * 40)
    app = Carboy("shop", settings=settings)
    app.add_url_rule("/", "home", request_id)
    app.add_url_rule("/broken", "broken", lambda: 1 / 0)
    return app.test_client()


def test_the_response_has_the_id_that_the_view_saw(client):
    answer = client.get("/")

    assert answer.headers["X-Request-ID"] == answer.text
    assert client.get("/").text != answer.text


def test_a_valid_id_from_a_proxy_is_used_and_an_invalid_one_is_not(client):
    def get_id(value):
        return client.get("/", headers={"X-Request-ID": value}).text

    assert get_id("abcdef-123456") == "abcdef-123456"
    for bad in ("short", "a" * 65, "has space in it", "a\tb1234567"):
        assert get_id(bad) != bad


def test_a_request_has_one_line(client, caplog):
    caplog.set_level(logging.INFO, "carboy.request")

    client.get("/?page=2&token=canary")

    lines = [r for r in caplog.records if r.name == "carboy.request"]
    assert len(lines) == 1
    assert lines[0].getMessage().startswith("GET /?page=2&token=******** 200 in ")
    assert lines[0].fields["status"] == 200
    assert lines[0].fields["query"] == "page=2&token=********"
    assert "canary" not in caplog.text


def test_a_request_without_a_query_has_no_question_mark(client, caplog):
    caplog.set_level(logging.INFO, "carboy.request")

    client.get("/")

    (line,) = [r for r in caplog.records if r.name == "carboy.request"]
    assert line.getMessage().startswith("GET / 200 in ")
    assert "query" not in line.fields


def test_an_exception_is_logged_under_the_same_id(client, caplog):
    answer = client.get("/broken")

    broken = next(r for r in caplog.records if r.exc_info)
    assert answer.status_code == 500
    assert broken.request_id == answer.headers["X-Request-ID"]


def test_forked_processes_do_not_repeat_ids(client):
    def read_ids():
        readable, writable = os.pipe()
        pid = os.fork()
        if pid == 0:
            ids = [client.get("/").text for _ in range(50)]
            os.write(writable, " ".join(ids).encode())
            os._exit(0)
        os.close(writable)
        with os.fdopen(readable) as pipe:
            text = pipe.read()
        os.waitpid(pid, 0)
        return text.split()

    ids = [*read_ids(), *read_ids(), *(client.get("/").text for _ in range(50))]

    assert len(ids) == len(set(ids)) == 150


def test_invented_methods_do_not_fill_the_metrics():
    counts = RequestCounts()

    for method in ("GET", "FOO", "BAR"):
        counts.add(method, 200, 0.02)

    assert counts.by_status == {("GET", 200): 1, ("OTHER", 200): 2}
    assert sum(counts.by_time) == 3


def test_outside_of_requests_there_is_no_id():
    assert request_id() is None


def test_an_exception_that_goes_to_the_debugger_has_its_line_too(client, caplog):
    app = client.application
    app.debug = True

    with pytest.raises(ZeroDivisionError):
        client.get("/broken")

    (line,) = [r for r in caplog.records if r.name == "carboy.request"]
    assert line.getMessage().startswith("GET /broken 500 in ")
    assert line.exc_info[0] is ZeroDivisionError
    assert counts.of(app).by_status["GET", 500] == 1


def test_an_exception_that_goes_to_a_test_has_none(client, caplog):
    client.application.testing = True

    with pytest.raises(ZeroDivisionError):
        client.get("/broken")

    assert [r for r in caplog.records if r.name == "carboy.request"] == []
