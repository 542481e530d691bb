"""Options of fields."""

from carboy.rest.field_options import FieldOptions


def test_choices_may_be_a_function():
    assert FieldOptions(enum=lambda: ("a", "b")).list_choices() == ["a", "b"]
    assert FieldOptions().list_choices() == []
