"""Options of fields."""

from carboy.rest.field_rules import FieldRules


def test_choices_may_be_a_function():
    assert FieldRules(enum=lambda: ("a", "b")).list_choices() == ["a", "b"]
    assert FieldRules().list_choices() == []
