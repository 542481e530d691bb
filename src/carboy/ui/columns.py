"""The columns of a table: what a heading says, and what stands in each cell."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from carboy.errors import ConfigError

from .times import make_time

Value = str | int | Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `value` is an attribute, a path, an index or a function.

    A path such as `author.name` leads through objects and mappings.
    """

    heading: str
    value: Value
    number: bool = False
    sort: str = ""
    href: Callable[[Any], str | None] | None = None

    def cell(self, row: Any) -> Any:
        """Return what stands in the cell of `row`; a moment as visitors write it."""
        value = self._find(row)
        return make_time(value) if isinstance(value, datetime) else value

    def _find(self, row: Any) -> Any:
        if callable(self.value):
            return self.value(row)
        if isinstance(self.value, int):
            return row[self.value]
        for name in self.value.split("."):
            row = row.get(name) if isinstance(row, Mapping) else getattr(row, name)
            if row is None:
                return ""
        return row

    def link(self, row: Any) -> str | None:
        """Return the address that the cell links to, if any."""
        return self.href(row) if self.href else None

    def direction(self, sort: str | None) -> str | None:
        """Return the value of `aria-sort` while the table is sorted by `sort`."""
        if not self.sort:
            return None
        states = {self.sort: "ascending", f"-{self.sort}": "descending"}
        return states.get(sort or "", "none")

    def next_sort(self, sort: str | None) -> str:
        """Return what to sort by when the heading is followed."""
        return f"-{self.sort}" if sort == self.sort else self.sort


def make_column(column: Any) -> Column:
    """Return a `Column` from what a template writes."""
    if isinstance(column, Column):
        return column
    if isinstance(column, Mapping):
        return Column(**column)
    if isinstance(column, tuple | list) and len(column) == 2:
        return Column(column[0], column[1])
    msg = (
        "A column must be a pair such as ('Name', 'name'), a dictionary with "
        f"'heading' and 'value', or a Column, got {column!r}."
    )
    raise ConfigError(msg)
