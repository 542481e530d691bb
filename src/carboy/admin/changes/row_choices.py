"""The rows that a user may choose for a relation, found by words or by a key."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.admin.access import VIEW, Access
from carboy.admin.lists import ListQuery, list_sort_keys, make_conditions
from carboy.admin.schema import ModelAdmin, decode_row_key, key_of
from carboy.db import order_clauses

_KEY = re.compile(r"\[([^\[\]]+)\]\s*$")
MOST_CHOICES = 20


@dataclass(frozen=True, slots=True)
class RowChoices:
    """The rows of a model for one user; a row is written as "Ada [12]"."""

    admin: ModelAdmin
    access: Access
    session: orm.Session

    def write(self, row: Any) -> str:
        """Return the text that stands for a row."""
        return f"{self.admin.name_row(row)} [{key_of(row)}]"

    def search(self, text: str) -> list[Any]:
        """Return the first rows that match the words of a text."""
        visible = self.access.visible(self.admin.model)
        conditions = make_conditions(self.access.visible)
        query = ListQuery(search=text)
        statement = query.select(self.admin, conditions, visible)
        keys = list_sort_keys(self.admin, (), visible)
        return self._load(statement.order_by(*order_clauses([*keys.values()])))

    def read(self, text: str) -> list[Any]:
        """Return the row of a text, or several that it may mean."""
        match = _KEY.search(text)
        if match is not None:
            return self._find(match[1])
        rows = self.search(text)
        exact = [row for row in rows if self.admin.name_row(row) == text.strip()]
        return exact if len(exact) == 1 else rows or self._find(text.strip())

    def find_by(self, name: str, value: Any) -> list[Any]:
        """Return the row of which an attribute has a value."""
        column = getattr(self.admin.model, name)
        return self._load(self.admin.select().where(column == value))

    def _find(self, text: str) -> list[Any]:
        key = decode_row_key(self.admin.mapper, text)
        if key is None:
            return []
        pairs = zip(self.admin.mapper.primary_key, key, strict=True)
        return self._load(
            self.admin.select().where(*(column == value for column, value in pairs))
        )

    def _load(self, statement: sa.Select[Any]) -> list[Any]:
        statement = statement.options(orm.lazyload("*")).limit(MOST_CHOICES)
        # The object that is edited may be half filled in.
        with self.session.no_autoflush:
            rows = self.session.scalars(statement).unique()
        return [row for row in rows if self.access.allows(VIEW, row)]


FindChoices = Callable[[type[Any]], RowChoices]
