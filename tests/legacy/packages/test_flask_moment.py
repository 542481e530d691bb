"""If this passes, times of Flask-Moment are written by the server."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, render_template_string

from carboy.legacy.packages.flask_moment import ServerMoment, describe, translate


@pytest.mark.parametrize(
    ("fmt", "text"),
    [
        ("YYYY-MM-DD HH:mm:ss", "2014-05-18 12:30:05"),
        ("LLL", "18 May 2014 12:30"),
        ("dddd, LT 100%", "Sunday, 12:30 100%"),
    ],
)
def test_formats_are_those_of_the_script(fmt, text):
    assert datetime(2014, 5, 18, 12, 30, 5, tzinfo=UTC).strftime(translate(fmt)) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (3, "a few seconds"),
        (60, "1 minute"),
        (7200, "2 hours"),
        (86400 * 3, "3 days"),
        (86400 * 70, "2 months"),
        (86400 * 800, "2 years"),
    ],
)
def test_a_span_is_described(seconds, text):
    assert describe(seconds) == text


def test_a_template_writes_no_script():
    app = Flask("site")
    ServerMoment(app)
    then = datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=2, minutes=5)

    with app.app_context():
        page = render_template_string(
            "{{ moment.include_moment() }}{{ moment(t).fromNow(refresh=True) }}", t=then
        )

    assert page.endswith(">2 hours ago</time>")
    assert "<script" not in page
