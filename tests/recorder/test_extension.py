"""Requests are recorded in development, and nothing is there in production."""

import logging
import subprocess
import sys

import pytest
import sqlalchemy as sa
from flask import redirect, render_template_string, request
from sqlalchemy.orm import Mapped, mapped_column, relationship

from carboy.cache import Cache
from carboy.db import SQLAlchemy
from carboy.recorder import Recorder, recorder_state

LOCAL = {"base_url": "http://localhost"}


def last(app, **wanted):
    return recorder_state.of(app).find("last")


def kinds(trace):
    return [event.kind for event in trace.detail.events]


def test_a_request_is_recorded_with_route_view_and_status(make_site):
    app = make_site()

    @app.get("/shop/<name>")
    def show(name):
        return f"hello {name}"

    answer = app.test_client().get("/shop/bottle?page=2&token=abcdef", **LOCAL)

    trace = last(app)
    assert answer.headers["X-Debug-Token"] == trace.summary.id
    assert answer.headers["X-Debug-Token-Link"] == f"/-/debug/traces/{trace.summary.id}"
    assert trace.summary.name == "GET /shop/bottle"
    assert trace.summary.route == "/shop/<name>"
    assert trace.summary.status == "200"
    assert trace.detail.facts["view"].endswith("show")
    assert trace.detail.facts["query"] == "page=2&token=********"
    assert trace.detail.facts["request_id"] == answer.headers["X-Request-ID"]
    assert trace.summary.seconds > 0


def test_queries_are_recorded_with_their_line_on_the_fast_path(make_site):
    db = SQLAlchemy()

    class Bottle(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(30))

    app = make_site(db)

    @app.get("/")
    def index():
        return str(len(Bottle.query.filter_by(name="a").all()))

    with app.app_context():
        db.create_all()
    app.test_client().get("/", **LOCAL)

    [query] = [one for one in last(app).detail.events if one.kind == "query"]
    assert "FROM bottle" in query.text
    assert query.data["values"] == ["'a'"]
    assert query.place.startswith(__file__)
    # The recorder must not change what it looks at.
    assert not db_has_listeners(app, db)


def db_has_listeners(app, db):
    with app.app_context():
        return db.engine._has_events


def test_values_of_secret_columns_are_hidden(make_site):
    db = SQLAlchemy()

    class Person(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(30))
        password_hash = db.Column(db.String(99))

    app = make_site(db)

    @app.get("/")
    def index():
        db.session.add(Person(name="ada", password_hash="canary-1"))
        db.session.commit()
        db.session.execute(
            sa
            .update(Person)
            .where(Person.name == "ada")
            .values(password_hash="canary-2")
        )
        db.session.commit()
        Person.query.filter_by(password_hash="canary-3").all()
        db.session.execute(
            sa.text("SELECT 1 FROM person WHERE password_hash = :given"),
            {"given": "canary-4"},
        )
        return "done"

    with app.app_context():
        db.create_all()
    assert app.test_client().get("/", **LOCAL).text == "done"

    stored = b"".join(p.read_bytes() for p in (recorder_file(app),))
    assert b"canary" not in stored
    assert b"ada" in stored


def recorder_file(app):
    from pathlib import Path

    return Path(app.instance_path) / "recorder" / "traces.ring"


def test_a_loop_of_queries_is_named_with_the_line_of_the_template(make_site, tmp_path):
    db = SQLAlchemy()

    class Shelf(db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)
        items: Mapped[list["Item"]] = relationship()

    class Item(db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)
        shelf_id: Mapped[int] = mapped_column(sa.ForeignKey("shelf.id"))

    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "shelves.html").write_text(
        "<body>\n{% for shelf in shelves %}\n{{ shelf.items|length }}\n{% endfor %}</body>"
    )
    app = make_site(db)
    app.jinja_loader.searchpath.append(str(folder))

    @app.get("/")
    def index():
        from flask import render_template

        return render_template("shelves.html", shelves=Shelf.query.all())

    with app.app_context():
        db.create_all()
        db.session.add_all([Shelf(items=[Item(), Item()]) for _ in range(5)])
        db.session.commit()
    app.test_client().get("/", **LOCAL)

    trace = last(app)
    assert trace.summary.warnings == ("loop",)
    answer = (
        app.test_client().get(f"/-/debug/api/traces/{trace.summary.id}", **LOCAL).json
    )
    [group] = answer["groups"]
    assert group["count"] == 5
    assert group["place"] == f"{folder / 'shelves.html'}:3"


def test_cache_template_log_and_redirect_are_recorded(make_site):
    cache = Cache()
    app = make_site(cache)

    @app.get("/old")
    def old():
        cache.get("a")
        cache.set("a", 1)
        cache.get("a")
        logging.getLogger("shop").warning("Low on %s.", "corks")
        render_template_string("{{ 1 }}")
        return redirect("/new")

    app.test_client().get("/old", **LOCAL)

    trace = last(app)
    events = {
        kind: [one for one in trace.detail.events if one.kind == kind]
        for kind in kinds(trace)
    }
    assert [one.data.get("hit") for one in events["cache"]] == [False, None, True]
    [log] = events["log"]
    assert (log.text, log.data["level"]) == ("Low on corks.", "WARNING")
    [found] = events["redirect"]
    assert found.text == "302 /new"
    assert found.place.startswith(f"{__file__}:")
    assert len(events["template"]) == 1


def test_an_exception_is_recorded_with_its_line(make_site):
    app = make_site()

    @app.get("/")
    def fail():
        raise ValueError("no cork: postgresql://ada:canary@host/db")

    with pytest.raises(ValueError, match="no cork"):
        app.test_client().get("/", **LOCAL)

    trace = last(app)
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

    assert b"canary" not in recorder_file(app).read_bytes()
    assert b"/login" in recorder_file(app).read_bytes()


@pytest.mark.parametrize(
    "sent",
    [
        {"base_url": "http://example.com"},
        {"headers": {"X-Forwarded-For": "1.2.3.4"}},
        {"environ_base": {"REMOTE_ADDR": "10.0.0.1"}},
    ],
)
@pytest.mark.parametrize(
    "path",
    [
        "/-/debug/",
        "/-/debug/api/traces",
        "/-/debug/traces/last",
        "/-/debug/api/traces/last",
    ],
)
def test_others_get_404(make_site, path, sent):
    app = make_site()
    client = app.test_client()
    app.add_url_rule("/", "home", lambda: "<body></body>")
    client.get("/", **LOCAL)

    assert (
        client.get(path, **({"base_url": "http://localhost"} | sent)).status_code == 404
    )
    assert client.get(path, **LOCAL).status_code == 200


PRODUCTION = {"profile": "production", "TRUSTED_HOSTS": "localhost"}
HTTPS = {"base_url": "https://localhost"}


def test_a_guard_decides_instead(make_site):
    recorder, allowed = Recorder(), []
    recorder.guard(lambda: bool(allowed))
    app = make_site(recorder, RECORDER_SAMPLE="1", **PRODUCTION)
    app.add_url_rule("/", "home", lambda: "hello")
    client = app.test_client()
    client.get("/", **HTTPS)

    assert client.get("/-/debug/", **HTTPS).status_code == 404
    allowed.append(True)
    answer = client.get("/-/debug/", **HTTPS)
    assert answer.status_code == 200
    assert "GET /" in answer.text


def test_in_production_nobody_sees_traces_without_a_guard(make_site):
    app = make_site(RECORDER_SAMPLE="1", **PRODUCTION)
    app.add_url_rule("/", "home", lambda: "<body></body>")
    client = app.test_client()

    assert client.get("/", **HTTPS).text == "<body></body>"
    assert client.get("/-/debug/", **HTTPS).status_code == 404


def test_production_does_not_import_it(tmp_path):
    code = (
        "import sys\nfrom carboy import Carboy, Settings\n"
        "Carboy('shop', settings=Settings.load({}, root='.', environ={}, "
        "secret_key='of a test, and long enough to be one'))\n"
        "print([name for name in sys.modules if 'recorder' in name])\n"
    )

    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout.strip() == "[]"


def test_a_share_is_recorded(make_site):
    app = make_site(RECORDER_SAMPLE="0.5")
    app.add_url_rule("/", "home", lambda: "hello")
    client = app.test_client()

    answers = [client.get("/", **LOCAL) for _ in range(60)]

    count = sum("X-Debug-Token" in answer.headers for answer in answers)
    assert 5 < count < 55
    assert len(recorder_state.of(app).list_summaries(100)) == count


def test_the_bar_is_added_to_whole_pages_for_the_developer_only(make_site):
    app = make_site()
    app.add_url_rule("/", "home", lambda: "<html><body>hi</body></html>")
    app.add_url_rule("/part", "part", lambda: "<p>hi</p>")
    app.add_url_rule("/json", "json", lambda: {"a": 1})
    client = app.test_client()

    page = client.get("/", **LOCAL)

    assert page.text.endswith(" defer></script></body></html>")
    assert page.content_length == len(page.data)
    assert client.get("/part", **LOCAL).text == "<p>hi</p>"
    assert "X-Debug-Token" in client.get("/json", **LOCAL).headers
    assert "script" not in client.get("/", base_url="http://example.com").text
    fetched = client.get("/", headers={"Sec-Fetch-Dest": "empty"}, **LOCAL)
    assert "script" not in fetched.text


def test_pages_of_the_recorder_are_not_recorded(make_site):
    app = make_site()
    client = app.test_client()
    client.get("/-/debug/", **LOCAL)

    assert recorder_state.of(app).list_summaries() == []


def test_two_processes_share_the_file(make_site):
    first, second = make_site(), make_site()
    for app in (first, second):
        app.add_url_rule("/", "home", lambda: "hello")
        app.test_client().get("/", **LOCAL)

    assert len(recorder_state.of(first).list_summaries()) == 2


def test_an_unknown_trace_is_404(make_site):
    assert (
        make_site().test_client().get("/-/debug/traces/none", **LOCAL).status_code
        == 404
    )


def test_clear_needs_a_form_of_this_site(make_site):
    app = make_site()
    app.add_url_rule("/", "home", lambda: "hello")
    client = app.test_client()
    client.get("/", **LOCAL)

    refused = client.post(
        "/-/debug/clear", headers={"Origin": "http://evil.example"}, **LOCAL
    )

    assert refused.status_code in {400, 403}
    assert len(recorder_state.of(app).list_summaries()) == 1


def test_many_events_are_bounded(make_site):
    app = make_site()

    @app.get("/")
    def index():
        for number in range(3000):
            logging.getLogger("shop").warning("line %d", number)
        return "done"

    app.test_client().get("/", **LOCAL)

    trace = last(app)
    assert len(trace.detail.events) == 1000
    assert trace.detail.left_out == 2000
    assert trace.summary.counts["log"] == 3000
    page = app.test_client().get("/-/debug/traces/last", **LOCAL)
    assert len(page.data) < 100_000
