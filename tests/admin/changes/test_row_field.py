"""Inputs of related rows escape what they show."""

from typing import Any

from markupsafe import Markup

from carboy.admin.changes.row_field import RowInput


class Field:
    """A field with hostile values."""

    id = name = "author"

    def list_suggestions(self) -> list[str]:
        return ['"><script>']

    list_chosen = list_suggestions

    def get_text(self) -> str:
        return '"><script>'

    def choices_url(self) -> str:
        return "/choices"


def test_values_are_escaped() -> None:
    field: Any = Field()

    text = RowInput()(field, class_="ui-input", aria_describedby="x", required=False)

    assert isinstance(text, Markup)
    assert "<script>" not in text
    assert ' class="ui-input" aria-describedby="x"' in text
    assert "required" not in text
