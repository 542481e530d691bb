"""Values as pages show them."""

import json
from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from carboy.admin.access import VIEW, Access
from carboy.admin.console import AdminConsole
from carboy.admin.schema import Attribute, ListColumn, ModelAdmin, choice_text, key_of
from carboy.translation import gettext
from carboy.ui import make_time

_SHORT, _LONG = 120, 20_000
NOTHING = Markup('<span class="admin-none">\u2013</span>')


class Cells:
    """Shows values to one user: rows that the user may not see have no name."""

    def __init__(self, console: AdminConsole, access: Access) -> None:
        self._console = console
        self._access = access
        self._starts: dict[str, str] = {}

    def show_column(self, column: ListColumn, row: Any) -> Any:
        """Return what stands in a list."""
        if column.function is not None:
            value = column.function(row)
            return NOTHING if value is None else value
        for attribute in column.path[:-1]:
            row = getattr(row, attribute.name)
            if row is None or not self._access.allows(VIEW, row):
                return NOTHING
        return self.show(column.path[-1], getattr(row, column.path[-1].name))

    def show(self, attribute: Attribute, value: Any, *, is_whole: bool = False) -> Any:
        """Return a value: a part of a long one, or all of it."""
        if value is None or (value == "" and attribute.kind != "choice"):
            return NOTHING
        show = _SHOWN.get(attribute.kind)
        if attribute.kind == "one":
            return self.show_row(value)
        if attribute.kind == "many":
            return Markup(", ").join(self.show_row(row) for row in value) or NOTHING
        if show is not None:
            return show(attribute, value)
        text = str(value)
        if is_whole:
            return Markup('<div class="admin-text">{}</div>').format(_cut(text, _LONG))
        return _cut(text, _SHORT)

    def show_row(self, row: Any) -> Markup:
        """Return the name of a row as a link to its page."""
        admin = self._console.find(type(row))
        if admin is None or not self._access.allows(VIEW, row):
            return NOTHING
        address = self.row_url(admin, key_of(row))
        link = f'<a href="{address}">{escape(admin.name_row(row))}</a>'
        return safe_html(link)

    def row_url(self, admin: ModelAdmin, key: str) -> str:
        """Return the address of a row, whose key needs no escape."""
        start = self._starts.get(admin.slug)
        if start is None:
            # Built once: a list has a hundred of them.
            start = str(escape(self._console.url("list", slug=admin.slug)))
            self._starts[admin.slug] = start
        return f"{start}{key}"


def safe_html(html: str) -> Markup:
    """Return HTML in which every value is escaped: `Markup.format` is slow in lists."""
    return Markup(html)  # noqa: S704 - that is what the caller says


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _show_boolean(_attribute: Attribute, value: Any) -> Markup:
    css, text = ("good", gettext("Yes")) if value else ("", gettext("No"))
    tone = f" ui-{css}" if css else ""
    badge = f'<span class="ui-badge{tone}">{escape(text)}</span>'
    return safe_html(badge)


def _show_choice(attribute: Attribute, value: Any) -> Any:
    text = choice_text(value)
    label = attribute.choices.get(text, text)
    badge = f'<span class="ui-badge">{escape(label)}</span>'
    return safe_html(badge) if text else NOTHING


def _show_json(_attribute: Attribute, value: Any) -> Markup:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return Markup("<code>{}</code>").format(_cut(text, _SHORT))


def _show_bytes(_attribute: Attribute, value: Any) -> str:
    return gettext("%(count)d bytes", count=len(value))


def _show_file(_attribute: Attribute, value: Any) -> Any:
    address = getattr(value, "url", None)
    address = address() if callable(address) else address
    name = escape(getattr(value, "filename", None) or str(value))
    if not isinstance(address, str) or not address.startswith(("/", "http")):
        return name
    return Markup('<a href="{}">{}</a>').format(address, name)


_SHOWN: dict[str, Callable[[Attribute, Any], Any]] = {
    "boolean": _show_boolean,
    "choice": _show_choice,
    "json": _show_json,
    "binary": _show_bytes,
    "file": _show_file,
    "datetime": lambda _, value: make_time(value),
    "date": lambda _, value: value.isoformat(),
    "time": lambda _, value: value.isoformat(),
    "number": lambda _, value: str(value),
}
