"""The words of forms that visitors read, in one place, so that they can be translated.

Each is looked up with the template global `ui_text`.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from markupsafe import Markup, escape

from carboy.translation import gettext_noop

TEXTS = (
    gettext_noop("Add another"),
    gettext_noop("Back"),
    gettext_noop("Cancel"),
    gettext_noop("Choose the file again:"),
    gettext_noop("Continue"),
    gettext_noop("Error:"),
    gettext_noop("Move down"),
    gettext_noop("Move up"),
    gettext_noop("Remove"),
    gettext_noop("Save"),
    gettext_noop("Step %(number)d of %(count)d"),
    gettext_noop("There is a problem"),
    gettext_noop("(optional)"),
)
_OPTIONAL = Markup(' <span class="ui-optional">{}</span>')


class Words:
    """The words in the language of a request, escaped for HTML."""

    def __init__(self, translate: Callable[[str], Any]) -> None:
        self._translate = translate
        self._known: dict[str, Markup] = {}

    def __getitem__(self, text: str) -> Markup:
        """Return one of the texts."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = escape(self._translate(text))
        return known

    @cached_property
    def optional(self) -> Markup:
        """What follows the label of a field that may be left empty."""
        return _OPTIONAL.format(self["(optional)"])
