"""If this passes, a row says what to write, and resolves to what is there."""

import markupsafe
import pytest

from carboy.legacy.rows import Row, import_line, rows_of, same_names


@pytest.mark.parametrize(
    ("path", "name", "line"),
    [
        ("markupsafe:Markup", "Markup", "from markupsafe import Markup"),
        ("wtforms:StringField", "Text", "from wtforms import StringField as Text"),
        ("collections.abc", "abc", "import collections.abc as abc"),
    ],
)
def test_the_edit_is_an_import(path, name, line):
    assert import_line(path, name) == line


def test_a_row_resolves_and_has_a_message_with_the_edit():
    row = next(rows_of("flask", "Flask 3.0", same_names("markupsafe", "Markup")))

    assert row.resolve() is markupsafe.Markup
    assert row.attribute == "Markup"
    assert row.message == (
        "flask.Markup is gone since Flask 3.0. Write: from markupsafe import Markup"
    )


def test_the_message_says_what_is_safer_now():
    row = Row("x", "", "y", "z", "It was unsafe.")

    assert row.message == "x is not needed any more. Write: z. It was unsafe."
