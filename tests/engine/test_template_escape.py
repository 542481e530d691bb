"""Values of templates are escaped to the characters of markupsafe."""

from typing import Any

from hypothesis import given, strategies as st
from markupsafe import Markup, escape as stock_escape

from carboy.engine.template_escape import escape_value


class Row:
    """What has its own HTML."""

    def __html__(self) -> str:
        return "<b>row</b>"


@given(
    st.text() | st.integers() | st.floats() | st.booleans() | st.none() | st.binary()
)
def test_escape_gives_the_same_characters(value: Any) -> None:
    assert str(escape_value(value)) == str(stock_escape(value))


def test_what_knows_its_html_is_not_escaped() -> None:
    assert escape_value(Markup("<b>")) == "<b>"
    assert escape_value(Row()) == "<b>row</b>"
