"""Rows are written as HTML by hand; no value or label becomes markup."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from markupsafe import Markup

from carboy.admin import Admin
from carboy.admin.access import Access
from carboy.admin.pages.page import ConsolePage
from carboy.admin.pages.table_body import TableBody
from tests.admin import zoo
from tests.admin.conftest import Site

EVIL = """<script>alert(1)</script>"'&"""
EVIL_HTML = "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&amp;"
HERE = f"/-/admin/house/?q={EVIL}"


class Tags(HTMLParser):
    """Collects what a browser would see: tags with their attributes, and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def list_values(self, attribute: str) -> list[str | None]:
        return [values[attribute] for _, values in self.tags if attribute in values]


@pytest.fixture(autouse=True)
def context(sqlite_site: Site) -> Iterator[None]:
    with sqlite_site.app.test_request_context():
        yield


def render(
    site: Site,
    rows: list[Any],
    *,
    editable: tuple[str, ...] = (),
    can_choose: bool = False,
    read_only: bool = False,
) -> str:
    console = site.app.extensions["carboy.admin"]
    access = Access(None, console.find, read_only=read_only, is_open=True)
    admin = console.find(type(rows[0]))
    page = ConsolePage(console, access, "")
    body = TableBody(page, admin, admin.columns, editable, HERE, can_choose=can_choose)
    return str(body.render(rows))


def test_rows_have_a_link_numbers_and_boxes(sqlite_site: Site, admin: Admin) -> None:
    admin.register(zoo.Log, columns=["line", "level"])
    rows = [zoo.Log(id=7, line="a", level=2), zoo.Log(id=8, line="b")]

    assert render(sqlite_site, rows, can_choose=True) == (
        '<tr><td class="admin-check"><input type="checkbox" form="admin-actions" '
        'name="key" value="7" aria-labelledby="row-1"></td>'
        '<td data-label="Line"><a class="admin-row" id="row-1" '
        'href="/-/admin/log/7">a</a></td>'
        '<td data-label="Level" class="ui-number">2</td></tr>\n'
        '<tr><td class="admin-check"><input type="checkbox" form="admin-actions" '
        'name="key" value="8" aria-labelledby="row-2"></td>'
        '<td data-label="Line"><a class="admin-row" id="row-2" '
        'href="/-/admin/log/8">b</a></td>'
        '<td data-label="Level" class="ui-number">'
        '<span class="admin-none">\u2013</span></td></tr>\n'
    )
    assert "checkbox" not in render(sqlite_site, rows)


def test_values_are_escaped_in_every_column(sqlite_site: Site, admin: Admin) -> None:
    admin.register(zoo.Guide, columns=["name", "language", lambda row: row.name])

    html = render(sqlite_site, [zoo.Guide(id=1, name=EVIL, language=EVIL)])

    assert html.count(EVIL_HTML) == 3
    assert [tag for tag, _ in Tags(html).tags] == ["tr", "td", "a", "td", "span", "td"]


def test_names_of_related_rows_are_escaped(sqlite_site: Site, admin: Admin) -> None:
    admin.register(zoo.Cage, columns=["house", "label", "house.name"])
    cage = zoo.Cage(id=1, label="A", house=zoo.House(id=2, name=EVIL))

    html = render(sqlite_site, [cage])

    # The first cell leads to its own row only.
    links = Tags(html).list_values("href")
    assert links == ["/-/admin/cage/1"]
    assert html.count(EVIL_HTML) == 2
    assert "<script" not in html

    admin.register(zoo.Passport, columns=["number", "animal"])
    animal = zoo.Animal(id=3, name=EVIL)
    html = render(sqlite_site, [zoo.Passport(id=1, number=EVIL, animal=animal)])
    assert f'<a href="/-/admin/animal/3">{EVIL_HTML}</a>' in html


def test_markup_of_a_function_stays_and_its_values_are_escaped(
    sqlite_site: Site, admin: Admin
) -> None:
    admin.register(
        zoo.Guide,
        columns=["id", lambda row: Markup("<b>{}</b>").format(row.name)],
    )

    html = render(sqlite_site, [zoo.Guide(id=1, name=EVIL)])

    assert f"<b>{EVIL_HTML}</b>" in html


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        (EVIL, EVIL),
        (Markup('<b title="x">A "b"</b> &amp; c'), 'A "b" & c'),
        (Markup('" onclick="x()'), '" onclick="x()'),
    ],
)
def test_headings_stay_inside_of_their_attribute(
    sqlite_site: Site, admin: Admin, label: str, expected: str
) -> None:
    admin.register(zoo.Guide, columns=["name"], labels={"name": label})

    found = Tags(render(sqlite_site, [zoo.Guide(id=1, name="x")], editable=("name",)))

    assert found.tags[1] == ("td", {"data-label": expected, "data-editable": None})
    assert {name for _, values in found.tags for name in values} == {
        *("data-label", "data-editable", "class", "id", "href"),
        *("data-cell", "aria-label"),
    }


def test_keys_are_plain_in_boxes_and_addresses(sqlite_site: Site, admin: Admin) -> None:
    admin.register(zoo.Slug, columns=["target"], editable=["target"])

    html = render(
        sqlite_site,
        [zoo.Slug(path=EVIL, target="x")],
        editable=("target",),
        can_choose=True,
    )

    found = Tags(html)
    key, *others = found.list_values("value")
    row, cell = found.list_values("href")
    assert key is not None
    assert re.fullmatch(r"[\w.~-]+", key)
    assert others == []
    assert row == f"/-/admin/slug/{key}"
    assert cell is not None
    assert cell.startswith(f"/-/admin/slug/{key}/")
    assert "&amp;" not in cell
    assert "<script" not in html


def test_pencils_name_the_row_and_lead_back(sqlite_site: Site, admin: Admin) -> None:
    admin.register(zoo.House, columns=["opened", "name"])

    row = zoo.House(id=1, name=EVIL)
    html = render(sqlite_site, [row], editable=("name",))

    found = Tags(html)
    assert found.list_values("aria-label") == [f"Edit Name of {EVIL}"]
    assert f"<span>{EVIL_HTML}</span> <a class=" in html
    pencil = str(found.list_values("href")[1])
    with sqlite_site.app.test_request_context(pencil) as current:
        assert current.request.args["next"] == HERE
    assert [tag for tag, _ in found.tags].count("a") == 2
    hidden = render(sqlite_site, [row], editable=("name",), read_only=True)
    assert "admin-pencil" not in hidden
