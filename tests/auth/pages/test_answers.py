"""Answers for browsers and for programs."""

import pytest
from flask import Flask

from carboy.auth.errors import ThrottledError
from carboy.auth.pages.answers import (
    FormPage,
    done,
    format_time,
    no_store,
    refuse,
    show,
)

JSON = {"Accept": "application/json"}


def test_json_says_what_was_done_and_where_to_go(site):
    with site.app.test_request_context(headers=JSON):
        answer = done("Saved.", "/next", n=1)
    assert answer.json == {"message": "Saved.", "next": "/next", "n": 1}
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_browser_is_led_on(site):
    with site.app.test_request_context():
        answer = done("Saved.", "/next")
    assert (answer.status_code, answer.location) == (303, "/next")


def test_what_is_told_is_json_for_programs(site):
    with site.app.test_request_context(headers=JSON):
        assert show("auth/nothing.html", {"a": 1}).json == {"a": 1}


class Form:
    """A form that was understood."""

    def __init__(self):
        self.form_errors = []

    @property
    def errors(self):
        return {None: self.form_errors} if self.form_errors else {}

    def __iter__(self):
        return iter(())


def test_too_many_attempts_say_when_to_come_back(site):
    with site.app.test_request_context(headers=JSON):
        answer = refuse(FormPage("T", "S"), Form(), ThrottledError("Too many.", 30))
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "30"
    assert answer.json == {"errors": {"": ["Too many."]}}


@pytest.mark.parametrize("status", [None, 400])
def test_no_cache_keeps_a_page(status):
    app = Flask(__name__)
    answer = no_store(app.response_class("x"), status)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.status_code == (status or 200)


def test_a_time_is_one_that_programs_read():
    assert format_time(0.5) == "1970-01-01T00:00:00Z"
    assert format_time(None) == ""
