"""Lists show what is asked for, page by page, in a constant number of queries."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from carboy.admin import Admin
from carboy.auth import policy
from carboy.testing import Client
from tests.admin import zoo
from tests.admin.conftest import Site, log_in

ROW = re.compile(r'class="admin-row" id="row-\d+" href="/-/admin/[a-z-]+/([^"/]+)"')
NEXT = re.compile(r'rel="next" href="([^"]+)"')
PREVIOUS = re.compile(r'rel="prev" href="([^"]+)"')


@contextmanager
def counted(site: Site) -> Iterator[list[str]]:
    """Yield the statements of the main database while the block runs."""
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        statements.append(statement)

    with site.app.app_context():
        engine = zoo.db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def keys(client: Client, url: str, **query: str) -> list[str]:
    answer = client.get(f"/-/admin/{url}/", query_string=query)
    assert answer.status_code == 200, answer.text
    return ROW.findall(answer.text)


@pytest.mark.parametrize("sort", ["", "level", "-level", "-level,line", "-id"])
def test_pages_hold_each_row_once_in_both_directions(site: Site, sort: str) -> None:
    """Missing values included, which databases order differently."""
    client = log_in(site, "viewer")
    url, pages = f"/-/admin/log/?sort={sort}", []
    while url:
        text = client.get(url).text
        pages.append(ROW.findall(text))
        following = NEXT.search(text)
        url = following[1].replace("&amp;", "&") if following else ""
    back = PREVIOUS.search(text)
    backward = [pages[-1]]
    while back:
        text = client.get(back[1].replace("&amp;", "&")).text
        backward.insert(0, ROW.findall(text))
        back = PREVIOUS.search(text)

    assert [len(page) for page in pages] == [50, 50, 30]
    assert len({key for page in pages for key in page}) == 130
    assert backward == pages


def test_a_place_that_is_none_is_the_first_page(sqlite_site: Site) -> None:
    client = log_in(sqlite_site, "viewer")

    for place in ("nonsense", "1~2~3", ".zz", "9" * 400, "\0", "~", "..", "é"):
        assert len(keys(client, "log", after=place)) == 50, place


def test_queries_are_as_many_for_two_rows_as_for_fifty(
    site: Site, admin: Admin
) -> None:
    admin.register(
        zoo.Animal, columns=["name", "cage", "mother", "cage.house.name", "diet"]
    )
    client = log_in(site, "viewer")
    client.get("/-/admin/animal/")
    with counted(site) as few:
        client.get("/-/admin/animal/")
    with site.app.app_context():
        cages = [zoo.Cage(label=f"B{n}", house_id=1) for n in range(40)]
        zoo.db.session.add_all([
            zoo.Animal(name=f"Ant {n}", cage=cages[n]) for n in range(40)
        ])
        zoo.db.session.commit()
    with counted(site) as many:
        answer = client.get("/-/admin/animal/")

    assert len(ROW.findall(answer.text)) == 43
    # One of them asks whether a view was ever saved.
    assert len(many) == len(few) <= 7, many
    assert not any("count(" in each.lower() for each in many)
    assert not any("chip_secret" in each for each in many)


FILTERS = {
    "kind = lion": {"1", "2"},
    "kind != lion": {"3"},
    "name ~ LE": {"1"},
    "name ^= s": {"2"},
    "name !~ o": {"2"},
    'name in (Leo, "Worm")': {"1", "3"},
    "name not in (Leo)": {"2", "3"},
    "weight > 190": {"1"},
    "weight is empty": {"2", "3"},
    "weight != 190.50": {"2", "3"},
    "not weight > 1": {"2", "3"},
    "diet = meat": {"1"},
    "is_tame = no": {"1", "2", "3"},
    "created_at >= today and created_at < tomorrow": {"1", "2", "3"},
    "created_at = 2001-02-03": set(),
    "created_at > -1h": {"1", "2", "3"},
    "mother = 1": {"2"},
    "mother is empty": {"1", "3"},
    "mother != 1": {"1", "3"},
    "mother.name = Leo": {"2"},
    "cage.house.name ~ cats": {"1", "2"},
    "passport is not empty": {"1"},
    "passport.number = P-1": {"1"},
    "(name = Leo or name = Worm) and not weight is empty": {"1"},
    "name = Leo or name = Worm and weight > 1": {"1"},
    "notes is empty": {"1", "2", "3"},
}


def test_filters_of_each_kind(site: Site) -> None:
    client = log_in(site, "viewer")

    for text, expected in FILTERS.items():
        assert {*keys(client, "animal", filter=text)} == expected, text


def test_filters_that_make_no_sense_say_so(site: Site) -> None:
    client = log_in(site, "viewer")

    for text in (
        "name",
        "name =",
        "name = = x",
        "(name = x",
        "name = x)",
        "nam = x",
        "chip_secret ~ canary",
        "mother.chip_secret ~ canary",
        "password_hash = x",
        "weight = heavy",
        "weight = NaN",
        "weight = 1e999",
        "id = 99999999999999999999",
        "id = \u0661",
        "diet = stones",
        "created_at = soon",
        "name < x",
        "name.x = y",
        "mother.mother.mother.mother.name = x",
        "(" * 30 + "name = x" + ")" * 30,
        "not " * 30 + "name = x",
        " and ".join(["name = x"] * 60),
        "name = " + "x" * 3000,
        "name = '\0'",
        "name = \"x' OR 1=1 --",
        "name; DROP TABLE animal = x",
    ):
        answer = client.get("/-/admin/animal/", query_string={"filter": text})
        assert answer.status_code == 400, text
        assert zoo.SECRET not in answer.text


def test_every_operator_works_on_every_type(site: Site) -> None:
    from carboy.admin.lists import OPERATORS  # noqa: PLC0415 - of this test alone

    samples = {
        "text": "text",
        "long_text": "long",
        "integer": "1",
        "number": "1.25",
        "boolean": "true",
        "choice": "m",
        "date": "2026-11-30",
        "time": "01:02:03",
        "datetime": "2026-11-30T12:00:00",
        "uuid": "0" * 31 + "7",
    }
    client = log_in(site, "viewer")
    with site.app.app_context():
        attributes = site.app.extensions["carboy.admin"].admins["everything"].attributes

    assert "token_id" not in attributes
    for attribute in attributes.values():
        for operator in OPERATORS[attribute.kind]:
            value = samples.get(attribute.kind, "")
            values = f" ({value})" if "in" in operator.split() else f" {value}"
            text = attribute.name + f" {operator}"
            text += "" if operator.endswith("empty") else values
            found = client.get("/-/admin/everything/", query_string={"filter": text})
            assert found.status_code == 200, (text, found.text[-3000:])


def test_a_form_adds_a_condition_and_a_chip_removes_it(sqlite_site: Site) -> None:
    client = log_in(sqlite_site, "viewer")

    answer = client.get(
        "/-/admin/animal/?filter=name+~+o&q=e&add=diet&operator=%3D&value=meat&value=both"
    )
    assert answer.status_code == 303
    assert "diet+in+(meat,+both)" in answer.location
    text = client.get(answer.location).text
    assert "Diet is one of Meat, Both" in text
    assert 'href="/-/admin/animal/?q=e&amp;filter=name+~+o"' in text
    # What a form cannot ask for changes nothing.
    for query in (
        "add=chip_secret&operator=~&value=c",
        "add=name&operator=%3Bdrop&value=1",
    ):
        answer = client.get(f"/-/admin/animal/?{query}")
        assert "filter" not in answer.location


def test_search_finds_words_in_any_field(sqlite_site: Site, admin: Admin) -> None:
    admin.register(zoo.Animal, search=["name", "^kind", "=notes", "id"])
    client = log_in(sqlite_site, "viewer")

    assert {*keys(client, "animal", q="leo")} == {"1"}
    assert {*keys(client, "animal", q="le lio")} == {"1"}
    assert {*keys(client, "animal", q="2")} == {"2"}
    assert {*keys(client, "animal", q="ion")} == set()
    assert {*keys(client, "animal", q="100%")} == set()
    assert {*keys(client, "animal", q="\0")} == {"1", "2", "3"}
    assert {*keys(client, "account", q=zoo.SECRET)} == set()


def test_hidden_columns_sort_nothing(sqlite_site: Site) -> None:
    client = log_in(sqlite_site, "viewer")

    plain = keys(client, "account")
    for sort in ("api_token", "password_hash", "-api_token", "nothing", "id;drop", ","):
        assert keys(client, "account", sort=sort) == plain, sort


PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "javascript:alert(1)",
)


def test_values_are_text_whatever_they_hold(sqlite_site: Site) -> None:
    client = log_in(sqlite_site, "viewer")
    with sqlite_site.app.app_context():
        for payload in PAYLOADS:
            house = zoo.House(name=payload)
            cage = zoo.Cage(label=payload, house=house)
            zoo.db.session.add(zoo.Animal(name=payload, cage=cage))
            zoo.db.session.add(zoo.Everything(data={payload: payload}, text=payload))
        zoo.db.session.commit()

    for url in ("animal/", "cage/", "house/", "everything/", "animal/4", "cage/2"):
        for query in ({}, {"q": PAYLOADS[1]}, {"filter": f"name = '{PAYLOADS[0]}'"}):
            text = client.get(f"/-/admin/{url}", query_string=query).text
            assert "<script>alert" not in text
            assert "<img src=x" not in text
            assert 'href="javascript' not in text
            assert "49" not in re.findall(r"<td[^>]*>([^<]*)<", text)


def test_columns_may_be_functions(sqlite_site: Site, admin: Admin) -> None:
    @admin.column(zoo.Animal, "Shout")
    def shout(animal: Any) -> str:
        return f"{animal.name}! <b>"

    text = log_in(sqlite_site, "viewer").get("/-/admin/animal/").text

    assert "Leo! &lt;b&gt;" in text
    assert ">Shout<" in text


def test_a_scope_narrows_lists_and_pages(sqlite_site: Site, admin: Admin) -> None:
    admin.register(zoo.Animal, scope=lambda rows: rows.where(zoo.Animal.name != "Leo"))
    client = log_in(sqlite_site, "viewer")

    assert keys(client, "animal") == ["3", "2"]
    assert client.get("/-/admin/animal/1").status_code == 404


def test_a_related_row_is_filtered_by_its_name(sqlite_site: Site) -> None:
    client = log_in(sqlite_site, "viewer")

    for text in ("Leo", "Leo [1]", "1"):
        query = {"add": "mother", "operator": "=", "value": text}
        answer = client.get("/-/admin/animal/", query_string=query)
        assert answer.location.endswith("?filter=mother+%3D+1"), text


def test_addresses_hold_no_value_of_a_hidden_row(site: Site, admin: Admin) -> None:
    @policy("admin.view", zoo.Log)
    def may_view(_user: Any, log: zoo.Log) -> bool:
        return log.id < 50 or log.id == 121

    admin.register(zoo.Log, sort="id")
    client, url, found = log_in(site, "viewer"), "/-/admin/log/", []
    for _ in range(9):
        text = client.get(url).text
        found += ROW.findall(text)
        for place in re.findall(r"[?;](?:after|before)=(\d+)", text):
            assert place in {*found}, url
        following = NEXT.search(text)
        if following is None:
            break
        url = following[1].replace("&amp;", "&")

    assert found == [*map(str, range(1, 50)), "121"]
