"""Pages of other origins: only those that are named, and never with `*` and cookies."""

import pytest
from flask import Flask

from carboy.errors import SettingsError
from tests.rest.library import make_api

SHOP = "https://shop.example"
ASK = {"Origin": SHOP, "Access-Control-Request-Method": "POST"}


def make_client(**settings):
    app = Flask(__name__)
    app.config |= {
        f"REST_CORS_{name.upper()}": value for name, value in settings.items()
    }
    app.add_url_rule("/page", "page", lambda: "page")
    make_api().init_app(app)
    return app.test_client()


def test_without_the_setting_no_header_is_sent():
    answer = make_client().get("/api/books", headers={"Origin": SHOP})

    assert not [name for name, _ in answer.headers if name.startswith("Access-")]


def test_a_named_origin_may_read_and_ask_before_it_writes():
    client = make_client(origins=[SHOP], credentials=True, headers=["X-Shop"])

    answer = client.get("/api/books", headers={"Origin": SHOP})
    asked = client.options("/api/books", headers=ASK)

    assert answer.headers["Access-Control-Allow-Origin"] == SHOP
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert "Origin" in answer.headers["Vary"]
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    assert "POST" in asked.headers["Access-Control-Allow-Methods"]
    assert "X-Shop" in asked.headers["Access-Control-Allow-Headers"]
    assert asked.headers["Access-Control-Max-Age"] == "3600"


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "https://shop.example.evil",
        "http://shop.example",
        "",
    ],
)
def test_others_may_not(origin):
    client = make_client(origins=[SHOP], credentials=True)

    for method in ("GET", "OPTIONS"):
        headers = {**ASK, "Origin": origin}
        answer = client.open("/api/books", method=method, headers=headers)
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Origin" in answer.headers["Vary"]


def test_errors_of_an_api_can_be_read_and_other_pages_cannot():
    client = make_client(origins=["*"])

    wrong = client.get("/api/books?page=x", headers={"Origin": SHOP})
    page = client.get("/page", headers={"Origin": SHOP})

    assert wrong.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in page.headers


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"origins": ["*"], "credentials": True}, "every page could act"),
        ({"origins": ["shop.example"]}, "'shop.example', which is not an origin"),
        ({"origins": ["https://shop.example/"]}, "without a path"),
    ],
)
def test_settings_that_are_a_hole_are_refused(settings, words):
    with pytest.raises(SettingsError, match=words):
        make_client(**settings)
