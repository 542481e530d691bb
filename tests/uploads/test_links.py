"""A link says all that is served; a changed one is refused."""

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from carboy.uploads import LinkExpiredError
from carboy.uploads.links import Link, Links

LINK = Link("user.avatar/ab/abc.png", "我 &?#/.png", "png", "small", is_inline=True)


def make_links(clock=lambda: 1000.0, keys=(b"key",)):
    return Links(lambda *, external: "/uploads", lambda: keys, clock)


def read(links, url):
    parts = urlsplit(url)
    path = unquote(parts.path.removeprefix("/uploads/"))
    return links.read(path, dict(parse_qsl(parts.query)))


def test_a_link_is_read_as_it_was_made():
    link = Link("user.avatar/ab/abc.png", "我 &?#.png", "png", "small", is_inline=True)

    assert read(make_links(), make_links().make(link, None)) == link


def test_a_name_cannot_be_mistaken_for_a_key():
    with pytest.raises(LinkExpiredError):
        read(make_links(), make_links().make(LINK, None))


@pytest.mark.parametrize("seconds", [1, 7, 60, 3600])
def test_a_link_is_valid_for_its_seconds_and_not_for_twice_as_long(seconds):
    link = Link("user.avatar/ab/abc.png", "a.png", "png")
    for start in range(1000, 1000 + 2 * seconds, max(seconds // 5, 1)):
        url = make_links(lambda start=start: start).make(link, seconds)

        assert read(make_links(lambda start=start: start + seconds), url).expires
        with pytest.raises(LinkExpiredError):
            read(make_links(lambda start=start: start + 2 * seconds + 2), url)


def test_a_number_that_is_none_is_no_link():
    with pytest.raises(LinkExpiredError):
        make_links().read("a/b", {"e": "x", "s": "x"})


def test_a_signature_of_other_letters_is_refused():
    with pytest.raises(LinkExpiredError):
        make_links().read("a/b", {"s": "签名"})
