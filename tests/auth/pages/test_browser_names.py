"""People recognise the names of their browsers."""

import pytest

from carboy.auth.pages.browser_names import name_browser

LINUX = "Mozilla/5.0 (X11; Linux x86_64)"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (f"{LINUX} Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (f"{LINUX} AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome on Linux"),
        (f"{LINUX} Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Linux"),
        (f"{PHONE} Version/18.0 Safari/604.1", "Safari on iPhone"),
        (f"{PHONE} MicroMessenger/8.0", "WeChat on iPhone"),
        ("curl/8.5.0", "curl"),
        ("", ""),
        ("x" * 500, "x" * 60),
    ],
)
def test_a_header_has_a_short_name(site, agent, name):
    with site.app.test_request_context():
        assert name_browser(agent) == name
