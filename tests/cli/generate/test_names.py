"""A name is accepted if code and pages can have it; others get a proposal."""

import pytest

from carboy.cli.generate.names import parse_name, pluralize
from carboy.errors import ConfigError


@pytest.mark.parametrize("text", ["order_item", "OrderItem", "orderItem", "order-item"])
def test_a_name_has_all_its_forms(text):
    name = parse_name(text)

    assert (name.snake, name.camel, name.plural) == (
        *("order_item", "OrderItem", "order_items"),
    )
    assert (name.label, name.plural_label) == ("order item", "order items")
    assert name.article == "an"


@pytest.mark.parametrize(
    ("word", "plural"),
    [("day", "days"), ("category", "categories"), ("box", "boxes"), ("bus", "buses")],
)
def test_plurals_follow_the_rules_of_english(word, plural):
    assert pluralize(word) == plural


def test_a_plural_can_be_given():
    assert parse_name("person", plural="people").plural == "people"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2nd", "cannot be a name"),
        ("order item", "Try: order_item"),
        ("class", "keyword of Python.* Try: class_entry"),
        ("models", "projects have a module 'models'"),
        ("model", "projects have a module 'model'"),
        ("Exception", "built-in class of Python"),
    ],
)
def test_a_name_that_cannot_be_used_gets_a_proposal(text, message):
    with pytest.raises(ConfigError, match=message):
        parse_name(text)
