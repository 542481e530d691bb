"""A page is decoded byte for byte, and not sent to a client that has it."""

import pytest
from flask import Flask, Response

from carboy.cache.cached_response import (
    CachedResponse,
    decode_page,
    encode_page,
    make_not_modified,
    matches_etag,
    to_raw_response,
    to_response,
)
from carboy.cache.entry import PAGE, VALUE, decode_entry, encode_entry
from carboy.stores import DecodeError, pack


def entry_of(payload, kind=PAGE):
    return decode_entry(encode_entry(kind, payload))


def test_a_page_is_decoded_as_it_was_encoded():
    response = Response(b"\x00\xff", headers=[("X-A", "1"), ("X-A", "ü")])

    raw = to_raw_response(response)

    assert decode_page(entry_of(encode_page(raw))) == raw
    assert raw[2] == b"\x00\xff"
    assert [pair for pair in raw[1] if pair[0] == "X-A"] == [
        ("X-A", "1"),
        ("X-A", "ü"),
    ]


def test_a_value_is_not_decoded_as_a_page():
    assert decode_page(entry_of(pack(1), VALUE)) is None


@pytest.mark.parametrize(
    "damaged", [1, [], ["200 OK", 1, b""], ["200 OK", [["a"]], b""], ["a", [], "x"]]
)
def test_a_damaged_page_is_refused(damaged):
    with pytest.raises(DecodeError):
        decode_page(entry_of(pack(damaged)))


def test_the_etag_of_the_view_is_kept_and_others_are_hashes_of_the_body():
    assert ("ETag", '"own"') in to_raw_response(
        Response("x", headers={"ETag": '"own"'})
    )[1]
    one, same, other = (
        dict(to_raw_response(Response(body))[1])["ETag"] for body in "xxy"
    )
    assert one == same != other


@pytest.mark.parametrize(
    ("sent", "known"),
    [
        ('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False),
        ("", False), (None, False), ("a b c", False),
    ],
)  # fmt: skip
def test_if_none_match_names_the_etag(sent, known):
    assert matches_etag(sent, [("ETag", '"a"')]) is known


def test_a_page_without_an_etag_matches_nothing():
    assert not matches_etag("*", [])


def test_a_304_repeats_only_the_headers_about_the_page():
    headers = [("ETag", '"a"'), ("Vary", "Accept"), ("Content-Type", "text/html")]

    answer = make_not_modified(Flask("x"), headers)

    assert answer.status_code == 304
    assert list(answer.headers) == headers[:2]


def test_a_page_has_the_response_class_of_the_app():
    class Own(Response):
        pass

    app = Flask("x")
    app.response_class = Own

    response = to_response(app, ("200 OK", [("X-A", "1")], b"body"))

    assert type(response) is Own
    assert (response.data, list(response.headers)) == (b"body", [("X-A", "1")])


def test_a_cached_response_is_the_response_with_a_timeout():
    response = CachedResponse(Response("x", status=201), 5)

    assert (response.data, response.status_code, response.timeout) == (b"x", 201, 5)
    assert repr(response) == "<CachedResponse 201 CREATED for 5>"


def test_a_cached_page_may_get_another_timeout():
    page = to_response(Flask("x"), ("200 OK", [("X-A", "1")], b"body"))

    response = CachedResponse(page, 5)

    assert (response.data, response.status_code) == (b"body", 200)
    assert list(response.headers) == [("X-A", "1")]
