"""Types that msgspec does not know."""

import pytest
from markupsafe import Markup

from carboy.rest.typed.other_types import decode_other, encode_json, schema_of_other
from carboy.translation import lazy_gettext


class Plain:
    """A class without fields."""


def test_texts_that_are_translated_late_are_written():
    assert encode_json({"a": lazy_gettext("Save")}) == b'{"a":"Save"}'
    assert encode_json(Markup("<b>")) == b'"<b>"'


def test_an_object_of_the_type_is_taken_as_it_is():
    one = Plain()

    assert decode_other(Plain, one) is one
    with pytest.raises(NotImplementedError, match="Plain cannot be read"):
        decode_other(Plain, {})
    assert schema_of_other(Plain) == {}
