"""Sources: the words that say where a parameter is read."""

import pytest

from carboy.rest import body, cookie, file, form, header, path, query


@pytest.mark.parametrize("make", [query, header, cookie, form, file])
def test_a_source_has_a_place_a_name_and_a_description(make):
    source = make("own", description="What it is.")

    assert (source.place, source.name) == (make.__name__, "own")
    assert source.description == "What it is."


@pytest.mark.parametrize("make", [path, body])
def test_the_address_and_the_body_have_no_other_name(make):
    source = make(description="What it is.")

    assert (source.place, source.name) == (make.__name__, None)
