"""Each request is judged by what a browser cannot be talked into saying."""

import pytest
from hypothesis import given, strategies as st

from carboy.forms.origin import RequestOrigin, Verdict, judge, normalize_origin

ALLOWED, REFUSED, UNKNOWN = Verdict.ALLOWED, Verdict.REFUSED, Verdict.UNKNOWN
TRUSTED = frozenset({"https://app.example.com", "http://localhost:5173"})
HTTPS = {"scheme": "https", "host": "shop.example.com"}
HTTP = {"scheme": "http", "host": "shop.example.com"}
OWN = "https://shop.example.com"
EVIL = "https://evil.example"

# What is sent, and what becomes of it.
CASES = [
    # Browsers of today, over https: Sec-Fetch-Site decides.
    (HTTPS, {"fetch_site": "same-origin"}, ALLOWED),
    (HTTPS, {"fetch_site": "same-origin", "origin": OWN}, ALLOWED),
    (HTTPS, {"fetch_site": "none"}, ALLOWED),
    (HTTPS, {"fetch_site": "cross-site"}, REFUSED),
    (HTTPS, {"fetch_site": "cross-site", "origin": EVIL}, REFUSED),
    (HTTPS, {"fetch_site": "cross-site", "origin": "null"}, REFUSED),
    (HTTPS, {"fetch_site": "cross-site", "origin": OWN}, REFUSED),
    (HTTPS, {"fetch_site": "same-site", "origin": "https://a.example.com"}, REFUSED),
    (HTTPS, {"fetch_site": "same-site", "origin": "https://app.example.com"}, ALLOWED),
    (HTTPS, {"fetch_site": "cross-site", "origin": "http://localhost:5173"}, ALLOWED),
    (HTTPS, {"fetch_site": "cross-site", "origin": "http://localhost:80"}, REFUSED),
    (HTTPS, {"fetch_site": "SAME-ORIGIN"}, ALLOWED),
    (HTTPS, {"fetch_site": "anything-new"}, REFUSED),
    (HTTPS, {"fetch_site": "anything-new", "origin": EVIL}, REFUSED),
    # Without Sec-Fetch-Site: Origin decides.
    (HTTPS, {"origin": OWN}, ALLOWED),
    (HTTPS, {"origin": "https://shop.example.com:443"}, ALLOWED),
    (HTTPS, {"origin": "HTTPS://SHOP.example.com"}, ALLOWED),
    (HTTPS, {"origin": "https://shop.example.com:8443"}, REFUSED),
    (HTTPS, {"origin": "http://shop.example.com"}, REFUSED),
    (HTTPS, {"origin": EVIL}, REFUSED),
    (HTTPS, {"origin": "null"}, UNKNOWN),
    (HTTPS, {"origin": "null", "has_cookies": True}, UNKNOWN),
    (HTTPS, {"origin": "https://shop.example.com.evil.example"}, REFUSED),
    (HTTPS, {"origin": "https://evil.example/shop.example.com"}, REFUSED),
    (HTTPS, {"origin": "https://shop.example.com@evil.example"}, REFUSED),
    (HTTPS, {"origin": "https://x@shop.example.com"}, REFUSED),
    (HTTPS, {"origin": "https://app.example.com"}, ALLOWED),
    (HTTPS, {"origin": "https://app.example.com:443"}, ALLOWED),
    (HTTPS, {"origin": "http://app.example.com"}, REFUSED),
    (HTTPS, {"origin": "https://[::1"}, REFUSED),
    (HTTPS, {"origin": "https://shop.example.com:port"}, REFUSED),
    (HTTPS, {"origin": "file://"}, REFUSED),
    (HTTPS, {"origin": "chrome-extension://abcdef"}, REFUSED),
    # Plain http: never Sec-Fetch-Site, always Origin on unsafe methods.
    (HTTP, {"origin": "http://shop.example.com"}, ALLOWED),
    (HTTP, {"origin": "http://shop.example.com:80"}, ALLOWED),
    # A proxy in front that speaks https.
    (HTTP, {"origin": OWN}, ALLOWED),
    (HTTP, {"origin": EVIL}, REFUSED),
    (
        {"scheme": "http", "host": "127.0.0.1:5000"},
        {"origin": "http://127.0.0.1:5000"},
        ALLOWED,
    ),
    (
        {"scheme": "http", "host": "127.0.0.1:5000"},
        {"origin": "http://127.0.0.1:5001"},
        REFUSED,
    ),
    (
        {"scheme": "http", "host": "127.0.0.1:5000"},
        {"origin": "http://localhost:5000"},
        REFUSED,
    ),
    (
        {"scheme": "http", "host": "[::1]:5000"},
        {"origin": "http://[::1]:5000"},
        ALLOWED,
    ),
    ({"scheme": "http", "host": ""}, {"origin": "http://"}, REFUSED),
    # Neither header: an old browser, or a program.
    (HTTPS, {"has_cookies": True}, UNKNOWN),
    (HTTP, {"has_cookies": True}, UNKNOWN),
    (HTTPS, {}, ALLOWED),
    (HTTP, {}, ALLOWED),
    # Authentication that no other site can add.
    (HTTPS, {"authorization": "Bearer abc", "origin": EVIL}, ALLOWED),
    (HTTPS, {"authorization": "Bearer abc", "has_cookies": True}, ALLOWED),
    (HTTPS, {"authorization": "Token abc", "fetch_site": "cross-site"}, ALLOWED),
    # Authentication that browsers add by themselves.
    (HTTPS, {"authorization": "Basic abc", "origin": EVIL}, REFUSED),
    (HTTPS, {"authorization": "basic abc", "has_cookies": True}, UNKNOWN),
    (HTTPS, {"authorization": "Digest abc", "fetch_site": "cross-site"}, REFUSED),
    (HTTPS, {"authorization": "Negotiate abc", "fetch_site": "cross-site"}, REFUSED),
    (HTTPS, {"authorization": "NTLM abc", "origin": "null"}, UNKNOWN),
    (HTTPS, {"authorization": "", "origin": EVIL}, REFUSED),
    (HTTPS, {"authorization": " Basic abc", "origin": EVIL}, REFUSED),
]


@pytest.mark.parametrize(("site", "sent", "verdict"), CASES)
def test_the_table_holds(site, sent, verdict):
    assert judge(RequestOrigin(**site, **sent), TRUSTED) is verdict


def test_the_table_is_long_enough_and_has_no_case_twice():
    assert len(CASES) >= 55
    assert len({repr(case) for case in CASES}) == len(CASES)


@given(st.text(max_size=40))
def test_no_text_passes_for_our_origin_that_is_not_it(text):
    request = RequestOrigin(**HTTPS, origin=text, has_cookies=True)
    is_own = normalize_origin(text) == OWN

    verdict = judge(request)

    assert text == "" or verdict is (ALLOWED if is_own else REFUSED)


@given(st.text(alphabet="htps:/.@\\shopexamlcev0123456789[]%?# \t", max_size=50))
def test_what_comes_near_our_origin_is_refused_as_well(text):
    origin = f"https://shop.example.com{text}"

    allowed = judge(RequestOrigin(**HTTPS, origin=origin)) is ALLOWED

    port = text.strip(" ").removesuffix("/").removeprefix(":")
    assert not allowed or port == "" or int(port) == 443


@pytest.mark.parametrize(
    ("origin", "normal"),
    [
        ("https://a.example", "https://a.example"),
        ("https://A.example:443/", "https://a.example"),
        ("http://a.example:8080", "http://a.example:8080"),
        ("a.example", None),
        ("https://a.example/path", None),
        ("https://a.example?x", None),
        ("ftp://a.example", None),
    ],
)
def test_an_origin_has_one_spelling(origin, normal):
    assert normalize_origin(origin) == normal
