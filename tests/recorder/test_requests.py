"""What was asked for and answered is recorded, and no secret with it."""

import logging

import pytest
import sqlalchemy as sa
from flask import request

from carboy.db import SQLAlchemy
from carboy.recorder import recorder_state

from .conftest import LOCAL, get_last, get_ring_file


def test_a_request_is_recorded_with_route_view_and_status(make_site):
    app = make_site()

    @app.get("/shop/<name>")
    def show(name):
        return f"hello {name}"

    answer = app.test_client().get("/shop/bottle?page=2&token=abcdef", **LOCAL)

    trace = get_last(app)
    assert answer.headers["X-Debug-Token"] == trace.summary.id
    assert answer.headers["X-Debug-Token-Link"] == f"/-/debug/traces/{trace.summary.id}"
    assert trace.summary.name == "GET /shop/bottle"
    assert trace.summary.route == "/shop/<name>"
    assert trace.summary.status == "200"
    assert trace.detail.facts["view"].endswith("show")
    assert trace.detail.facts["query"] == "page=2&token=********"
    assert trace.detail.facts["request_id"] == answer.headers["X-Request-ID"]
    assert trace.summary.seconds > 0


def test_an_exception_is_recorded_with_its_line(make_site):
    app = make_site()

    @app.get("/")
    def fail():
        raise ValueError("no cork: postgresql://ada:canary@host/db")

    with pytest.raises(ValueError, match="no cork"):
        app.test_client().get("/", **LOCAL)

    trace = get_last(app)
    assert trace.summary.status == "500"
    assert "exception" in trace.summary.warnings
    [event] = [one for one in trace.detail.events if one.kind == "exception"]
    assert event.text.startswith("ValueError: no cork")
    assert "canary" not in event.text
    assert event.place.startswith(__file__)


def test_headers_and_fields_with_secrets_are_hidden(make_site):
    app = make_site()

    @app.post("/login")
    def login():
        request.form["name"]
        return {"token": "x"}, 200, {"Set-Cookie": "session=canary"}

    app.config["CSRF_ENABLED"] = False
    client = app.test_client()
    client.set_cookie("session", "canary")
    client.post(
        "/login",
        data={"name": "ada", "password": "canary"},
        headers={
            "Authorization": "Bearer canary",
            "X-Api-Key": "canary",
            "Sec-Fetch-Site": "same-origin",
        },
        **LOCAL,
    )

    assert b"canary" not in get_ring_file(app).read_bytes()
    assert b"/login" in get_ring_file(app).read_bytes()


def test_pages_of_the_recorder_are_not_recorded(make_site):
    app = make_site()
    client = app.test_client()
    client.get("/-/debug/", **LOCAL)

    assert recorder_state.of(app).list_summaries() == []


def test_many_events_are_bounded(make_site):
    app = make_site()

    @app.get("/")
    def index():
        for number in range(3000):
            logging.getLogger("shop").warning("line %d", number)
        return "done"

    app.test_client().get("/", **LOCAL)

    trace = get_last(app)
    assert len(trace.detail.events) == 1000
    assert trace.detail.left_out == 2000
    assert trace.summary.counts["log"] == 3000
    page = app.test_client().get("/-/debug/traces/last", **LOCAL)
    assert len(page.data) < 100_000


def test_an_error_of_a_statement_is_recorded_without_its_values(make_site):
    db = SQLAlchemy()
    app = make_site(db)

    @app.get("/")
    def fail():
        statement = sa.text("SELECT 1 FROM bottle WHERE api_key = :key")
        db.session.execute(statement, {"key": "canary"})

    with pytest.raises(sa.exc.OperationalError, match="no such table"):
        app.test_client().get("/", **LOCAL)

    stored = get_ring_file(app).read_bytes()
    assert b"no such table" in stored
    assert b"canary" not in stored
