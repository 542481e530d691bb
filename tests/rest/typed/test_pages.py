"""Pages of lists, and keys for addresses."""

from types import SimpleNamespace

import pytest
from hypothesis import given, strategies as st

from carboy.rest import make_page
from carboy.rest.typed import decode_key, encode_key
from tests.rest.library import make_library


def test_a_page_says_where_it_is():
    answer = make_library().test_client().get("/api/books?per_page=1").json

    assert answer == {
        "items": [{"id": 1, "title": "Emma", "author": {"id": 7, "name": "Jane"}}],
        "page": 1,
        "per_page": 1,
        "total": 2,
        "pages": 1,
    }


def test_a_page_is_made_of_a_pagination():
    found = SimpleNamespace(items=iter([1]), page=2, per_page=5, total=None, pages=0)

    page = make_page(found)

    assert (page.items, page.page, page.total, page.pages) == ([1], 2, None, None)


@given(st.lists(st.integers(-(2**60), 2**60) | st.text(st.characters(codec="utf-8"))))
def test_a_key_comes_back_as_it_was(values):
    text = encode_key(values)

    assert decode_key(text) == values
    assert not set(text) & set("+/=&? ")


@pytest.mark.parametrize("text", ["x", "a" * 5, "e30", "%%%", "é"])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(ValueError, match="is not a key"):
        decode_key(text)
