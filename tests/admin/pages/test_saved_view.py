"""A list keeps what it was asked for under a name, for those who may know it."""

import re
from typing import Any

import pytest

from carboy.admin import Admin
from carboy.auth import policy
from carboy.testing import Client
from tests.admin import zoo
from tests.admin.conftest import Site, log_in

LIST = "/-/admin/log/"
POST = "/-/admin/log/-/views"
HEADING = re.compile(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)')


def save(client: Client, name: str, **query: str) -> Any:
    return client.post(POST, data={"name": name, **query})


def tabs(client: Client, url: str = LIST) -> dict[str, str]:
    text = client.get(url).text
    found = re.search(r'<nav class="admin-views".*?</nav>', text, re.DOTALL)
    links = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)', found[0]) if found else []
    return {name: url.replace("&amp;", "&") for url, name in links}


def test_a_view_keeps_search_filter_order_and_columns(site: Site) -> None:
    client = log_in(site, "viewer")
    query = {"q": "line", "filter": "level = 1", "sort": "-id", "columns": "level,line"}

    answer = save(client, "First <b>level</b>", **query)

    assert answer.status_code == 303
    text = client.get(answer.location).text
    assert HEADING.findall(text) == ["Level", "Line"]
    assert text.count('class="admin-row"') == 26
    assert "First &lt;b&gt;level" in text
    assert tabs(client)["First &lt;b&gt;level&lt;/b&gt;"] == answer.location
    assert "First" not in log_in(site, "editor").get(LIST).text


def test_shared_views_are_for_all_who_see_what_they_name(
    sqlite_site: Site, admin: Admin
) -> None:
    admin.register(zoo.Log, restricted={"level": "count"})

    @policy("count", zoo.Log)
    def may_count(user: Any) -> bool:
        return bool(user.has_permission("zoo.everything"))

    boss, viewer = log_in(sqlite_site, "boss"), log_in(sqlite_site, "viewer")
    save(boss, "Lines", filter="line ~ 7", shared="1", columns="level,line")
    save(boss, "Levels", filter="level = 3", shared="1")
    save(boss, "Own", filter="line ~ 8")

    assert {*tabs(boss)} == {"All", "Lines", "Levels", "Own"}
    assert {*tabs(viewer)} == {"All", "Lines"}
    text = viewer.get(tabs(viewer)["Lines"]).text
    assert HEADING.findall(text) == ["Line"]
    assert "Delete view" not in text
    assert save(viewer, "Mine", q="x", shared="1").status_code == 403
    for number in (1, 2, 3):
        answer = viewer.post(f"{POST}/{number}/delete")
        assert answer.status_code in {403, 404}
    assert viewer.post(f"{POST}/3/delete").status_code == 404
    assert boss.post(f"{POST}/1/delete").status_code == 303
    assert {*tabs(viewer)} == set()


@pytest.mark.parametrize(
    ("name", "query"),
    [("", {"q": "x"}), ("n" * 61, {"q": "x"}), ("\0", {"q": "x"})],
)
def test_names_that_are_none_are_refused(
    sqlite_site: Site, name: str, query: dict[str, str]
) -> None:
    client = log_in(sqlite_site, "viewer")

    answer = save(client, name, **query)

    assert "1 to 60 characters" in client.get(answer.location).text
    assert tabs(client) == {}


def test_who_may_not_saves_nothing(sqlite_site: Site) -> None:
    for name in ("", "nobody"):
        assert save(log_in(sqlite_site, name), "x", q="x").status_code == 404
    client = log_in(sqlite_site, "boss")
    forged = {"Sec-Fetch-Site": "cross-site"}
    answer = client.post(POST, data={"name": "x"}, headers=forged)
    assert answer.status_code in {400, 403}
    assert client.get(POST).status_code in {404, 405}
    assert save(client, "x", filter="y" * 3_000).status_code == 400
    sqlite_site.app.extensions["carboy.admin"].is_read_only = True
    assert save(client, "x", q="x").status_code == 403
    assert "Save view" not in client.get(f"{LIST}?q=line").text
    assert tabs(client) == {}


def test_columns_that_are_none_are_left_out(sqlite_site: Site) -> None:
    client = log_in(sqlite_site, "viewer")

    def headings(columns: str, model: str = "log") -> list[str]:
        text = client.get(f"/-/admin/{model}/?columns={columns}").text
        return HEADING.findall(text)

    assert headings("level") == ["Level"]
    assert headings("level&columns=id") == ["Level", "Id"]
    assert headings("nothing") == ["Line", "Level"]
    for secret in ("password_hash", "api_token", "email.x", "__class__"):
        assert headings(secret, "account") == headings("", "account")
    assert headings("cage,mother", "animal") == ["Cage", "Mother"]
