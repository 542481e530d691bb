"""If this passes, requests behave as before, and redirects stay on the site."""

import io

import flask
import pytest
from flask import Flask, session
from flask.sessions import SecureCookieSession

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


@pytest.fixture
def app(door):
    app = Flask("site")
    app.secret_key = "x" * 40
    return app


def test_a_request_without_json_has_none(app):
    app.add_url_rule(
        "/", view_func=lambda: repr(flask.request.json), methods=["POST"], endpoint="i"
    )
    client = app.test_client()

    assert client.post("/", data="x").text == "None"
    assert client.post("/", json=[1]).text == "[1]"
    assert (
        client.post("/", data="{", content_type="application/json").status_code == 400
    )


def test_scripts_are_told_by_their_header(app):
    with app.test_request_context(headers={"X-Requested-With": "XMLHttpRequest"}):
        assert flask.request.is_xhr
    with app.test_request_context():
        assert not flask.request.is_xhr


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/secret?a=1", "http://localhost/secret?a=1"),
        ("//evil.example", "http://localhost/"),
        ("http://evil.example/x", "http://localhost/"),
        ("/\\evil.example", "http://localhost/"),
        ("http://localhost/own", "http://localhost/own"),
    ],
)
def test_a_link_cannot_redirect_to_another_host(app, target, location):
    app.add_url_rule(
        "/",
        view_func=lambda: flask.redirect(flask.request.args.get("next")),
        endpoint="i",
    )

    response = app.test_client().get("/", query_string={"next": target})

    assert response.headers["Location"] == location


def test_the_site_itself_may_redirect_anywhere(app):
    app.add_url_rule(
        "/", view_func=lambda: flask.redirect("https://example.org/"), endpoint="i"
    )

    assert (
        app.test_client().get("/?next=/x").headers["Location"] == "https://example.org/"
    )


def test_the_session_is_an_answer(app):
    @app.route("/")
    def index():
        session["k1"] = 1
        return session

    assert app.test_client().get("/").json == {"k1": 1}


def test_the_session_of_a_context_can_be_set(app):
    with app.test_request_context() as context:
        context.session = SecureCookieSession({"a": 1})
        assert session["a"] == 1


def test_old_options_of_files(app, tmp_path):
    (tmp_path / "a.txt").write_text("text")
    with app.test_request_context():
        sent = flask.send_file(
            io.BytesIO(b"x"),
            as_attachment=True,
            attachment_filename="b.txt",
            cache_timeout=5,
            add_etags=False,
        )
        found = flask.send_from_directory(str(tmp_path), filename="a.txt")
        found.direct_passthrough = False

    assert "b.txt" in sent.headers["Content-Disposition"]
    assert sent.cache_control.max_age == 5
    assert found.get_data() == b"text"
    found.close()
