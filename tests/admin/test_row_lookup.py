"""Rows are found by their key, a whole value, or letters of the newest ones."""

from typing import Any

import pytest

from carboy.admin import Admin, row_lookup
from carboy.admin.access import Access
from carboy.admin.row_lookup import RowLookup
from carboy.auth import policy
from tests.admin import zoo
from tests.admin.conftest import Site
from tests.admin.pages.test_list_view import counted


def find(
    site: Site, model: type[Any], text: str, limit: int = 5, *, user: str = ""
) -> list[Any]:
    """Return the keys of the rows that are found anywhere, for all or for a person."""
    with site.app.test_request_context():
        lookup, admin = make(site, model, user)
        rows = lookup.find_anywhere(admin, text, limit)
        return [zoo.sa.inspect(row).identity[0] for row in rows]


def make(site: Site, model: type[Any], user: str = "") -> tuple[RowLookup, Any]:
    console = site.app.extensions["carboy.admin"]
    person = site.find(user) if user else None
    access = Access(person, console.find, read_only=False, is_open=not user)
    return RowLookup(console, access), console.find(model)


def test_a_row_is_found_by_its_key_and_by_letters(site: Site) -> None:
    assert find(site, zoo.Log, "7", limit=1) != []
    assert 7 in find(site, zoo.Log, "7", limit=200)
    assert find(site, zoo.Log, "line 129") == [130]
    assert find(site, zoo.House, "dogs") == [1]
    assert find(site, zoo.House, "DOGS cats") == [1]
    assert find(site, zoo.House, "dogs lions") == []
    assert find(site, zoo.House, "%") == []


def test_a_key_of_text_is_found_as_it_is_and_as_it_is_in_an_address(site: Site) -> None:
    path = "a/b?c=d~e.f%20"

    assert find(site, zoo.Slug, path) == [path]
    assert find(site, zoo.Slug, "a.2fb.3fc.3dd.7ee.2ef.2520") == [path]


def test_letters_are_looked_for_in_the_newest_rows_and_whole_values_in_all(
    sqlite_site: Site, admin: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_lookup, "NEWEST", 10)
    with sqlite_site.app.app_context():
        zoo.db.session.add_all([zoo.House(name=f"House n{n:02}") for n in range(20)])
        zoo.db.session.commit()

    assert find(sqlite_site, zoo.House, "ouse n19") == [21]
    assert find(sqlite_site, zoo.House, "ouse n03") == []
    assert find(sqlite_site, zoo.House, "House n03") == [5]
    assert len(find(sqlite_site, zoo.House, "ouse", limit=20)) == 10
    with sqlite_site.app.test_request_context():
        lookup, house = make(sqlite_site, zoo.House)
        assert [row.id for row in lookup.find_in(house, "ouse n03", 5)] == [5]


def test_hidden_rows_are_left_out_before_they_are_counted(sqlite_site: Site) -> None:
    @policy("admin.view", zoo.Log)
    def may_view(_user: Any, log: zoo.Log) -> bool:
        return log.id > 4

    found = find(sqlite_site, zoo.Log, "line", limit=3, user="viewer")
    assert len(found) == 3
    assert min(found) > 4
    everything = find(sqlite_site, zoo.Log, "line", limit=200)
    seen = find(sqlite_site, zoo.Log, "line", limit=200, user="viewer")
    assert {*everything} - {*seen} == {1, 2, 3, 4}


def test_fields_that_the_user_does_not_see_are_not_looked_into(
    sqlite_site: Site, admin: Admin
) -> None:
    @policy("admin.see-name", zoo.House)
    def may_see(user: Any) -> bool:
        return bool(user.has_permission("zoo.everything"))

    admin.register(zoo.House, restricted={"name": "admin.see-name"})

    assert find(sqlite_site, zoo.House, "dogs") == [1]
    assert find(sqlite_site, zoo.House, "dogs", user="viewer") == []
    assert find(sqlite_site, zoo.House, "Cats & <b>dogs</b>", user="viewer") == []
    assert find(sqlite_site, zoo.House, "1", user="viewer") == [1]


def test_one_query_loads_what_names_the_rows(sqlite_site: Site) -> None:
    with sqlite_site.app.test_request_context():
        lookup, admin = make(sqlite_site, zoo.Animal)
    with counted(sqlite_site) as statements, sqlite_site.app.test_request_context():
        rows = lookup.find_anywhere(admin, "leo", 5)
        names = [admin.name_row(row) for row in rows]

    assert names == ["Leo"]
    assert len([each for each in statements if "FROM animal" in each]) == 1
    assert not any("chip_secret" in each for each in statements)
