"""A layout gets a link, or is left alone."""

import pytest

from carboy.cli.generate.edit_navigation import add_link

LAYOUT = """{% block nav %}
{{ ui.nav([
  ("Home", url_for("pages.home")),
], label="Main") }}
{% endblock %}
"""


def test_a_link_is_added_after_the_others():
    text = add_link(LAYOUT, '"Order items"', "order_items.index")

    link = '  ("Order items", url_for("order_items.index")),\n'
    assert text == LAYOUT.replace("], label", f"{link}], label")


def test_an_empty_navigation_gets_its_first_link():
    text = add_link("  {{ ui.nav([\n  ]) }}", '"Books"', "books.index")

    assert text == '  {{ ui.nav([\n    ("Books", url_for("books.index")),\n  ]) }}'


def test_a_link_is_added_once():
    text = add_link(LAYOUT, '"Books"', "books.index")

    assert add_link(text, '"Books"', "books.index") == text


@pytest.mark.parametrize("source", ["", "<nav></nav>", "{{ ui.nav(links) }}"])
def test_a_layout_of_another_shape_is_left_alone(source):
    assert add_link(source, '"Books"', "books.index") == source
