"""Session cookies: what must vary, and which key signs."""

import flask
import pytest
from itsdangerous import BadSignature

ACCESSORS = {
    "in": lambda session: "a" in session,
    "len": len,
    "get": lambda session: session.get("a"),
    "item": lambda session: session["a"],
    "iter": lambda session: [*session],
    "keys": lambda session: [*session.keys()],
    "values": lambda session: [*session.values()],
    "items": lambda session: [*session.items()],
    "bool": bool,
    "copy": dict,
    "pop": lambda session: session.pop("a"),
    "setdefault": lambda session: session.setdefault("a", "2"),
    "set": lambda session: session.update(a="3"),
    "equal": lambda session: session == {"a": "1"},
}


@pytest.fixture
def app(make_app):
    app = make_app()

    @app.get("/login")
    def login():
        flask.session["a"] = "1"
        flask.session.permanent = True
        return "in"

    @app.get("/untouched")
    def untouched():
        return "not read"

    return app


def test_cve_2023_30861_a_refreshed_permanent_session_varies_by_cookie(app):
    client = app.test_client()
    client.get("/login")

    response = client.get("/untouched")

    assert response.headers.get("Set-Cookie", "").startswith("session=")
    assert response.vary.as_set() == {"cookie"}


def test_cve_2023_30861_an_anonymous_page_that_reads_no_session_stays_cacheable(app):
    response = app.test_client().get("/untouched")

    assert "Set-Cookie" not in response.headers
    assert "Vary" not in response.headers


@pytest.mark.parametrize("name", ACCESSORS)
def test_cve_2026_27205_every_way_to_read_the_session_varies_by_cookie(app, name):
    app.add_url_rule("/read", view_func=lambda: repr(ACCESSORS[name](flask.session)))
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    client = app.test_client()
    client.get("/login")

    response = client.get("/read")

    assert response.status_code == 200
    assert "cookie" in response.vary


def test_cve_2026_27205_reading_through_a_hook_or_a_template_varies_too(app):
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    app.add_url_rule(
        "/template",
        view_func=lambda: flask.render_template_string("{{ 'a' in session }}"),
    )
    app.before_request(lambda: None)

    response = app.test_client().get("/template")

    assert response.get_data() == b"False"
    assert "cookie" in response.vary


def test_cve_2025_47278_the_current_key_signs_and_the_old_one_still_opens(app):
    app.add_url_rule("/who", view_func=lambda: flask.session.get("a", "nobody"))
    old = app.test_client()
    old.get("/login")
    app.config["SECRET_KEY_FALLBACKS"] = [app.secret_key, "even older" * 4]
    app.secret_key = "the new key" * 3

    answer = old.get("/who").get_data()
    cookie = old.get_cookie("session")
    app.config["SECRET_KEY_FALLBACKS"] = []
    signer = app.session_interface.get_signing_serializer(app)

    assert answer == b"1"
    assert signer.loads(cookie.value)["a"] == "1"


def test_cve_2025_47278_a_key_that_is_no_fallback_any_more_opens_nothing(app):
    app.add_url_rule("/who", view_func=lambda: flask.session.get("a", "nobody"))
    old = app.test_client()
    old.get("/login")
    cookie = old.get_cookie("session").value
    app.secret_key = "the new key" * 3

    assert old.get("/who").get_data() == b"nobody"
    with pytest.raises(BadSignature):
        app.session_interface.get_signing_serializer(app).loads(cookie)


@pytest.mark.parametrize("value", ["", ".", "e30", "e30.x.y", "x" * 5000, "\x00", "ü;"])
def test_a_broken_session_cookie_is_an_empty_session(app, value):
    app.add_url_rule("/who", view_func=lambda: repr(dict(flask.session)))
    environ = {"HTTP_COOKIE": f"session={value}".encode().decode("latin-1")}

    response = app.test_client(use_cookies=False).get("/who", environ_base=environ)

    assert response.get_data() == b"{}"
