"""If this passes, URLs are read as browsers read them."""

import pytest
from werkzeug.datastructures import MultiDict

from carboy.legacy.names.werkzeug_urls import (
    Href,
    url_decode,
    url_encode,
    url_fix,
    url_join,
    url_parse,
    url_quote,
    url_quote_plus,
    url_unparse,
    url_unquote,
    url_unquote_plus,
)


@pytest.mark.parametrize(
    "url",
    [
        "//evil.com",
        "///evil.com",
        "////evil.com/x",
        r"\\evil.com",
        r"/\evil.com",
        " //evil.com",
        "http://evil.com",
    ],
)
def test_another_host_has_a_netloc(url):
    """Books check a redirect by it: ."""
    assert url_parse(url).netloc == "evil.com"


@pytest.mark.parametrize("url", ["/a//b", "a", "?x=//y", "/x?next=//y"])
def test_a_path_has_none(url):
    assert url_parse(url).netloc == ""


def test_the_parts_of_a_url():
    url = url_parse("http://User@Example.com:81/p?a=1&a=2#f")

    assert (url.host, url.port, url.path, url.fragment) == (
        "example.com",
        81,
        "/p",
        "f",
    )
    assert url.decode_query().getlist("a") == ["1", "2"]
    assert url.replace(query="").to_url() == "http://User@Example.com:81/p#f"
    assert url_unparse(url) == str(url)


def test_queries_come_back():
    values = MultiDict([("a", "1 2"), ("a", "ü&"), ("b", "")])

    assert url_decode(url_encode(values)).items(multi=True) is not None
    assert [*url_decode(url_encode(values)).items(multi=True)] == [
        *values.items(multi=True)
    ]
    assert url_encode({"a": [1, 2], "b": None}) == "a=1&a=2"


def test_quoting():
    assert url_quote("/a b:ü") == "/a%20b:%C3%BC"
    assert url_quote_plus("a b&") == "a+b%26"
    assert url_unquote("a%20b") == url_unquote_plus("a+b") == "a b"
    assert url_join("http://x/a/", "b") == "http://x/a/b"
    assert url_fix("http://x/a b?q=ü") == "http://x/a%20b?q=%C3%BC"
    assert Href("/base").users("a b", x=1) == "/base/users/a%20b?x=1"
