"""The one line about a session cannot be used to forge others."""

from flask import request

from carboy.errors import UnavailableError
from carboy.sessions.unavailable import report, show_unavailable

from .conftest import Site


def test_the_line_is_one_line(caplog):
    site = Site({"SESSION_TYPE": "memory"})

    with site.app.test_request_context("/a%0aERROR forged"):
        report(site.app, "it has ended", request)

    assert "\n" not in caplog.records[0].getMessage()
    assert "it has ended" in caplog.text


def test_unavailable_says_when_to_come_back():
    answer = show_unavailable(UnavailableError("away", retry_after=7))

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "7"
    assert b"away" not in answer.data
