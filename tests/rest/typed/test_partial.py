"""Partial responses: `?fields=` leaves out what is not named."""

import re

import pytest

from carboy.rest import InvalidRequestError
from carboy.rest.typed.partial import SELECTION_PATTERN, parse_selection, select_fields
from tests.rest.library import make_library


def test_only_the_named_fields_are_returned():
    client = make_library().test_client()

    assert client.get("/api/books/1?fields=title").json == {"title": "Emma"}
    inside = client.get("/api/books/1?fields=id,author(name)").json
    assert inside == {"id": 1, "author": {"name": "Jane"}}
    assert client.get("/api/books/1?fields=nothing").json == {}
    assert client.get("/api/books/1?fields=hidden").json == {}


@pytest.mark.parametrize(
    "text", ["", "a(", "a)", "(a)", ",", "a(b", "((", "a,", "a, b", "a()", "a" * 3000]
)
def test_what_is_no_list_of_fields_is_refused(text):
    with pytest.raises(InvalidRequestError):
        parse_selection(text)


def test_a_selection_goes_into_lists():
    data = [{"a": 1, "b": [{"c": 1, "d": 2}]}]

    assert select_fields(data, parse_selection("b(c)")) == [{"b": [{"c": 1}]}]


def test_a_selection_is_parsed_as_the_document_describes_it():
    assert parse_selection("größe,a(b(c(d)),e),f-1") == {
        "größe": {},
        "a": {"b": {"c": {"d": {}}}, "e": {}},
        "f-1": {},
    }
    assert parse_selection("a,a(b),a") == {"a": {"b": {}}}
    assert re.search(SELECTION_PATTERN, "größe,a(b(c(d)),e),f-1")
    assert not re.search(SELECTION_PATTERN, "a, b")
    assert "\\w" not in SELECTION_PATTERN


def test_a_selection_nests_only_so_deep():
    with pytest.raises(InvalidRequestError):
        parse_selection("a(" * 50 + "b" + ")" * 50)
