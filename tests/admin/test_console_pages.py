"""Pages of the console in a browser: axe finds nothing serious, nothing overflows.

`PICTURES=folder` in the environment writes a picture of each.
"""

import os
from pathlib import Path

import pytest

from carboy.admin import Admin
from carboy.auth import policy_registry
from tests.admin import zoo
from tests.admin.conftest import Site
from tests.ui.serving import serve
from tests.ui.test_accessibility import FORMS, inspect

PAGES = {
    "index": "",
    "list": "animal/",
    "list-filtered": "log/?filter=level+%3D+1+or+level+is+empty&q=line",
    "empty": "log/?q=nothing+at+all",
    "detail": "animal/1",
    "edit": "animal/1/edit",
    "create": "visit/-/new",
    "delete": "house/1/delete",
    "history": "house/1/history",
    "deleted": "house/-/deleted",
    "action": "log/-/actions?action=clear_level&key=2&key=3",
    "action-delete": "house/-/actions?action=delete&key=1",
    "action-all": "log/-/actions?action=delete&all=1&filter=level+%3D+1",
}


@pytest.fixture
def console(sqlite_site: Site, admin: Admin, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The zoo, open for everybody."""
    monkeypatch.setattr(policy_registry, "_policies", {})
    admin.guard(lambda: True)

    @admin.action(zoo.Log, "Clear the level")
    def clear_level(log: zoo.Log) -> None:
        log.level = None

    return sqlite_site


def test_pages_are_accessible_in_both_forms(console, browser, web_tools):
    folder = os.environ.get("PICTURES")
    problems = {}
    with (
        serve(console.app) as address,
        browser.on_each_page(web_tools.axe.read_text("utf-8")),
    ):
        for name, path in PAGES.items():
            browser.goto(f"{address}/-/admin/{path}")
            for width, dark in FORMS:
                browser.resize(width, 900, dark=dark)
                report = inspect(browser)
                assert report.has_main, name
                assert report.overflow <= 0, (name, width)
                if report.problems:
                    problems[name, width] = report.problems
                if folder:
                    browser.screenshot(Path(folder) / f"{name}-{width}.png")
        browser.goto("about:blank")

    assert problems == {}
    assert browser.csp_violations == []


def test_chosen_rows_are_counted_and_sent(console, browser):
    with serve(console.app) as address:
        browser.goto(f"{address}/-/admin/log/")
        browser.click("[data-choose-all]")
        browser.wait_for_text("50 chosen", "[data-chosen]")
        browser.click('input[name="key"][value="130"]')
        browser.wait_for_text("49 chosen", "[data-chosen]")
        browser.click("#admin-actions button")
        browser.wait_for_text("49 rows.", "main")
        browser.click("main form button")
        browser.wait_for_text("Clear the level: 49 rows done.", "main")
        browser.goto("about:blank")
