"""No address that is safe here leads a browser to another site.

`make museum-next` judges 200,000 addresses; here are fewer.
"""

import os
import secrets
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask

from carboy.auth import is_safe_url, safe_redirect
from tests.browser import Browser

from .addresses import HOST, make_addresses

COUNT = int(os.environ.get("CARBOY_NEXT_COUNT", "4000"))
_SCRIPT = """
const [base, addresses] = arguments;
return addresses.map((address) => {
  try { return new URL(address, base).origin; } catch { return "unreadable"; }
});
"""


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_browser_stays_on_this_site(browser: Browser, scheme: str) -> None:
    seed = secrets.randbits(32)
    app = Flask(__name__)
    base = f"{scheme}://{HOST}/account/login"
    addresses = [*make_addresses(seed, COUNT)]
    with app.test_request_context(base_url=f"{scheme}://{HOST}"):
        verdicts = [is_safe_url(address) for address in addresses]
        sent = [
            safe_redirect(address, "/").headers["Location"] if is_safe else "/"
            for address, is_safe in zip(addresses, verdicts, strict=True)
        ]

    browser.goto("about:blank")
    origins = _ask(browser, base, addresses)
    # What is sent is not always what was judged: Location is written in ASCII.
    followed = _ask(browser, base, sent)

    own = {f"{scheme}://{HOST}", f"https://{HOST}"}
    for address, is_safe, origin, where in zip(
        addresses, verdicts, origins, followed, strict=True
    ):
        if is_safe:
            assert origin in own, (seed, address)
            assert where in own, (seed, address)
    assert 0 < verdicts.count(True) < COUNT
    assert sum(origin not in own for origin in origins) > COUNT / 10


def _ask(browser: Browser, base: str, addresses: list[str]) -> list[str]:
    origins: list[str] = []
    for start in range(0, len(addresses), 5000):
        origins += browser.run(_SCRIPT, base, addresses[start : start + 5000])
    return origins


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_parser_of_python_agrees(scheme: str) -> None:
    seed = secrets.randbits(32)
    app = Flask(__name__)
    base = f"{scheme}://{HOST}/account/login"
    with app.test_request_context(base_url=f"{scheme}://{HOST}"):
        for address in make_addresses(seed, 2 * COUNT):
            if is_safe_url(address):
                parts = urlsplit(urljoin(base, address))
                assert parts.hostname == HOST, (seed, address)
