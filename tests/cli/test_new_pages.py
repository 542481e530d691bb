"""If this passes, the pages of a new project work in a real browser."""

import pytest

from tests.cli.processes import find_free_port, wait_for_text


@pytest.fixture
def site(start_carboy, carboy, folder):
    result = carboy("new", "demijohn", "--full")
    assert result.code == 0, result.err
    port = find_free_port()
    dev = start_carboy(
        *("dev", "-p", str(port)), program=("manage.py",), cwd=folder / "demijohn"
    )
    wait_for_text(dev, port, "Demijohn is running")
    return f"http://127.0.0.1:{port}"


def test_pages_fit_the_window_and_obey_the_csp(site, browser, tmp_path):
    browser.goto(site)
    for width in (390, 1280):
        for dark in (False, True):
            name = f"home-{width}-{'dark' if dark else 'light'}.png"
            browser.screenshot(tmp_path / name, width, 900, dark=dark, whole=True)
            assert browser.overflow == 0, name

    browser.click("main a.ui-button")
    browser.click("main button")
    browser.wait_for("progress")
    browser.screenshot(tmp_path / "jobs-390-dark.png", 390, 900, dark=True)
    assert browser.overflow == 0
    browser.screenshot(tmp_path / "jobs-1280-light.png", 1280, 900)

    browser.wait_for_text("Bottle", "[data-part=text]", 20)
    assert browser.csp_violations == []
    assert browser.console_errors == []
