"""The rows of a list as HTML: a template takes three times as long for them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from carboy.admin.access import EDIT
from carboy.admin.schema import ListColumn, ModelAdmin, key_of
from carboy.translation import gettext

from .cells import safe_html
from .page import ConsolePage


@dataclass(frozen=True, slots=True)
class TableBody:
    """The rows of a list for one user.

    `editable` are the columns with a pencil, which leads back to `here`.
    """

    page: ConsolePage
    admin: ModelAdmin
    columns: Sequence[ListColumn]
    editable: Collection[str]
    here: str
    can_choose: bool

    def render(self, rows: Iterable[Any]) -> Markup:
        """Return the rows; values are escaped, keys of rows need no escape."""
        starts = [self._start_cell(column) for column in self.columns]
        lines: list[str] = []
        for number, row in enumerate(rows, start=1):
            lines.extend(self._render_row(number, row, starts))
        return safe_html("".join(lines))

    def _start_cell(self, column: ListColumn) -> str:
        attribute = column.attribute
        kind = ' class="ui-number"' if attribute and attribute.is_number else ""
        # A heading may be markup, whose quotes would end the attribute.
        label = escape(escape(column.heading).striptags())
        return f'<td data-label="{label}"{kind}'

    def _render_row(self, number: int, row: Any, starts: list[str]) -> Iterable[str]:
        key, cells = key_of(row), self.page.cells
        may_write = bool(self.editable) and self.page.access.allows(EDIT, row)
        yield "<tr>"
        if self.can_choose:
            yield (
                '<td class="admin-check"><input type="checkbox" form="admin-actions" '
                f'name="key" value="{key}" aria-labelledby="row-{number}"></td>'
            )
        for position, column in enumerate(self.columns):
            shown = escape(cells.show_column(column, row))
            text = str(shown)
            pencil = ""
            if may_write and column.name in self.editable:
                pencil = self._draw_pencil(column, row, key)
            mark = " data-editable>" if pencil else ">"
            if position == 0:
                attribute = column.attribute
                if attribute is not None and attribute.is_relation:
                    shown = escape(shown.striptags())
                url = self.page.row_url(self.admin, key)
                link = f'<a class="admin-row" id="row-{number}" href="{url}">'
                text = f"{link}{shown}</a>"
            elif pencil:
                text = f"<span>{shown}</span>"
            yield f"{starts[position]}{mark}{text}{pencil}</td>"
        yield "</tr>\n"

    def _draw_pencil(self, column: ListColumn, row: Any, key: str) -> str:
        url = self.page.url(
            "cell", self.admin, key=key, field=column.name, next=self.here
        )
        text = gettext(
            "Edit %(what)s of %(name)s",
            what=column.heading,
            name=self.admin.name_row(row),
        )
        return (
            f' <a class="admin-pencil" href="{escape(url)}" data-cell '
            f'aria-label="{escape(text)}">\u270e</a>'
        )
