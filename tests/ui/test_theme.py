"""Five lines of a site change every page: its own, errors, the console, the guide."""

import pytest

from tests.ui.serving import serve
from tests.ui.shipped_pages import make_scaffold

THEME = """:root {
  --ui-accent: #635bff;
  --ui-on-accent: #ffffff;
  --ui-radius: 4px;
}
"""
CORNER = """
const styles = getComputedStyle(document.documentElement);
return styles.getPropertyValue("--ui-radius").trim();
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("themed")
    app, paths = make_scaffold(folder, "full", theme=THEME)
    with serve(app) as address:
        yield address, paths["new jobs run"]


@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "run", "/-/tasks/", "/-/tasks/schedules", "/-/ui"]
)
def test_every_page_follows_the_theme(browser, site, path):
    address, run = site

    browser.goto(address + (run if path == "run" else path))

    accents = browser.run(
        "return [...document.querySelectorAll('a, progress, .ui-primary, .ui-status')]"
        ".flatMap((each) => [getComputedStyle(each).color,"
        " getComputedStyle(each).backgroundColor])"
    )
    assert "rgb(99, 91, 255)" in accents
    assert "rgb(10, 111, 96)" not in accents
    assert "rgb(11, 110, 95)" not in accents
    assert browser.run(CORNER) == "4px"
    assert browser.csp_violations == []
    browser.goto("about:blank")
