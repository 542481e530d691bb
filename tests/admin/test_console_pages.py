"""Pages of the console in a browser: axe finds nothing serious, nothing overflows.

`PICTURES=folder` in the environment writes a picture of each.
"""

import os
from base64 import b64decode
from pathlib import Path

import pytest

from carboy.admin import Admin
from carboy.admin.pages.page import ConsolePage
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
    "search": "-/search?q=le",
    "views": "log/?view=1&filter=level+%3D+1&columns=line,level,id",
    "dates": "visit/?filter=paid_at+%3D+2026-11",
    "cell": "log/1/cell/line",
    "with-rows": "house/1/edit",
    "with-larger-rows": "cage/1/edit",
    "delete": "house/1/delete",
    "history": "house/1/history",
    "deleted": "house/-/deleted",
    "action": "log/-/actions?action=clear_level&key=2&key=3",
    "action-change": "animal/-/actions?action=edit&key=1&key=2",
    "action-delete": "house/-/actions?action=delete&key=1",
    "import": "log/-/import",
    "panel-health": "-/panels/health",
    "panel-settings": "-/panels/settings?filter=all",
    "panel-checks": "-/panels/checks",
    "panel-accounts": "-/panels/auth?q=boss@zoo.example",
    "action-all": "log/-/actions?action=delete&all=1&filter=level+%3D+1",
}


@pytest.fixture
def console(sqlite_site: Site, admin: Admin, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The zoo, open for everybody."""
    monkeypatch.setattr(policy_registry, "_policies", {})
    # Nobody is logged in, so nobody could confirm it.
    monkeypatch.setattr(ConsolePage, "require_fresh", lambda *_: None)
    admin.guard(lambda: True)

    admin.register(zoo.Log, editable=["line", "level"])
    admin.register(
        zoo.Animal,
        columns=["name", "diet", "cage", "weight"],
        editable=["diet", "cage"],
    )
    admin.register(zoo.House, inlines=["cages"])
    admin.register(zoo.Visit, date_hierarchy="paid_at")

    @admin.number(zoo.Log, "Lines of the log")
    def lines() -> int:
        return 1_204

    @admin.number(zoo.Visit, "Visits today")
    def visits() -> int:
        return 86

    @admin.chart(zoo.Visit, "Visits per day", kind="line")
    def visits_per_day() -> list[tuple[str, int]]:
        return [(f"11-{day:02}", 40 + day * 7 % 31) for day in range(1, 31)]

    @admin.chart(zoo.Animal, "Animals by diet")
    def diets() -> dict[str, dict[str, int]]:
        return {
            "Tame": {"Plants": 12, "Meat": 3, "Both": 7},
            "Wild": {"Plants": 31, "Meat": 19, "Both": 4},
        }

    admin.register(zoo.Cage, inlines={"animals": ["name", "diet", "mother", "is_tame"]})

    @admin.action(zoo.Log, "Clear the level")
    def clear_level(log: zoo.Log) -> None:
        log.level = None

    return sqlite_site


def look(browser, name):
    """Return what is wrong with the page that is open; take a picture if wanted."""
    report = inspect(browser)
    assert report.has_main, name
    assert report.overflow <= 0, name
    if folder := os.environ.get("PICTURES"):
        picture = browser.devtools("Page.captureScreenshot", format="png")
        (Path(folder) / f"{name}.png").write_bytes(b64decode(picture["data"]))
    return {name: report.problems} if report.problems else {}


def test_pages_are_accessible_in_both_forms(console, browser, web_tools, tmp_path):
    file = tmp_path / "cages.csv"
    file.write_text("label,house,unknown\nB1,1,x\nB2,99,x\n")
    problems = {}
    with (
        serve(console.app) as address,
        browser.on_each_page(web_tools.axe.read_text("utf-8")),
    ):
        for name, path in PAGES.items():
            browser.goto(f"{address}/-/admin/{path}")
            for width, dark in FORMS:
                browser.resize(width, 900, dark=dark)
                problems |= look(browser, f"{name}-{width}")
        browser.goto(f"{address}/-/admin/cage/-/import")
        browser.upload("#file", file)
        browser.click("main form .ui-primary")
        browser.wait_for("#column-0")
        browser.click('button[value="try"]')
        browser.wait_for('button[value="import"]')
        for width, dark in FORMS:
            browser.resize(width, 900, dark=dark)
            problems |= look(browser, f"import-file-{width}")
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


def test_a_cell_is_edited_in_place(console, browser):
    with serve(console.app) as address:
        browser.goto(f"{address}/-/admin/log/?sort=id")
        browser.click("tbody tr:first-child [data-cell]")
        browser.wait_for(".admin-cell-form input[name=line]")
        browser.type(".admin-cell-form input[name=line]", "")
        browser.click(".admin-cell-form .ui-primary")
        browser.wait_for(".admin-cell-form .ui-error")
        browser.type(".admin-cell-form input[name=line]", "changed in place")
        browser.click(".admin-cell-form .ui-primary")
        browser.wait_for_text("changed in place", "tbody tr:first-child")
        browser.wait_for("[data-cell]:focus")
        browser.goto("about:blank")
    assert browser.csp_violations == []


def test_the_palette_is_used_by_keyboard_alone(console, browser):
    with serve(console.app) as address:
        browser.goto(f"{address}/-/admin/house/")
        browser.press("body", "\ue009k\ue009")
        browser.wait_for(".admin-palette input:focus")
        browser.type(".admin-palette input", "leo")
        browser.wait_for_text("Leo", ".admin-palette .admin-results")
        browser.press(".admin-palette input", "\ue015")
        browser.wait_for(".admin-results a:focus")
        browser.press(".admin-results a:focus", "\ue013")
        browser.press(".admin-palette input:focus", "\ue007")
        browser.wait_for_text("Leo", "h1")
        browser.goto("about:blank")
    assert browser.csp_violations == []


def test_a_view_is_saved_and_deleted(console, browser):
    with serve(console.app) as address:
        browser.goto(f"{address}/-/admin/log/?filter=level+%3D+1")
        browser.click('[popovertarget="save-view"]')
        browser.type("#view-name", "Level 1")
        browser.click("#save-view .ui-primary")
        browser.wait_for_text("Level 1", ".admin-views [aria-current]")
        browser.click(".admin-save > button:last-of-type")
        browser.click(".admin-save .ui-danger")
        browser.wait_for_text("was deleted", "main")
        assert not browser.has(".admin-views")
        browser.goto("about:blank")


def test_rows_are_added_to_a_form(console, browser):
    with serve(console.app) as address:
        browser.goto(f"{address}/-/admin/house/1/edit")
        browser.click("[data-add-row]")
        browser.type("#cages-1-label", "B7")
        browser.click("main .ui-primary")
        browser.wait_for_text("B7", "main")
        browser.goto("about:blank")
