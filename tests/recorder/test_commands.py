"""The terminal shows the last trace, a list of them, and what is repeated in one."""

import json

import pytest

from carboy.recorder import recorder_state

from .conftest import LOCAL


@pytest.fixture
def site(make_site):
    app = make_site()
    app.add_url_rule("/<name>", "show", lambda name: f"hello {name}")
    return app


def call(app, *arguments):
    return app.test_cli_runner().invoke(args=["debug", *arguments])


def test_the_last_request(site):
    site.test_client().get("/ada", **LOCAL)

    result = call(site, "last")

    assert result.exit_code == 0
    assert "GET /ada" in result.output
    assert "200" in result.output
    assert "view: tests.recorder.test_commands" in result.output


def test_the_list_has_the_newest_first(site):
    for name in ("ada", "bob"):
        site.test_client().get(f"/{name}", **LOCAL)

    lines = call(site, "list").output.splitlines()

    assert [line.split()[-1] for line in lines] == ["/bob", "/ada"]
    assert call(site, "list", "-n", "1").output.splitlines() == lines[:1]


def test_one_by_its_id_as_json(site):
    answer = site.test_client().get("/ada", **LOCAL)
    token = answer.headers["X-Debug-Token"]

    found = json.loads(call(site, "show", token, "--json").output)

    assert found["summary"]["id"] == token
    assert found["summary"]["name"] == "GET /ada"


def test_nothing_was_recorded(site):
    assert "Nothing was recorded yet." in call(site, "list").output
    result = call(site, "last")
    assert result.exit_code == 1
    assert "Nothing was recorded yet. Open a page" in result.output


def test_an_unknown_id(site):
    site.test_client().get("/ada", **LOCAL)

    result = call(site, "show", "nope")

    assert result.exit_code == 1
    assert "Nothing has the id 'nope'. `debug list` lists" in result.output


def test_clear(site):
    site.test_client().get("/ada", **LOCAL)

    assert call(site, "clear").exit_code == 0
    assert recorder_state.of(site).list_summaries() == []
