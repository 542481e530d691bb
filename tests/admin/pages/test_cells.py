"""Values are text, links and badges, never markup of their own."""

import pytest

from carboy.admin.pages.cells import Cells
from tests.admin import zoo
from tests.admin.conftest import Site


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("text", None, "\u2013"),
        ("flag", True, "Yes"),
        ("size", "m", ">M<"),
        ("data", {"a": "<b>"}, "&lt;b&gt;"),
        ("blob", b"abc", "3 bytes"),
        ("day", zoo.NOW.date(), "2026-11-30"),
        ("moment", zoo.NOW, "<time"),
    ],
)
def test_values_by_kind(
    sqlite_site: Site, name: str, value: object, expected: str
) -> None:
    console = sqlite_site.app.extensions["carboy.admin"]
    attribute = console.admins["everything"].attributes[name]
    with sqlite_site.app.test_request_context():
        cells = Cells(console, console.make_access())
        assert expected in str(cells.show(attribute, value))
