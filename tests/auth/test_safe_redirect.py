"""Redirects to this site only, whatever the address looks like."""

import random
import secrets
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask

from carboy.auth import is_safe_url, redirect_back, safe_redirect

app = Flask(__name__)


@app.get("/hello")
def hello() -> str:
    return "hello"


BAD = [
    "//evil.com",
    "///evil.com",
    "////evil.com",
    "http:evil.com",
    "http:/evil.com",
    "http:///evil.com",
    "https:evil.com",
    "\\\\evil.com",
    "/\\evil.com",
    "\\/evil.com",
    "/\t/evil.com",
    "/\n/evil.com",
    "\x00//evil.com",
    " //evil.com",
    "\u3000//evil.com",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://localhost@evil.com",
    "http://localhost.evil.com",
    "http://localhost:81/",
    "ftp://localhost/",
    "http://[",
    "evil.com",
    "",
    None,
]


@pytest.mark.parametrize("target", BAD)
def test_an_address_of_another_site_is_not_safe(target: str | None) -> None:
    with app.test_request_context():
        assert not is_safe_url(target)
        assert safe_redirect(target, "/home").location == "/home"


@pytest.mark.parametrize(
    "target",
    ["/", "/a?b=//c", "/a//b", "http://localhost/x", "http://LOCALHOST/", "/三"],
)
def test_an_address_of_this_site_is_safe(target: str) -> None:
    with app.test_request_context():
        assert is_safe_url(target)


def _as_browser(base: str, target: str) -> str:
    """Return the host that the URL standard finds, for http addresses."""
    text = target.strip("".join(map(chr, range(33))))
    for control in "\t\n\r":
        text = text.replace(control, "")
    text = text.replace("\\", "/")
    scheme, colon, rest = text.partition(":")
    if colon and scheme.lower() in {"http", "https"}:
        if not rest.startswith("/") and scheme.lower() == urlsplit(base).scheme:
            return urlsplit(base).netloc if not rest else "other"
        return rest.lstrip("/").partition("/")[0].partition("?")[0].rpartition("@")[2]
    if text.startswith("//"):
        return text.lstrip("/").partition("/")[0].partition("?")[0].rpartition("@")[2]
    return urlsplit(urljoin(base, text)).netloc


def test_no_generated_address_leads_elsewhere() -> None:
    seed = secrets.randbelow(10**9)
    generator = random.Random(seed)
    words = "/ : http https evil.com localhost @ ? # . %2f // a javascript"
    pieces = [*words.split(), "\\", "\t", "\n", " ", "\x00", "\u2028"]
    safe = 0
    with app.test_request_context():
        for _ in range(20_000):
            target = "".join(generator.choices(pieces, k=generator.randint(1, 7)))
            if is_safe_url(target):
                safe += 1
                assert _as_browser("http://localhost/", target).lower() in {
                    "localhost",
                    "",
                }, (seed, target)
    assert safe > 100


def test_the_page_before_is_gone_back_to() -> None:
    referrer = {"Referer": "http://localhost/page"}
    with app.test_request_context("/do", headers=referrer):
        assert redirect_back().location == "http://localhost/page"
    with app.test_request_context("/do?next=/x", headers=referrer):
        assert redirect_back().location == "/x"
    with app.test_request_context("/do?next=//evil.com"):
        assert redirect_back("hello").location == "/hello"
