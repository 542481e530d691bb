"""Errors are a page for browsers and RFC 9457 for programs, without details."""

import re

import pytest
from flask import Flask, abort, make_response, request
from flask.sessions import SecureCookieSessionInterface

from carboy import Carboy, Settings
from carboy.errors import RefusedError, UnavailableError
from carboy.site import ErrorPages

CODES = (400, 401, 403, 404, 405, 409, 413, 415, 418, 422, 429, 500, 503)


class SlowDownError(RefusedError):
    status = 429
    retry_after = 7


def broken():
    canary = "canary-in-a-local"
    raise RuntimeError(canary)


def read_json():
    return request.get_json()


@pytest.fixture
def app(tmp_path):
    settings = Settings(profile="testing", testing=False, secret_key="canary-key-" * 5)
    app = Carboy("shop", settings=settings, root_path=str(tmp_path))
    app.add_url_rule("/abort/<int:code>", "abort", abort)
    app.add_url_rule("/broken", "broken", broken)

    @app.get("/said")
    def said():
        abort(403, "Only the <b>owner</b> may do this.")

    @app.get("/ready-made")
    def ready_made():
        abort(make_response("my own", 410))

    @app.get("/slow")
    def slow():
        raise SlowDownError("Too many. Try again in 7 seconds.")

    @app.get("/away")
    def away():
        raise UnavailableError("canary-host:5432 does not answer", retry_after=3)

    return app


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.mark.parametrize("code", CODES)
def test_browsers_get_a_page(client, code):
    answer = client.get(f"/abort/{code}")

    assert answer.status_code == code
    assert answer.content_type == "text/html; charset=utf-8"
    assert f'aria-hidden="true">{code}</p>' in answer.text
    assert answer.headers["X-Request-ID"] in answer.text
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("code", CODES)
def test_programs_get_a_problem_document(client, code):
    answer = client.get(f"/abort/{code}", headers={"Accept": "application/json"})

    assert answer.status_code == code
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == code
    assert answer.json["instance"] == f"/abort/{code}"
    assert set(answer.json) >= {"type", "title", "detail", "request_id"}


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
        ("application/problem+json", "application/problem+json"),
        ("application/json, text/html;q=0.5", "application/problem+json"),
        ("application/json;q=0.1, text/html", "text/html"),
    ],
)
def test_each_client_gets_the_format_that_it_prefers(client, accept, kind):
    answer = client.get("/nothing", headers={"Accept": accept})

    assert answer.mimetype == kind


def test_a_client_that_sends_json_gets_json(client):
    assert client.post("/abort/404", json={}).mimetype == "application/problem+json"


def test_the_description_of_a_view_is_shown_and_escaped(client):
    text = client.get("/said").text

    assert "Only the &lt;b&gt;owner&lt;/b&gt; may do this." in text


def test_an_error_with_its_own_response_is_not_changed(client):
    assert client.get("/ready-made").text == "my own"


def test_405_lists_the_methods(client):
    assert "GET" in client.post("/broken").headers["Allow"]


def test_errors_of_batteries_have_their_status(client):
    slow, away = client.get("/slow"), client.get("/away")

    assert (slow.status_code, slow.headers["Retry-After"]) == (429, "7")
    assert "Try again in 7 seconds" in slow.text
    assert (away.status_code, away.headers["Retry-After"]) == (503, "3")


@pytest.mark.parametrize("path", ["/broken", "/away", "/abort/500"])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_an_error_page_shows_nothing_of_the_exception(client, path, accept):
    answer = client.get(path, headers={"Accept": accept})

    seen = answer.text + str(answer.headers)
    for secret in ("canary", "Traceback", "RuntimeError", "/work", ".py"):
        assert secret not in seen


def test_a_site_overrides_the_page(client, tmp_path):
    folder = tmp_path / "templates" / "errors"
    folder.mkdir(parents=True)
    (folder / "404.html").write_text("mine: {{ status }}")
    (folder / "error.html").write_text("all: {{ status }}")

    assert client.get("/nothing").text == "mine: 404"
    assert client.get("/abort/403").text == "all: 403"


def test_the_page_is_rendered_if_no_url_can_be_built(client, app, tmp_path):
    folder = tmp_path / "templates" / "errors"
    folder.mkdir(parents=True)
    (folder / "error.html").write_text("{{ url_for('broken') }}")
    app.config["TRUSTED_HOSTS"] = ["shop.example"]

    answer = client.get("/", headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert re.search(r'href="/-/static/[0-9a-f]{12}/ui\.css"', answer.text)


def test_a_site_of_json_answers_json_to_everyone():
    settings = Settings.load(
        {"ERRORS_FORMAT": "json", "MAX_CONTENT_LENGTH": 10},
        environ={"CARBOY_PROFILE": "testing", "SECRET_KEY": "k" * 40},
    )
    app = Carboy("shop", settings=settings)
    app.testing = False
    app.add_url_rule("/broken", "broken", lambda: 1 / 0)
    app.add_url_rule("/json", "json", read_json, methods=["POST"])
    client = app.test_client()

    for accept in ("text/html,*/*;q=0.8", "*/*", "application/json", ""):
        headers = {"Accept": accept}
        answers = {
            404: client.get("/nothing", headers=headers),
            405: client.delete("/json", headers=headers),
            413: client.post("/json", headers=headers, json="x" * 20),
            415: client.post("/json", headers=headers, data="x"),
            500: client.get("/broken", headers=headers),
        }
        for status, answer in answers.items():
            assert answer.status_code == answer.json["status"] == status
            assert answer.content_type == "application/problem+json"


def test_the_page_has_the_look_and_the_theme_of_the_site(client, tmp_path):
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "theme.css").write_text(":root { --ui-accent: teal }")

    text = client.get("/nothing").text

    for name in (r"/-/static/\w{12}/ui\.css", r"/static/-/\w{12}/theme\.css"):
        address = re.search(f'href="({name})"', text)[1]
        with client.get(address) as answer:
            assert answer.mimetype == "text/css"
            assert answer.status_code == 200


def test_the_page_does_not_open_the_session(app, client):
    class BrokenSessions(SecureCookieSessionInterface):
        lazy = True

        def open_session(self, app, request):
            raise UnavailableError("the store of sessions does not answer")

    app.session_interface = BrokenSessions()
    client.set_cookie("session", "anything")

    assert client.get("/nothing").status_code == 404


@pytest.mark.parametrize("code", CODES)
def test_an_app_without_the_look_gets_plain_pages(code):
    app = Flask("plain")
    ErrorPages(app)
    app.add_url_rule("/abort/<int:code>", "abort", abort)

    answer = app.test_client().get(f"/abort/{code}")

    assert answer.status_code == code
    assert f'aria-hidden="true">{code}</p>' in answer.text
    assert "stylesheet" not in answer.text
