"""The example board works from its first page to the end of its task."""

import re
import sys
from pathlib import Path

import pytest

from carboy.core import registry_of

BBS = Path(__file__).parents[2] / "examples" / "bbs"


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(BBS))
    monkeypatch.setenv("CARBOY_PROFILE", "testing")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'bbs.db'}")
    for name in [name for name in sys.modules if name.split(".")[0] == "bbs"]:
        monkeypatch.delitem(sys.modules, name)
    from bbs import create_app, ext  # noqa: PLC0415 - found through the path above

    app = create_app()
    with app.app_context():
        ext.db.create_all()
    return app


@pytest.fixture
def client(app):
    return app.test_client()


def test_somebody_writes_a_topic_and_somebody_replies(client):
    topic = {"title": "Cork or <crown>?", "author": "ada", "text": "What do you take?"}

    made = client.post("/topics", data=topic)
    client.post(made.location + "/replies", data={"author": "bob", "text": "Cork."})

    page = client.get(made.location).text
    assert "Cork or &lt;crown&gt;?" in page
    assert "Cork." in page
    assert "1 topic, 1 reply" in client.get("/").text


@pytest.mark.parametrize(("left_out"), ["title", "author", "text"])
def test_an_empty_field_is_named(client, left_out):
    topic = {"title": "a", "author": "b", "text": "c"} | {left_out: "  "}

    answer = client.post("/topics", data=topic)

    assert answer.status_code == 422
    assert f"Please fill in {left_out}" in answer.text


def test_a_topic_that_does_not_exist_is_a_page_too(client):
    assert client.get("/topics/77").status_code == 404


def test_a_long_list_has_pages(client):
    for number in range(12):
        client.post("/topics", data={"title": f"t{number}", "author": "a", "text": "x"})

    assert "Page 1 of 2" in client.get("/").text
    assert "t0<" in client.get("/?page=2").text


def test_it_has_the_batteries_it_names(app):
    assert {"db", "cache", "tasks"} <= set(registry_of(app).installed)


def test_an_old_browser_writes_with_the_token_of_the_page(client):
    old = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Trident/7.0) like Gecko"}
    topic = {"title": "Cork?", "author": "ada", "text": "What do you take?"}
    assert client.post("/topics", data=topic, headers=old).status_code == 400

    made = client.post("/topics", data=topic | read_token(client, "/"), headers=old)
    reply = {"author": "bob", "text": "Cork."} | read_token(client, made.location)
    client.post(f"{made.location}/replies", data=reply, headers=old)

    assert "Cork." in client.get(made.location).text


def read_token(client, path):
    page = client.get(path, headers={"User-Agent": "Mozilla/5.0"}).text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, f"no token in {path}"
    return {"csrf_token": found[1]}


def test_topics_are_imported_again_in_the_language_of_who_asks(
    client, app, monkeypatch
):
    monkeypatch.setattr("bbs.jobs.sleep", lambda _seconds: None)
    chinese = {"Accept-Language": "zh-CN"}
    client.post("/import", headers=chinese)
    assert "再次导入" not in client.get("/", headers=chinese).text

    tasks = registry_of(app).installed["tasks"]
    with app.app_context():
        tasks.drain()

    page = client.get("/", headers=chinese).text
    assert "再次导入" in page
    assert "苹果酒" in client.get("/?page=3", headers=chinese).text
