"""A User-Agent header is shown as people call their browser."""

import pytest

from carboy.ui.browsers import name_browser

KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            f"Mozilla/5.0 (X11; Linux x86_64) {KIT} Chrome/142 Safari/537.36",
            "Chrome on Linux",
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0) {KIT} Chrome/142 Safari/537.36 Edg/142",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko Firefox/140.0",
            "Firefox on Linux",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18 Safari/605",
            "Safari on macOS",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 15) {KIT} Chrome/142 MicroMessenger/8",
            "WeChat on Android",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
)
def test_browser_and_system_are_named(agent, name):
    assert name_browser(agent) == name


def test_a_long_header_is_cut():
    assert name_browser("x" * 500) == "x" * 60
