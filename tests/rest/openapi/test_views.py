"""The pages of the documentation: there in development, and small."""

import pytest
from flask import Flask

from carboy import Carboy, Settings
from tests.rest.library import make_api


@pytest.fixture
def app():
    app = Flask(__name__)
    app.debug = True
    make_api(description="Books and their authors.").init_app(app)
    return app


def test_the_overview_lists_and_searches(app):
    client = app.test_client()

    page = client.get("/-/docs").text
    found = client.get("/-/docs?q=authors").text

    assert "Books and their authors." in page
    assert "/api/books/{number}" in page
    assert "Authorization: Bearer" in page
    assert "/api/authors/{name}" in found
    assert "/api/books" not in found
    assert "No operation is found" in client.get("/-/docs?q=nothing").text


def test_every_operation_has_a_small_page(app):
    client = app.test_client()
    paths = client.get("/-/openapi.json").json["paths"]

    for item in paths.values():
        for operation in item.values():
            answer = client.get(f"/-/docs/operations/{operation['operationId']}")
            assert answer.status_code == 200
            assert len(answer.data) < 60_000
            assert "curl" in answer.text
    assert client.get("/-/docs/operations/nothing").status_code == 404


def test_a_description_of_the_site_is_no_html(app):
    client = app.test_client()

    assert "<script>alert" not in client.get("/-/docs?q=<script>alert").text


@pytest.mark.parametrize(
    ("docs", "is_debug", "status"),
    [
        ("development", True, 200),
        ("development", False, 404),
        ("always", False, 200),
        ("never", True, 404),
    ],
)
@pytest.mark.parametrize(
    "path", ["/-/docs", "/-/openapi.json", "/-/docs/static/docs.js"]
)
def test_it_is_closed_in_production_unless_a_setting_says_otherwise(
    docs, is_debug, status, path
):
    app = Flask(__name__)
    app.debug = is_debug
    app.config["REST_DOCS"] = docs
    make_api().init_app(app)

    answer = app.test_client().get(path)
    answer.close()

    assert answer.status_code == status


def test_a_site_in_production_has_not_even_the_routes(tmp_path):
    settings = Settings(profile="production", secret_key="k" * 40)
    app = Carboy("shop", settings=settings, root_path=str(tmp_path))
    make_api().init_app(app)

    assert not [rule for rule in app.url_map.iter_rules() if "docs" in rule.rule]
