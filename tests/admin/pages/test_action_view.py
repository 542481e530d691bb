"""Actions ask first, do what was shown, and need POST and the permissions."""

import re
from typing import Any

import pytest

from carboy.admin import Admin
from carboy.auth import policy
from carboy.testing import Client
from tests.admin import zoo
from tests.admin.conftest import Site, log_in

BASE = "/-/admin/log/-/actions"
HIDDEN = re.compile(r'name="(count|at|until)" value="([^"]*)"')


def confirm(client: Client, url: str, **changes: str) -> Any:
    sent = dict(HIDDEN.findall(client.get(url).text))
    return client.post(url, data=sent | changes)


def list_levels(site: Site) -> list[Any]:
    with site.app.app_context():
        query = zoo.db.select(zoo.Log.level).order_by(zoo.Log.id)
        return list(zoo.db.session.scalars(query))


@pytest.fixture(autouse=True)
def clear(admin: Admin) -> None:
    @admin.action(zoo.Log, "Clear the level")
    def clear_level(log: zoo.Log) -> None:
        log.level = None


def test_chosen_rows_are_asked_about_and_done(site: Site) -> None:
    client = log_in(site, "editor")
    url = f"{BASE}?action=clear_level&key=2&key=3&key=nonsense&key=99999&q=line"

    page = client.get(url)
    assert "2 rows." in page.text
    assert list_levels(site)[1:3] == [1, 2]
    answer = confirm(client, url)

    assert answer.status_code == 303
    assert answer.location == "/-/admin/log/?q=line"
    assert "Clear the level: 2 rows done." in client.get(answer.location).text
    assert list_levels(site)[1:4] == [None, None, 3]
    history = client.get("/-/admin/log/2/history").text
    assert "editor@zoo.example" in history


def test_all_that_match_are_done_without_tasks_too(site: Site) -> None:
    client = log_in(site, "editor")
    url = f"{BASE}?action=clear_level&all=1&filter=level+is+not+empty"

    answer = confirm(client, url)

    assert answer.status_code == 303, answer.text
    assert set(list_levels(site)) == {None}


def test_rows_that_came_in_are_asked_about_again(sqlite_site: Site) -> None:
    client = log_in(sqlite_site, "editor")
    url = f"{BASE}?action=clear_level&all=1&filter=level+%3D+1"

    assert confirm(client, url, count="3").status_code == 409
    assert client.post(url, data={}).status_code == 409
    assert list_levels(sqlite_site)[1] == 1


def test_the_list_offers_what_the_user_may_do(sqlite_site: Site) -> None:
    texts = {
        name: log_in(sqlite_site, name).get("/-/admin/log/").text
        for name in ("viewer", "editor", "boss")
    }

    assert 'name="key"' not in texts["viewer"]
    assert ">Clear the level</option>" in texts["editor"]
    assert ">Delete</option>" not in texts["editor"]
    assert ">Delete</option>" in texts["boss"]


def test_who_may_not_gets_no_further(sqlite_site: Site) -> None:
    url = f"{BASE}?action=clear_level&key=2"
    for name, status in (("", 404), ("nobody", 404), ("viewer", 403)):
        client = log_in(sqlite_site, name)
        assert client.get(url).status_code == status, name
        assert client.post(url, data={"count": "1"}).status_code == status, name
    client = log_in(sqlite_site, "editor")
    for action, status in (("delete", 403), ("nothing", 404), ("", 404)):
        url = f"{BASE}?action={action}&key=2"
        assert client.post(url, data={"count": "1"}).status_code == status, action
    forged = {"Sec-Fetch-Site": "cross-site"}
    url = f"{BASE}?action=clear_level&key=2"
    answer = client.post(url, data={"count": "1"}, headers=forged)
    assert answer.status_code in {400, 403}
    assert list_levels(sqlite_site)[1] == 1


def test_rows_that_a_policy_refuses_stay_and_are_not_counted(
    sqlite_site: Site,
) -> None:
    @policy("admin.view", zoo.Log)
    def may_view(_user: Any, log: zoo.Log) -> bool:
        return log.id <= 110

    @policy("admin.clear_level", zoo.Log)
    def may_clear(_user: Any, log: zoo.Log) -> bool:
        return log.id != 3

    client = log_in(sqlite_site, "editor")

    text = client.get(f"{BASE}?action=clear_level&key=2&key=3&key=120").text
    assert "1 row." in text
    assert "You may not do this with 1 row" in text
    assert "line 119" not in text
    url = f"{BASE}?action=clear_level&all=1"
    assert "109 rows." in client.get(url).text
    confirm(client, url)
    levels = list_levels(sqlite_site)
    assert levels[2] == 2
    assert levels[110:] == [n % 5 or None for n in range(110, 130)]
    assert set(levels[:110]) == {None, 2}


def test_a_deletion_shows_what_goes_along(sqlite_site: Site) -> None:
    client = log_in(sqlite_site, "boss")
    with sqlite_site.app.app_context():
        house = zoo.House(name="Empty", cages=[zoo.Cage(label="E1")])
        zoo.db.session.add(house)
        zoo.db.session.commit()
        url = f"/-/admin/house/-/actions?action=delete&key={house.id}&key=1"

    text = client.get(url).text
    assert "Cage E1" in text
    assert "Deleted along" in text
    assert confirm(client, url).status_code == 303
    assert client.get("/-/admin/house/1").status_code == 404
    # Its animals have lost their cage, and nothing else.
    assert client.get("/-/admin/animal/1").status_code == 200


def test_dangerous_actions_need_a_fresh_login(sqlite_site: Site) -> None:
    client = log_in(sqlite_site, "boss")
    with client.session_transaction() as session:
        session["_auth_time"] = 0

    url = f"{BASE}?action=delete&key=2"
    assert client.get(url).status_code != 200
    client.post(url, data={"count": "1"})
    assert client.get("/-/admin/log/2").status_code == 200


def test_nothing_chosen_is_said(sqlite_site: Site) -> None:
    client = log_in(sqlite_site, "editor")

    answer = client.get(f"{BASE}?action=clear_level&filter=level+%3D+1")

    assert answer.status_code == 303
    assert "Choose the rows first." in client.get(answer.location).text
    assert client.get(f"{BASE}?action=clear_level&all=1&filter=(").status_code == 400


def test_many_rows_get_one_value_by_the_rules_of_their_form(site: Site) -> None:
    client = log_in(site, "editor")
    url = f"{BASE}?action=edit&key=2&key=3"
    page = client.get(url).text
    assert 'name="line"' in page
    assert 'name="id"' not in page
    sent = dict(HIDDEN.findall(page))

    for more, problem in (
        ({}, "Mark at least one field"),
        ({"set": "level", "level": "many"}, "Level: "),
        ({"set": "line", "line": ""}, "Line: "),
        ({"set": "id", "id": "77"}, "Mark at least one field"),
    ):
        answer = client.post(url, data=sent | more)
        assert answer.status_code == 422, more
        assert problem in answer.text
    # What is not marked is not written.
    answer = client.post(url, data=sent | {"set": "level", "level": "9", "line": "x"})

    assert answer.status_code == 303, answer.text
    assert list_levels(site)[:4] == [None, 9, 9, 3]
    assert "line 1" in client.get("/-/admin/log/2").text


def test_a_value_that_a_policy_refuses_is_undone(sqlite_site: Site) -> None:
    @policy("admin.edit", zoo.Log)
    def may_edit(_user: Any, log: zoo.Log) -> bool:
        return log.level != 9 and log.id != 3

    client = log_in(sqlite_site, "editor")
    url = f"{BASE}?action=edit&key=2&key=3&key=4"

    for level in ("9", "8"):
        confirm(client, url, set="level", level=level)

    assert list_levels(sqlite_site)[1:4] == [8, 2, 8]
