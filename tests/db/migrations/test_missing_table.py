"""The missing table is found in the words of each database."""

import pytest

from carboy.db.migrations.missing_table import find_missing_table


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("no such table: book", "book"),
        ('relation "shop.book" does not exist', "shop.book"),
        ("(1146, \"Table 'shop.book' doesn't exist\")", "shop.book"),
        ("(1051, \"Unknown table 'shop.book'\")", "shop.book"),
        ("no such column: book", ""),
        ("", ""),
    ],
)
def test_the_table_is_named(text, name):
    assert find_missing_table(text) == name
