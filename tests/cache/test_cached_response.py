"""A page comes back byte for byte, and is not sent to who has it."""

import pytest
from flask import Flask, Response

from carboy.cache.cached_response import (
    CachedResponse,
    give,
    is_known_to,
    not_modified,
    pack_page,
    plain_of,
    read_page,
)
from carboy.cache.entry import PAGE, VALUE, read_entry, write_entry
from carboy.stores import DecodeError, pack


def entry_of(payload, kind=PAGE):
    return read_entry(write_entry(kind, payload))


def test_a_page_comes_back_as_it_was():
    response = Response(b"\x00\xff", headers=[("X-A", "1"), ("X-A", "ü")])

    plain = plain_of(response)

    assert read_page(entry_of(pack_page(plain))) == plain
    assert plain[2] == b"\x00\xff"
    assert [pair for pair in plain[1] if pair[0] == "X-A"] == [
        ("X-A", "1"),
        ("X-A", "ü"),
    ]


def test_a_value_is_no_page():
    assert read_page(entry_of(pack(1), VALUE)) is None


@pytest.mark.parametrize(
    "damaged", [1, [], ["200 OK", 1, b""], ["200 OK", [["a"]], b""], ["a", [], "x"]]
)
def test_a_damaged_page_is_refused(damaged):
    with pytest.raises(DecodeError):
        read_page(entry_of(pack(damaged)))


def test_an_etag_of_the_view_stays_and_others_are_made_of_the_body():
    assert ("ETag", '"own"') in plain_of(Response("x", headers={"ETag": '"own"'}))[1]
    one, same, other = (dict(plain_of(Response(body))[1])["ETag"] for body in "xxy")
    assert one == same != other


@pytest.mark.parametrize(
    ("sent", "known"),
    [
        ('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False),
        ("", False), (None, False), ("a b c", False),
    ],
)  # fmt: skip
def test_who_has_a_page_says_its_etag(sent, known):
    assert is_known_to(sent, [("ETag", '"a"')]) is known


def test_a_page_without_an_etag_is_known_to_nobody():
    assert not is_known_to("*", [])


def test_a_304_repeats_what_concerns_the_page():
    headers = [("ETag", '"a"'), ("Vary", "Accept"), ("Content-Type", "text/html")]

    answer = not_modified(Flask("x"), headers)

    assert answer.status_code == 304
    assert list(answer.headers) == headers[:2]


def test_a_site_gets_its_own_kind_of_response():
    class Own(Response):
        pass

    app = Flask("x")
    app.response_class = Own

    made = give(app, ("200 OK", [("X-A", "1")], b"body"))

    assert type(made) is Own
    assert (made.data, list(made.headers)) == (b"body", [("X-A", "1")])


def test_a_response_with_a_time_is_the_response():
    response = CachedResponse(Response("x", status=201), 5)

    assert (response.data, response.status_code, response.timeout) == (b"x", 201, 5)
    assert repr(response) == "<CachedResponse 201 CREATED for 5>"
