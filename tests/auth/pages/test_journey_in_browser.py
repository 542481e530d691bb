"""A person goes the whole way through the pages of accounts, in one form.

`make account-journey` does it in two languages, widths and themes, with pictures.
"""

from pathlib import Path
from typing import Any

from tests.auth.account_journey import Journey, open_site
from tests.ui.test_accessibility import list_problems


def test_a_person_goes_the_whole_way(
    browser: Any, web_tools: Any, tmp_path: Path
) -> None:
    axe, problems, seen = web_tools.axe.read_text("utf-8"), {}, []

    def check(name: str) -> None:
        seen.append(name)
        assert browser.overflow <= 0, name
        if found := list_problems(browser, axe):
            problems[name] = found

    with open_site(tmp_path) as (site, address):
        browser.devtools("Network.enable")
        browser.resize(400, 900)
        Journey(browser, site, address, check).walk()

    assert problems == {}
    assert browser.csp_violations == []
    assert len(seen) >= 18
