"""The log line about a session cannot be used to forge others."""

from flask import request

from carboy.errors import UnavailableError
from carboy.sessions.unavailable import log_discarded, show_unavailable

from .conftest import Site


def test_a_path_with_a_line_break_is_logged_in_one_line(caplog):
    site = Site({"SESSION_TYPE": "memory"})

    with site.app.test_request_context("/a%0aERROR forged"):
        log_discarded(site.app, "it has ended", request)

    assert "\n" not in caplog.records[0].getMessage()
    assert "it has ended" in caplog.text


def test_the_response_says_when_to_retry():
    response = show_unavailable(UnavailableError("away", retry_after=7))

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "7"
    assert b"away" not in response.data
