"""Escaping of the values that a template writes."""

from collections.abc import Callable
from typing import Any

import markupsafe
from markupsafe import Markup

_escape = markupsafe.escape
# As Jinja marks what is not a plain text: an object may have its own HTML.
mark_safe: Callable[[Any], Any] = Markup
escape_text: Callable[[str], str] | None = getattr(markupsafe, "_escape_inner", None)


def escape_value(value: Any) -> str:
    """Return a piece escaped, for joining: it need not be marked as safe."""
    kind = type(value)
    if kind is Markup:
        text: str = value
        return text
    if kind is str and escape_text is not None:
        return escape_text(value)
    # What a number is written with has no need of escaping.
    return str(value) if kind is int or kind is float else _escape(value)
